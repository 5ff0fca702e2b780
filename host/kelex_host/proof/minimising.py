"""A failing life made small: as few happenings as still break the same promise, and no longer than it takes.

The delta debugging of Zeller and Hildebrandt (2002): leave out halves, then quarters, and so on.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec.structs import replace

from kelex_host.proof.verdict import Trial, Verdict

# After its last happening a life goes on for so long before it settles.
_AFTER_S = 1.0
TRIES_MOST = 400


def minimise(failed: Verdict, judge: Callable[[Trial], Verdict], tries_most: int = TRIES_MOST) -> Verdict:
    """The smallest life found within so many tries that fails as this one did."""
    wanted, tries = {_kind(sentence) for sentence in failed.wrong}, 0
    best = failed

    def fails(only: list[int]) -> bool:
        nonlocal best, tries
        tries += 1
        verdict = judge(_of(failed.trial, only))
        if wanted & {_kind(sentence) for sentence in verdict.wrong}:
            best = verdict
            return True
        return False

    kept = list(failed.trial.only or range(len(failed.trial.plan())))
    parts = 2
    while len(kept) > 1 and tries < tries_most:
        size = -(-len(kept) // parts)
        for start in range(0, len(kept), size):
            without = kept[:start] + kept[start + size :]
            if tries < tries_most and fails(without):
                kept, parts = without, max(parts - 1, 2)
                break
        else:
            if size == 1:
                break
            parts = min(2 * parts, len(kept))
    return best


def _of(trial: Trial, only: list[int]) -> Trial:
    """The life with these happenings alone, and not much longer than the last of them."""
    few = replace(trial, only=tuple(only))
    last_us = max((happening.at_us for happening in few.plan()), default=0)
    return replace(few, seconds=min(trial.seconds, last_us / 1e6 + _AFTER_S))


def _kind(sentence: str) -> str:
    """What a sentence is about, whatever the ids and figures in it."""
    return re.sub(r"[\d.]+|'[^']*'|\(.*?\)|\[.*?\]|\{.*?\}", "", sentence)[:60]
