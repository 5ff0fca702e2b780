"""What is to happen in a life, drawn from its seed before it begins.

Each happening has a seed of its own, so leaving one out changes nothing about the others: that is what makes a failing
life small (minimising.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from random import Random

# What goes wrong, by theme, and how often compared with the others: each name is a happening of its own.
FAULTS: dict[str, dict[str, int]] = {
    "cable": {"hostile": 8, "unplug": 4},
    "broker": {"broker": 4},
    "host": {"kill": 2, "host_away": 2, "blackout": 1},
    "power": {"power": 2},
    "sensors": {"fault": 6},
    "input": {"nonsense": 8},
    "disk": {"disk_full": 2, "disk_read_only": 2, "power_cut": 2},
    "trust": {"signed": 8, "forgery": 8},
    "clock": {"clock": 2},
}
# Themes that only a house with a household meets.
OF_HOUSEHOLD = ("disk", "trust", "clock")
# What happens besides.
_DAY = {
    "wish": 60,
    "again": 6,
    "walk": 10,
    "climate": 5,
    "light": 3,
    "touch": 4,
    "door": 4,
    "ring": 5,
    "cry": 3,
    "tremor": 3,
    "intruder": 3,
    "hand": 3,
    "clean": 5,
}
_HOUSEHOLD_DAY = {"house_wish": 40, "house_again": 6}
# What breaks the bridge, its broker or its disk: a gentle life has none of it, so that every answer can be counted.
HARSH = ("broker", "kill", "host_away", "blackout", "disk_full", "disk_read_only", "power_cut", "clock")
_GAP_S = (0.02, 1.5)
# After so many happenings, on average, there may be a lull.
_SPELL = 30


@dataclass(frozen=True, slots=True)
class Happening:
    """`at_us` counts from the story's beginning; `seed` decides whatever else chance has to decide about it."""

    at_us: int
    what: str
    seed: int


def chances(faults: Collection[str], *, gentle: bool, household: bool) -> dict[str, int]:
    """How often each thing happens compared with the others, with faults of these themes only."""
    all_of_them = _DAY | (_HOUSEHOLD_DAY if household else {})
    for theme in faults:
        if household or theme not in OF_HOUSEHOLD:
            all_of_them |= FAULTS[theme]
    return {what: often for what, often in all_of_them.items() if not (gentle and what in HARSH)}


def draw(seed: int, seconds: float, chances: Mapping[str, int], lull_s: float = 0.0) -> Iterator[Happening]:
    """What happens within so long; busy spells with lulls of `lull_s` between them, on average."""
    random, at_s = Random(seed), 0.0
    names, weights = list(chances), list(chances.values())
    while True:
        at_s += random.uniform(*_GAP_S)
        if lull_s and random.randrange(_SPELL) == 0:
            at_s += random.uniform(0, 2 * lull_s)
        if at_s >= seconds:
            return
        yield Happening(round(at_s * 1e6), random.choices(names, weights)[0], random.getrandbits(32))
