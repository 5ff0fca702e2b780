"""What the body may never do, checked at every change of a pulse.

Written from `hardware/board.toml`'s figures, not from the firmware's: a checker must not share its subject's mistakes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

US_PER_DEGREE = 1000.0 / 90.0
CENTRE_US = 1500.0
# A pulse is set 50 times a second. A late tick may make up for what it missed; a rest is no excuse for a jump.
_PERIOD_US = 20_000
_LATE_US = 5 * _PERIOD_US
_TOLERANCE = 1.25


@dataclass(frozen=True, slots=True)
class ServoLimit:
    """Range in degrees, speed in degrees/s."""

    joint: str
    pin: int
    low: float
    high: float
    speed: float


SERVOS = (
    ServoLimit("head_pan", 6, -90, 90, 180),
    ServoLimit("head_tilt", 7, -30, 45, 120),
    ServoLimit("left_shoulder", 8, -90, 90, 180),
    ServoLimit("left_elbow", 9, 0, 90, 180),
    ServoLimit("left_gripper", 10, 0, 60, 180),
    ServoLimit("right_shoulder", 11, -90, 90, 180),
    ServoLimit("right_elbow", 12, 0, 90, 180),
    ServoLimit("right_gripper", 13, 0, 60, 180),
)


class ServoWatch:
    """Watches one servo's pulses; what breaks a limit is written to `violations`."""

    def __init__(self, limit: ServoLimit, now_us: Callable[[], int], violations: list[str]) -> None:
        self._limit = limit
        self._now_us = now_us
        self._violations = violations
        self._angle: float | None = None
        self._since_us = 0

    def pulse(self, pulse_us: float) -> None:
        """A new pulse width; 0 for none."""
        if pulse_us == 0:
            self._angle = None
            return
        now_us = self._now_us()
        angle = (pulse_us - CENTRE_US) / US_PER_DEGREE
        limit = self._limit
        if not limit.low - 0.01 <= angle <= limit.high + 0.01:
            self._violations.append(f"{now_us} us: {limit.joint} at {angle:.2f} degrees, out of its range")
        if self._angle is not None:
            reach = limit.speed * _TOLERANCE * min(max(now_us - self._since_us, _PERIOD_US), _LATE_US) / 1e6
            if abs(angle - self._angle) > reach:
                self._violations.append(f"{now_us} us: {limit.joint} jumps from {self._angle:.2f} to {angle:.2f}")
        self._angle = angle
        self._since_us = now_us
