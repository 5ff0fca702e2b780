"""A passive infrared motion sensor (HC-SR501), retriggering: high while somebody moves, and a hold time longer."""

from __future__ import annotations

from collections.abc import Callable

# The shortest that its potentiometer allows (datasheet: 3 s to 5 min).
HOLD_US = 3_000_000


class PirModel:
    """One sensor; `somebody()` says whether a person moves in its view."""

    def __init__(self, now_us: Callable[[], int], somebody: Callable[[], bool]) -> None:
        self._now_us = now_us
        self._somebody = somebody
        self._high_until_us = -1

    def level(self) -> int:
        """The output pin now: 0 or 1."""
        now_us = self._now_us()
        if self._somebody():
            self._high_until_us = now_us + HOLD_US
        return int(now_us < self._high_until_us)
