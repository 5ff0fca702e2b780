"""What time a drone's stamp means: its clock as a straight line of ours, fitted to the quickest round trips.

The method is Klipper's (its `clocksync.py`): a round trip bounds the moment at which the drone read its clock; the
middle is the estimate, and slow trips count for nothing. Stamps are 30-bit milliseconds and are unwrapped here. They
are added up by `fsum`: `sum` rounds floats otherwise since CPython 3.12, and a life would not be the same in both.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from math import fsum

_TICKS = 1 << 30
SAMPLES = 24
# Crystals of boards and hosts agree within this; a steeper line is noise of the fit.
DRIFT_MOST = 100e-6
_SPAN_FOR_DRIFT_S = 15.0
# The drone rounds its clock down to whole milliseconds.
_ROUNDED_S = 0.0005


@dataclass(slots=True)
class ClockSync:
    """The clock of one boot of one drone; make a new one after a reboot."""

    _samples: deque[tuple[float, float, float]] = field(default_factory=lambda: deque(maxlen=SAMPLES))
    _offset_s: float = 0.0  # host time at drone time 0
    _drift: float = 0.0
    _pivot_s: float = 0.0
    _last_s: float = 0.0  # unwrapped drone time last seen

    def guess(self, received_s: float, time_ms: int) -> None:
        """A stamp that has just come, without a round trip: better than nothing until the first one."""
        if not self._samples:
            drone_s = self._unwrap(time_ms) + _ROUNDED_S
            self._last_s = max(self._last_s, drone_s)
            self._pivot_s, self._offset_s = drone_s, received_s - drone_s

    def sample(self, sent_s: float, received_s: float, time_ms: int) -> None:
        """A round trip: the drone's clock showed `time_ms` between two moments of ours (s)."""
        drone_s = self._unwrap(time_ms) + _ROUNDED_S
        self._last_s = max(self._last_s, drone_s)
        self._samples.append(((sent_s + received_s) / 2, drone_s, received_s - sent_s))
        self._fit()

    def host_s(self, time_ms: int) -> float:
        """The moment of ours (s) at which the drone's clock showed `time_ms`."""
        drone_s = self._unwrap(time_ms) + _ROUNDED_S
        return self._offset_s + drone_s + (drone_s - self._pivot_s) * self._drift

    def _unwrap(self, time_ms: int) -> float:
        last_ms = int(self._last_s * 1000)
        ahead = (time_ms - last_ms + _TICKS // 2) % _TICKS - _TICKS // 2
        return (last_ms + ahead) / 1000

    def _fit(self) -> None:
        quickest_s = min(trip for _, _, trip in self._samples)
        good = [(host, drone) for host, drone, trip in self._samples if trip <= 1.5 * quickest_s + 0.0005]
        count = len(good)
        mean_drone = fsum(drone for _, drone in good) / count
        mean_offset = fsum(host - drone for host, drone in good) / count
        spread = fsum((drone - mean_drone) ** 2 for _, drone in good)
        drift = 0.0
        if good[-1][1] - good[0][1] >= _SPAN_FOR_DRIFT_S:
            drift = fsum((drone - mean_drone) * (host - drone - mean_offset) for host, drone in good) / spread
        self._drift = min(max(drift, -DRIFT_MOST), DRIFT_MOST)
        self._pivot_s = mean_drone
        self._offset_s = mean_offset
