"""`main.py`: whatever happens to the firmware, no host gets the REPL; somebody's finger on the pad alone gives it."""

import builtins
from pathlib import Path
from types import SimpleNamespace

import pytest
from kelex_drone import board

MAIN = Path(__file__).parents[2] / "firmware" / "main.py"


class Reset(BaseException):
    """machine.reset does not return."""


def start(held=False, run=lambda: None):
    """Execute main.py; what it did, in order. `run` is `app.run`, None for a firmware that is not there."""
    did = []

    class Pin:
        IN, PULL_DOWN = 0, 2

        def __init__(self, number, mode, pull):
            did.append(("pin", number))

        def value(self):
            return int(held)

    def reset():
        did.append("reset")
        raise Reset

    def take(name, *rest):
        if name == "kelex_drone" and run is None:
            raise ImportError(name)
        return modules[name]

    def ran():
        did.append("run")
        run()

    modules = {
        "sys": SimpleNamespace(print_exception=lambda error: did.append(type(error).__name__)),
        "machine": SimpleNamespace(Pin=Pin, reset=reset),
        "micropython": SimpleNamespace(kbd_intr=lambda code: did.append(("kbd_intr", code))),
        "kelex_drone": SimpleNamespace(app=SimpleNamespace(run=ran)),
    }
    world = {"__builtins__": {**vars(builtins), "__import__": take, "print": lambda text: did.append("REPL")}}
    try:
        exec(compile(MAIN.read_text(), str(MAIN), "exec"), world)
    except Reset:
        return did
    return [*did, "ended"]


def fail(error):
    raise error


@pytest.mark.parametrize("error", [MemoryError, KeyboardInterrupt, SystemExit, OSError, ZeroDivisionError])
def test_whatever_ends_the_firmware_resets_the_board_and_opens_no_repl(error):
    assert start(run=lambda: fail(error())) == [
        ("kbd_intr", -1),
        ("pin", board.TOUCH_PIN),
        "run",
        error.__name__,
        "reset",
    ]


def test_a_firmware_that_is_not_there_or_returns_resets_the_board_too():
    assert start(run=None)[2:] == ["ImportError", "reset"]
    assert start()[2:] == ["run", "reset"]


def test_the_pad_held_at_power_up_gives_the_repl_even_where_the_firmware_is_not_there():
    assert start(held=True, run=None) == [("kbd_intr", -1), ("pin", board.TOUCH_PIN), ("kbd_intr", 3), "REPL", "ended"]


def test_the_pad_is_where_the_board_says():
    assert ("pin", board.TOUCH_PIN) in start()
