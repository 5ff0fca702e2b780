"""Virtual time: a heap of (time, sequence, callback). Ties run in the order in which they were asked for."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any


class Kernel:
    """Runs callbacks at their virtual times. Times are whole microseconds since the start."""

    def __init__(self) -> None:
        self.now_us = 0
        self.events = 0
        self._sequence = 0
        self._heap: list[tuple[int, int, Callable[..., None], tuple[Any, ...]]] = []

    def at(self, time_us: int, callback: Callable[..., None], *args: Any) -> None:
        """Run `callback(*args)` at `time_us`; a time that is past counts as now."""
        self._sequence += 1
        heappush(self._heap, (max(time_us, self.now_us), self._sequence, callback, args))

    def after(self, delay_us: int, callback: Callable[..., None], *args: Any) -> None:
        """Run `callback(*args)` in `delay_us`."""
        self.at(self.now_us + delay_us, callback, *args)

    def next_us(self) -> int | None:
        """When the next callback is due, None if there is none."""
        return self._heap[0][0] if self._heap else None

    def run_until(self, end_us: int) -> None:
        """Run all that is due up to and at `end_us`, and leave the clock there."""
        heap = self._heap
        while heap and heap[0][0] <= end_us:
            self.now_us, _, callback, args = heappop(heap)
            self.events += 1
            callback(*args)
        self.now_us = max(self.now_us, end_us)
