"""A passive infrared motion sensor (HC-SR501), retriggering: high while somebody moves, and a hold time longer."""

from __future__ import annotations

from collections.abc import Callable

# The shortest that its potentiometer allows (datasheet: 3 s to 5 min).
HOLD_US = 3_000_000


class PirModel:
    """One sensor; tell it with `watch` whenever people come into its view or leave it."""

    def __init__(self, now_us: Callable[[], int]) -> None:
        self._now_us = now_us
        self._somebody = False
        self._high_until_us = -1

    def watch(self, somebody: bool) -> None:
        """Whether a person moves in its view from now on."""
        if self._somebody:
            self._high_until_us = self._now_us() + HOLD_US
        self._somebody = somebody

    def level(self) -> int:
        """The output pin now: 0 or 1."""
        return int(self._somebody or self._now_us() < self._high_until_us)
