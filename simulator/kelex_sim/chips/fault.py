"""How a part fails. Each model of a part has a `Fault`, and gives way to it where its hardware would.

stuck    it measures no more: what it says is its last reading, to the last bit
absent   it is not there: no acknowledgement, a pin or an analogue input that nobody drives
nan      what it says makes no sense: lines that stay high, checksums that are wrong
noisy    its readings leap about
stall    it hangs: a measurement that was begun is never done; a motor does not turn, and draws its stall current
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

KINDS = ("stuck", "absent", "nan", "noisy", "stall")


class Fault:
    """Sound until told otherwise. `random` makes the noise.

    `failing` is a plain attribute for those who look a thousand times a second: while it is False, `kind` is empty.
    """

    def __init__(self, now_us: Callable[[], int], random: Random) -> None:
        self._now_us = now_us
        self._random = random
        self.failing = False
        self._kind = ""
        self._until_us: int | None = None
        self._last: dict[str, float] = {}

    def begin(self, kind: str, seconds: float | None) -> None:
        """Fail from now on, for `seconds` or until `end`."""
        assert kind in KINDS, kind
        self._kind = kind
        self.failing = True
        self._until_us = None if seconds is None else self._now_us() + round(seconds * 1e6)

    def end(self) -> None:
        """Be sound again."""
        self._kind = ""
        self.failing = False

    @property
    def kind(self) -> str:
        """The kind of the fault at hand, empty for none."""
        if self.failing and self._until_us is not None and self._now_us() >= self._until_us:
            self.end()
        return self._kind

    def sample(self, quantity: str, value: float, leap: float) -> float:
        """What a sensor takes `value` for: that, or its last sample while stuck, or up to `leap` off while noisy."""
        if self.failing:
            kind = self.kind
            if kind in ("stuck", "stall"):
                return self._last.setdefault(quantity, value)
            if kind == "noisy":
                value += self._random.uniform(-leap, leap)
        self._last[quantity] = value
        return value
