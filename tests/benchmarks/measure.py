"""What the figures share: a row of the table, and a ratio of two speeds that a busy machine does not skew."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from statistics import median
from typing import Any

ROUNDS = 7


@dataclass(frozen=True)
class Row:
    """One figure. `reach` and `stretch` are DESIGN's, in the same unit; `note` says what stands behind it, and `why`
    what keeps it under its reach, where that is known. `at_most`: less is better, though the unit does not say so.
    `point`: it lies on that curve, over that number (see curves.py).
    """

    figure: str
    measured: str
    reach: str
    stretch: str
    note: str = ""
    why: str = ""
    at_most: bool = False
    point: tuple[str, int] | None = None

    @property
    def verdict(self) -> str:
        """`stretch`, `reach` or `under`; empty where nothing was measured or nothing is wanted."""
        measured, reach, stretch = self.value, _number(self.reach), _number(self.stretch)
        if measured is None or reach is None:
            return ""
        less_is_better = (
            self.at_most or self.reach.endswith(("ms", "s", "facts")) or (stretch is not None and stretch < reach)
        )
        met = (lambda bar: measured <= bar) if less_is_better else (lambda bar: measured >= bar)
        if not met(reach):
            return "under"
        return "stretch" if stretch is not None and met(stretch) else "reach"

    def document(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self) | {"value": self.value, "verdict": self.verdict}

    @classmethod
    def of(cls, document: dict[str, Any]) -> Row:
        """The row that `document` made that of."""
        row = cls(**{field.name: document[field.name] for field in fields(cls)})
        return replace(row, point=tuple(row.point)) if row.point else row

    @property
    def value(self) -> float | None:
        """What was measured, in the row's unit; None where it could not be."""
        return _number(self.measured)


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


def of_ratio(
    figure: str, result: tuple[float, float, float], unit: str, reach: str, stretch: str, why: str = ""
) -> Row:
    """A row for what `side_by_side` gave."""
    ratio, ours, theirs = result
    return Row(figure, f"{ratio:.2f}x", reach, stretch, f"{ours:,.0f} against {theirs:,.0f} {unit}", why)


def percentile(values: list[float], percent: float) -> float:
    """The value that `percent` of them do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def _number(text: str) -> float | None:
    """The figure at the beginning of a text, thousands with commas."""
    found = re.match(r"[\d,]*\.?\d+", text)
    return float(found[0].replace(",", "")) if found else None
