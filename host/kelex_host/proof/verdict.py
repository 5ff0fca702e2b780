"""One life, lived and judged: what a process that tries many of them hands back."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Collection, Sequence

import msgspec
from kelex_sim.chips.fault import KINDS as PART_FAULTS

from kelex_host.proof.checkers import check
from kelex_host.proof.life import Life
from kelex_host.proof.plan import FAULTS, Happening, chances, draw
from kelex_host.proof.story import SETTLE_S, Story, is_gentle, live

# Busy spells of half a minute, and lulls between them: what takes its time to go wrong has to get it.
LULL_S = 60.0
START_S = 2.0
# Every kind of fault that a life can meet, by the theme that brings it.
KINDS: dict[str, tuple[str, ...]] = {
    "cable": ("drop", "corrupt", "duplicate", "reorder", "garbage", "stall", "unplug"),
    "broker": ("broker_cut", "broker_silent"),
    "host": ("kill", "blackout"),
    "power": ("power",),
    "sensors": tuple(f"part_{kind}" for kind in PART_FAULTS),
    "input": ("nonsense",),
}
assert KINDS.keys() == FAULTS.keys()


class Trial(msgspec.Struct, frozen=True):
    """Which life to live: `seconds` of story, with faults of these themes; `only` these happenings of its plan."""

    seed: int
    seconds: float
    faults: tuple[str, ...] = tuple(FAULTS)
    only: tuple[int, ...] | None = None

    def plan(self) -> list[Happening]:
        """What happens in it."""
        whole = list(draw(self.seed, self.seconds, chances(dict.fromkeys(self.faults), gentle=self.gentle), LULL_S))
        return whole if self.only is None else [whole[at] for at in self.only if at < len(whole)]

    @property
    def gentle(self) -> bool:
        return is_gentle(self.seed)

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
    life = Life(trial.seed)
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
    return dict(story.did + story.life.cable.seen + story.life.broker.seen)
