"""What is machine code on the board gives there what it gives under CPython: value for value, buffer for buffer.

The ear's own functions are compared as a whole, in test_hearing.py.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import pytest
from kelex_sim import wiring
from kelex_sim.emulated.emulated_pico import EmulatedPico
from kelex_sim.emulated.flash_image import flash_with

TIMES = 20
# Module, function, and what it is called with, by chance.
FUNCTIONS: list[tuple[str, str, Callable[[Random], list[Any]]]] = [
    ("kelex_drone.loudness", "sum_of", lambda chance: [words(chance, 1024), chance.randrange(1024)]),
    ("kelex_drone.loudness", "squares_of", lambda chance: [words(chance, 1024), chance.randrange(1024)]),
    ("kelex_drone.hearing.ear", "energy", lambda chance: [words(chance, 256)]),
    (
        "kelex_drone.hearing.passage",
        "copy",
        lambda chance: [words(chance, 19), words(chance, 190), 19 * chance.randrange(10)],
    ),
    (
        "kelex_drone.joint",
        "fill",
        lambda chance: [array("i", [7] * 9), chance.randrange(9), chance.randrange(-(1 << 30), 1 << 30)],
    ),
]
_CALL = """
from array import array
from {module} import {name}
for arguments in {calls}:
    print([{name}(*arguments)] + [list(one) for one in arguments if isinstance(one, array)])
"""


def words(chance: Random, count: int) -> array[int]:
    """Samples of 12 bits."""
    return array("H", [chance.randrange(4096) for _ in range(count)])


@pytest.fixture(scope="module")
def prompt(kelex: Path) -> EmulatedPico:
    """The board with the product's own machine code, held at its prompt."""
    pico = EmulatedPico(flash=flash_with(kelex))
    pico.set_pin(wiring.TOUCH_PIN, True)
    assert pico.run(4.0, until=lambda: b"maintenance" in pico.received)
    return pico


@pytest.mark.parametrize(("module", "name", "drawn"), FUNCTIONS, ids=[name for _, name, _ in FUNCTIONS])
def test_the_board_computes_what_we_do(
    prompt: EmulatedPico, module: str, name: str, drawn: Callable[[Random], list[Any]]
) -> None:
    function = getattr(import_module(module), name)
    chance = Random(1)
    for _ in range(TIMES):
        arguments = drawn(chance)
        told = prompt.execute(_CALL.format(module=module, name=name, calls=repr([arguments])), 10.0)
        assert told.strip() == repr([function(*arguments)] + [list(one) for one in arguments if isinstance(one, array)])
