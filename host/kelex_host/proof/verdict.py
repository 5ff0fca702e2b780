"""One life, lived and judged: what a process that tries many of them hands back."""

from __future__ import annotations

import itertools
import traceback
from collections import Counter
from collections.abc import Collection, Sequence
from random import Random

import msgspec
from kelex_sim.chips.fault import KINDS as PART_FAULTS

from kelex_host.proof.checkers import check
from kelex_host.proof.life import Life
from kelex_host.proof.life_trust import FORGERIES
from kelex_host.proof.plan import FAULTS, Happening, chances, draw
from kelex_host.proof.story import SETTLE_S, START_S, Story, is_gentle, live

# Busy spells of half a minute, and lulls between them: what takes its time to go wrong has to get it.
LULL_S = 60.0

# Every kind of fault that a life can meet, by the theme that brings it.
KINDS: dict[str, tuple[str, ...]] = {
    "cable": ("drop", "corrupt", "duplicate", "reorder", "garbage", "stall", "unplug"),
    "broker": ("broker_cut", "broker_silent"),
    "host": ("kill", "host_away", "blackout"),
    "power": ("power",),
    "sensors": tuple(f"part_{kind}" for kind in PART_FAULTS),
    "input": ("nonsense",),
    "disk": ("disk_full", "disk_read_only", "power_cut", "torn"),
    "trust": ("signed", *(f"forged_{how}" for how in FORGERIES)),
    "clock": ("clock",),
}
assert KINDS.keys() == FAULTS.keys()


# A life has the first of these.
_ROOMS = {"kelex": "nursery", "kelor": "study", "kelan": "hall"}


class Trial(msgspec.Struct, frozen=True):
    """Which life to live: `seconds` of story, with faults of these themes; `only` these happenings of its plan."""

    seed: int
    seconds: float
    faults: tuple[str, ...] = tuple(FAULTS)
    only: tuple[int, ...] | None = None

    def plan(self) -> list[Happening]:
        """What happens in it."""
        often = chances(self.faults, gentle=self.gentle, household=self.has_household)
        whole = list(draw(self.seed, self.seconds, often, LULL_S))
        return whole if self.only is None else [whole[at] for at in self.only if at < len(whole)]

    @property
    def gentle(self) -> bool:
        return is_gentle(self.seed)

    @property
    def has_household(self) -> bool:
        """Most houses decide for themselves; in some, people alone order the drones, and all that moves is theirs."""
        return self.seed % 8 not in (2, 5)

    def rooms(self) -> dict[str, str]:
        """The drones and their rooms; most houses have one."""
        count = Random(self.seed).choice([1, 1, 1, 1, 2, 3])
        return dict(itertools.islice(_ROOMS.items(), count))

    def command(self) -> str:
        """The line that lives it again."""
        words = [f"kelex replay {self.seed} --minutes {self.seconds / 60:g}"]
        if self.faults != tuple(FAULTS):
            words.append(f"--faults {','.join(self.faults) or 'none'}")
        if self.only is not None:
            words.append(f"--only {','.join(map(str, self.only)) or 'none'}")
        return " ".join(words)


class Verdict(msgspec.Struct, frozen=True):
    """What became of it: what is `wrong`, how often what was `met`, and a digest of all that could be seen."""

    trial: Trial
    wrong: list[str]
    met: dict[str, int]
    lived_s: float
    trace: str = ""


def judge(trial: Trial) -> Verdict:
    """Live it, and look at it. An error of our own code is as wrong as a broken promise."""
    life = Life(trial.seed, trial.rooms(), household=trial.has_household)
    try:
        story = live(trial.seed, trial.seconds, life, trial.plan())
        wrong, met, trace = check(story), _met(story), life.trace()
    except Exception as error:  # noqa: BLE001 - whatever our code raises in a life is what the life was for
        where = traceback.extract_tb(error.__traceback__)[-1]
        wrong, met, trace = [f"{type(error).__name__} in {where.name}, line {where.lineno}: {error}"], {}, ""
    return Verdict(trial, wrong, met, START_S + trial.seconds + SETTLE_S, trace)


def never_met(verdicts: Sequence[Verdict], faults: Collection[str]) -> list[str]:
    """The kinds of these themes' faults that none of the lives met: nothing is proved about them."""
    met = sum((Counter(verdict.met) for verdict in verdicts), Counter())
    return [kind for theme in faults for kind in KINDS[theme] if not met[kind]]


def _met(story: Story) -> dict[str, int]:
    met, life = story.did + story.life.broker.seen, story.life
    for drone in life.drones.values():
        met += drone.cable.seen
    if life.household:
        # Of what was to hit the disk, only what did hit it counts.
        for kind in ("disk_full", "disk_read_only", "power_cut"):
            del met[kind]
        met += life.household.seen
    return dict(met)
