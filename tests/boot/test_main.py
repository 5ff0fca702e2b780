"""`main.py`: whatever happens to the firmware, no host gets the REPL unless the boot says so or the pad is held."""

import builtins
from pathlib import Path
from types import SimpleNamespace

import pytest
from kelex_drone import board

MAIN = Path(__file__).parents[2] / "firmware" / "main.py"
FROZEN_FIRST = [".frozen", "/lib", ""]


class Reset(BaseException):
    """machine.reset does not return."""


def start(held=False, run=lambda: None):
    """Execute main.py; what it did, in order. `run` is `start.run`, None for a boot that is not there."""
    did = []
    path = ["", ".frozen", "/lib"]

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
        if name == "kelex_boot":
            did.append(list(path))
            if run is None:
                raise ImportError(name)
        return modules[name]

    def ran(held):
        did.append(("run", held))
        run()

    modules = {
        "sys": SimpleNamespace(path=path, print_exception=lambda error: did.append(type(error).__name__)),
        "machine": SimpleNamespace(Pin=Pin, reset=reset),
        "micropython": SimpleNamespace(kbd_intr=lambda code: did.append(("kbd_intr", code))),
        "kelex_boot": SimpleNamespace(start=SimpleNamespace(run=ran)),
    }
    world = {"__builtins__": {**vars(builtins), "__import__": take}}
    try:
        exec(compile(MAIN.read_text(), str(MAIN), "exec"), world)
    except Reset:
        return did
    return [*did, "ended"]


def fail(error):
    raise error


BEGINS = [("kbd_intr", -1), ("pin", board.TOUCH_PIN), FROZEN_FIRST]


@pytest.mark.parametrize("error", [MemoryError, KeyboardInterrupt, SystemExit, OSError, ZeroDivisionError])
def test_whatever_ends_the_firmware_resets_the_board_and_opens_no_repl(error):
    assert start(run=lambda: fail(error())) == [*BEGINS, ("run", False), error.__name__, "reset"]


def test_a_boot_that_is_not_there_resets_the_board_too():
    assert start(run=None) == [*BEGINS, "ImportError", "reset"]


def test_the_pad_held_at_power_up_gives_the_repl_even_where_the_boot_is_not_there():
    assert start(held=True) == [*BEGINS, ("run", True), "ended"]
    assert start(held=True, run=None) == [*BEGINS, "ImportError", "ended"]
