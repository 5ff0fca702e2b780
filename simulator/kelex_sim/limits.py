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
# In quiet mode a joint has this share of its speed. What was faster when quiet mode came may take its time to slow
# down: at the full acceleration and jerk, a third of a second at most.
QUIET_SPEED = 1 / 3
FADE_US = 400_000


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


@dataclass(slots=True)
class Quiet:
    """Whether the drone was told to be quiet, and since when (us): set by who knows of the order, None for loud.

    An emergency may sound all the same, until `loud_until_us`.
    """

    since_us: int | None = None
    loud_until_us: int = -1


class ServoWatch:
    """Watches one servo's pulses; what breaks a limit is written to `violations`."""

    def __init__(self, limit: ServoLimit, now_us: Callable[[], int], violations: list[str], quiet: Quiet) -> None:
        self._quiet = quiet
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
            way = abs(angle - self._angle)
            jumps = f"{now_us} us: {limit.joint} jumps from {self._angle:.2f} to {angle:.2f}"
            since_us = self._quiet.since_us
            if way > reach:
                self._violations.append(jumps)
            elif since_us is not None and now_us - since_us >= FADE_US and way > reach * QUIET_SPEED:
                self._violations.append(f"{jumps}, which is too fast for quiet mode")
        self._angle = angle
        self._since_us = now_us


class BuzzerWatch:
    """Watches the buzzer's pulses: in quiet mode there are none but an emergency's."""

    def __init__(self, now_us: Callable[[], int], violations: list[str], quiet: Quiet) -> None:
        self._now_us = now_us
        self._violations = violations
        self._quiet = quiet

    def pulse(self, pulse_us: float, hz: int) -> None:
        """New pulses; a width of 0 for none."""
        is_quiet = self._quiet.since_us is not None and self._now_us() > self._quiet.loud_until_us
        if pulse_us > 0 and is_quiet:
            self._violations.append(f"{self._now_us()} us: the buzzer sounds at {hz} Hz in quiet mode")
