"""Virtual time: a heap of (time, sequence, callback). Ties run in the order in which they were asked for."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any


class Kernel:
    """Runs callbacks at their virtual times. Times are whole microseconds since the start."""

    def __init__(self) -> None:
        self.now_us = 0
        self._sequence = 0
        self._heap: list[tuple[int, int, Callable[..., None], tuple[Any, ...]]] = []

    def at(self, time_us: int, callback: Callable[..., None], *args: Any) -> None:
        """Run `callback(*args)` at `time_us`; a time that is past counts as now."""
        if time_us < self.now_us:
            time_us = self.now_us
        self._sequence = sequence = self._sequence + 1
        heappush(self._heap, (time_us, sequence, callback, args))

    def after(self, delay_us: int, callback: Callable[..., None], *args: Any) -> None:
        """Run `callback(*args)` in `delay_us`, which is not negative."""
        assert delay_us >= 0
        self._sequence = sequence = self._sequence + 1
        heappush(self._heap, (self.now_us + delay_us, sequence, callback, args))

    def next_us(self) -> int | None:
        """When the next callback is due, None if there is none."""
        return self._heap[0][0] if self._heap else None

    def run_until(self, end_us: int) -> None:
        """Run all that is due up to and at `end_us`, and leave the clock there."""
        heap = self._heap
        while heap:
            time_us, _, callback, args = heap[0]
            if time_us > end_us:
                break
            heappop(heap)
            self.now_us = time_us
            callback(*args)
        self.now_us = max(self.now_us, end_us)
