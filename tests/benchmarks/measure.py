"""What the figures share: a row of the table, and a ratio of two speeds that a busy machine does not skew."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

ROUNDS = 7


@dataclass(frozen=True)
class Row:
    """One figure. `reach` and `stretch` are DESIGN's, in the same unit; `note` says what stands behind it."""

    figure: str
    measured: str
    reach: str
    stretch: str
    note: str = ""


def rate(work: Callable[[], int]) -> float:
    """How many things per second of processor time `work` does; it returns how many it did.

    Processor time, not the wall's: what else the machine does costs little then.
    """
    began_s = time.process_time()
    count = work()
    return count / (time.process_time() - began_s)


def side_by_side(
    ours: Callable[[], int], theirs: Callable[[], int], rounds: int = ROUNDS
) -> tuple[float, float, float]:
    """(ratio, our rate, their rate): medians over rounds that take turns, after one round to warm up."""
    pairs = [(rate(ours), rate(theirs)) for _ in range(rounds + 1)][1:]
    return median(a / b for a, b in pairs), median(a for a, _ in pairs), median(b for _, b in pairs)


def of_ratio(figure: str, result: tuple[float, float, float], unit: str, reach: str, stretch: str) -> Row:
    """A row for what `side_by_side` gave."""
    ratio, ours, theirs = result
    return Row(figure, f"{ratio:.2f}x", reach, stretch, f"{ours:,.0f} against {theirs:,.0f} {unit}")


def percentile(values: list[float], percent: float) -> float:
    """The value that `percent` of them do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
