"""What the senses were over the last hour and the last day, in a bounded number of buckets; a gap stays a gap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

HOUR_S = 3600
DAY_S = 86_400
BUCKETS = 240
CHANNELS = (
    "temperature", "humidity", "light", "sound", "range", "tremor", "battery_level", "battery_voltage", "servo_current",
)  # fmt: skip


@dataclass(slots=True)
class Bucket:
    """What was measured within one stretch of time."""

    number: int
    count: int
    total: float
    low: float
    high: float

    @property
    def mean(self) -> float:
        return self.total / self.count


@dataclass(slots=True)
class Series:
    """One channel over `span_s`: BUCKETS of them at most, those without a measurement are not there at all."""

    span_s: float
    buckets: list[Bucket] = field(default_factory=list)

    @property
    def width_s(self) -> float:
        return self.span_s / BUCKETS

    def add(self, mono_s: float, value: float) -> None:
        """A measurement; they come in the order of time."""
        number = int(mono_s // self.width_s)
        if self.buckets and self.buckets[-1].number == number:
            last = self.buckets[-1]
            last.count += 1
            last.total += value
            last.low, last.high = min(last.low, value), max(last.high, value)
            return
        self.buckets.append(Bucket(number, 1, value, value, value))
        while self.buckets[0].number <= number - BUCKETS:
            self.buckets.pop(0)

    def points(self, mono_s: float) -> list[list[Bucket]]:
        """The buckets up to now as runs without a gap in them. A gap is more than one empty bucket: a channel that
        tells itself every 2 s may miss a short one by chance."""
        first = int(mono_s // self.width_s) - BUCKETS + 1
        runs: list[list[Bucket]] = []
        for bucket in self.buckets:
            if bucket.number < first:
                continue
            if runs and bucket.number - runs[-1][-1].number <= 2:
                runs[-1].append(bucket)
            else:
                runs.append([bucket])
        return runs


class History:
    """Every numeric channel of one drone, over the hour and the day."""

    def __init__(self) -> None:
        self._series = {name: (Series(HOUR_S), Series(DAY_S)) for name in CHANNELS}

    def add(self, mono_s: float, senses: Mapping[str, Any]) -> None:
        """A document of the senses; a channel that is null, or no number, leaves a gap."""
        for name, both in self._series.items():
            value = senses.get(name)
            if isinstance(value, int | float) and not isinstance(value, bool):
                for series in both:
                    series.add(mono_s, float(value))

    def series(self, channel: str, span_s: int) -> Series:
        """One of CHANNELS over HOUR_S or DAY_S."""
        return self._series[channel][0 if span_s == HOUR_S else 1]
