"""The moment, as the shells hand it in: pure code asks no clock."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple


class Now(NamedTuple):
    """`mono_s` never jumps and is what intervals are measured by; `wall_s` (Unix time) is what people read."""

    mono_s: float
    wall_s: float

    def stamp(self, mono_s: float | None = None) -> str:
        """RFC 3339 with offset (UTC), to the millisecond, of this moment or of another one of the same clock."""
        wall_s = self.wall_s if mono_s is None else self.wall_s - (self.mono_s - mono_s)
        return datetime.fromtimestamp(wall_s, UTC).isoformat(timespec="milliseconds")
