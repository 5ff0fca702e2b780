"""Many simulated lives at once, over all cores: progress, summary, and the line that lives a bad one again."""

from __future__ import annotations

import gc
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import Progress

from kelex_host.cli.kept_lives import KeptLives, Lived
from kelex_host.proof.minimising import minimise
from kelex_host.proof.verdict import KINDS, Trial, Verdict, judge, never_met

# Enough to see what is wrong; the rest is counted.
SENTENCES_MOST = 5
LIVES_MOST = 10
# A life makes many objects that stay (all that readers saw) and hardly a cycle: looking for those at every 700 new
# objects, as Python does, takes a tenth of the time.
_GARBAGE = 50_000
T = TypeVar("T")
R = TypeVar("R")


@dataclass(slots=True)
class Campaign:
    """What came of the lives so far. `wall_s` is how long all of it took, `busy_s` the processor time in it."""

    faults: tuple[str, ...]
    cores: int
    verdicts: list[Verdict] = field(default_factory=list)
    busy_s: float = 0.0
    wall_s: float = 0.0

    def take(self, lived: Lived) -> None:
        """One more has ended."""
        self.verdicts.append(lived.verdict)
        self.busy_s += lived.busy_s
        self.wall_s += lived.wall_s

    @property
    def bad(self) -> list[Verdict]:
        return sorted((v for v in self.verdicts if v.wrong), key=lambda verdict: verdict.trial.seed)

    @property
    def lived_s(self) -> float:
        return sum(verdict.lived_s for verdict in self.verdicts)

    @property
    def met(self) -> Counter[str]:
        return sum((Counter(verdict.met) for verdict in self.verdicts), Counter())

    @property
    def trace(self) -> str:
        """A digest of all that could be seen in these lives: with the same seeds it is the same, wherever they are."""
        traces = sorted((verdict.trial.seed, verdict.trace) for verdict in self.verdicts)
        return sha256(repr(traces).encode()).hexdigest()

    def document(self) -> dict[str, Any]:
        """All of it as plain data."""
        return {
            "lives": len(self.verdicts),
            "trace": self.trace,
            "lived_s": self.lived_s,
            "wall_s": round(self.wall_s, 2),
            "cores": self.cores,
            "times_real": round(self.lived_s / self.wall_s, 1),
            "times_real_per_core": round(self.lived_s / self.busy_s, 1),
            "met": dict(sorted(self.met.items())),
            "never_met": never_met(self.verdicts, self.faults),
            "failures": [
                {"seed": verdict.trial.seed, "wrong": verdict.wrong, "again": verdict.trial.command()}
                for verdict in self.bad
            ],
        }


def run(
    trials: Sequence[Trial], *, cores: int | None = None, progress: bool = True, keep: Path | None = None
) -> Campaign:
    """Live them all; those that are done first count first.

    With `keep` each is noted in that file as it ends, and those that are in it are not lived again. Raises ConfigError.
    """
    kept = KeptLives(keep) if keep else None
    known = kept.among(trials) if kept else {}
    campaign = Campaign(trials[0].faults, min(cores or os.cpu_count() or 1, len(trials)))
    for lived in known.values():
        campaign.take(lived)
    to_live, last_s = [trial for trial in trials if trial not in known], time.perf_counter()
    for verdict, busy_s in over_cores(_timed, to_live, campaign.cores, "living", progress=progress):
        now_s = time.perf_counter()
        lived, last_s = Lived(verdict, busy_s, now_s - last_s), now_s
        campaign.take(lived)
        if kept:
            kept.note(lived)
    return campaign


def shrink(campaign: Campaign) -> None:
    """Put smaller lives that fail alike into the place of those that failed."""
    for verdict in campaign.bad[:LIVES_MOST]:
        campaign.verdicts[campaign.verdicts.index(verdict)] = minimise(verdict, judge)


def over_cores(work: Callable[[T], R], items: Sequence[T], cores: int, what: str, *, progress: bool) -> Iterator[R]:
    """Do it with each of them, in so many processes; what is done first comes first."""
    with Progress(console=Console(stderr=True), disable=not progress, transient=True) as bar:
        yield from bar.track(_done(work, items, cores), total=len(items), description=what)


def show(campaign: Campaign, console: Console) -> None:
    """The summary, for a person."""
    done = campaign.document()
    for verdict in campaign.bad[:LIVES_MOST]:
        console.print(f"\nSeed {verdict.trial.seed}: {len(verdict.wrong)} promises broken.", style="bold red")
        for sentence in verdict.wrong[:SENTENCES_MOST]:
            console.print(f"  {sentence}", markup=False, highlight=False)
        console.print(f"  again: {verdict.trial.command()}", markup=False, highlight=False)
    if len(campaign.bad) > LIVES_MOST:
        console.print(f"... and {len(campaign.bad) - LIVES_MOST} more lives; --json has them all.")
    count = len(campaign.verdicts)
    lives = f"{count:,} {'life' if count == 1 else 'lives'}, {campaign.lived_s / 3600:,.1f} hours"
    outcome = f"{len(campaign.bad)} of them broke a promise" if campaign.bad else "every promise was kept"
    console.print(f"{lives}: {outcome}.", highlight=False)
    speed, per_core = f"{done['times_real']:,.0f}", f"{done['times_real_per_core']:,.0f}"
    on = f"{campaign.cores} cores" if campaign.cores > 1 else "1 core"
    console.print(
        f"In {campaign.wall_s:,.0f} s, {speed} times real time on {on} ({per_core} times per core's own second).",
        highlight=False,
    )
    for theme in campaign.faults:
        met = ", ".join(f"{kind} {campaign.met[kind]:,}" for kind in KINDS[theme])
        console.print(f"  {theme:8} {met}", highlight=False)
    console.print(f"  trace    {done['trace'][:16]}", highlight=False)
    if done["never_met"]:
        console.print(f"Never met, so nothing is proved about: {', '.join(done['never_met'])}.", style="bold yellow")


def _done(work: Callable[[T], R], items: Sequence[T], cores: int) -> Iterator[R]:
    if cores == 1:
        yield from map(work, items)
        return
    with ProcessPoolExecutor(cores, mp_context=get_context("forkserver")) as pool:
        futures = [pool.submit(work, item) for item in items]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _timed(trial: Trial) -> tuple[Verdict, float]:
    began_s, often = time.process_time(), gc.get_threshold()
    gc.set_threshold(_GARBAGE)
    try:
        verdict = judge(trial)
    finally:
        gc.set_threshold(*often)
    return verdict, time.process_time() - began_s
