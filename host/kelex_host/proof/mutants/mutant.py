"""A system that is broken on purpose: a checker that never fails proves nothing.

A mutant is a function that breaks something by a `Patch`; where it breaks the firmware, it returns what is to be done
to each app as it starts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kelex_host.errors import KelexError
from kelex_host.proof.checkers import check
from kelex_host.proof.life import Life
from kelex_host.proof.plan import FAULTS, chances, draw
from kelex_host.proof.story import is_gentle, live

# Within so many lives each mutant has to be caught.
SEEDS_MOST = 24
LIFE_S = 90.0

Spoil = Callable[[Any], None]


class Patch:
    """Attributes that are set for a while."""

    def __init__(self) -> None:
        self._before: list[tuple[Any, str, Any]] = []

    def setattr(self, of: Any, name: str, value: Any) -> None:
        """Set an attribute, until `undo`."""
        self._before.append((of, name, getattr(of, name)))
        setattr(of, name, value)

    def undo(self) -> None:
        """Put everything back as it was."""
        while self._before:
            setattr(*self._before.pop())


@dataclass(frozen=True, slots=True)
class Mutant:
    """`verdict` is what the checker's sentence has in it that catches it. `faults` are the themes that bring it out;
    `often` are happenings that it takes more often than they come by themselves, with how often (see plan.py).
    """

    spoil: Callable[[Patch], Spoil | None]
    verdict: str
    household: bool = False
    faults: tuple[str, ...] = tuple(FAULTS)
    often: Mapping[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.spoil.__name__


@dataclass(frozen=True, slots=True)
class Caught:
    """How it went: in which life it was caught, and by which sentence; empty where it was not caught at all."""

    name: str
    lives: int
    sentence: str = ""


def hunt(mutant: Mutant, seeds_most: int = SEEDS_MOST) -> Caught:
    """Live with it until a checker says what is wrong."""
    patch = Patch()
    spoil = mutant.spoil(patch)
    try:
        for seed in range(seeds_most):
            for sentence in _sentences(mutant, seed, spoil):
                if mutant.verdict in sentence:
                    return Caught(mutant.name, seed + 1, sentence)
    finally:
        patch.undo()
    return Caught(mutant.name, seeds_most)


def _sentences(mutant: Mutant, seed: int, spoil: Spoil | None) -> list[str]:
    """What the checkers say of a life whose every board is spoilt as it starts."""
    life = Life(seed, household=mutant.household)
    if spoil:
        for drone in life.drones.values():
            drone.body.pico.started = _then(drone.body.pico.started, spoil)
    often = chances(mutant.faults, gentle=is_gentle(seed), household=mutant.household)
    often |= {what: many for what, many in mutant.often.items() if what in often}
    try:
        return check(live(seed, LIFE_S, life, draw(seed, LIFE_S, often)))
    except KelexError as error:  # the system's own checks may be the first to find it
        return [str(error)]


def _then(watch: Spoil, spoil: Spoil) -> Spoil:
    def started(app: Any) -> None:
        watch(app)
        spoil(app)

    return started
