"""What a director asks of whoever runs it."""

from __future__ import annotations

from dataclasses import dataclass

from kelex_host.bridge.now import Now


@dataclass(frozen=True, slots=True)
class Send:
    """Publish a request."""

    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class PassHours:
    """Nothing is to happen before this time (Unix time): it may be skipped."""

    until_s: float


def leap_s(passing: PassHours, now: Now, due_s: float) -> float:
    """How much of these hours may pass at once, where the house is next due at `due_s` (mono_s); not above 0: none."""
    return min(passing.until_s - now.wall_s, due_s - now.mono_s - 1.0)
