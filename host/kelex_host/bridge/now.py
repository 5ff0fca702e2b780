"""The moment, as the shells hand it in: pure code asks no clock."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

_MILLISECONDS = tuple(f".{ms:03d}+00:00" for ms in range(1000))


class Now(NamedTuple):
    """`mono_s` never jumps and is what intervals are measured by; `wall_s` (Unix time) is what people read."""

    mono_s: float
    wall_s: float

    def stamp(self, mono_s: float | None = None) -> str:
        """RFC 3339 with offset (UTC), to the millisecond, of this moment or of another one of the same clock."""
        wall_s = self.wall_s if mono_s is None else self.wall_s - (self.mono_s - mono_s)
        second, us = divmod(round(wall_s * 1e6), 1_000_000)
        return _second(second) + _MILLISECONDS[us // 1000]


@lru_cache(64)
def _second(second: int) -> str:
    """RFC 3339 of a whole second, without offset: many stamps share one."""
    return datetime.fromtimestamp(second, UTC).isoformat().removesuffix("+00:00")
