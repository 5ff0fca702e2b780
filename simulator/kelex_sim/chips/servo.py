"""A hobby servo (MG90S): it turns towards the angle of its pulse, no faster than its motor can.

Facts: 0.1 s for 60 degrees at 4.8 V (TowerPro MG90S), 5 us dead band, 1 ms of pulse for a quarter turn.
"""

from __future__ import annotations

from collections.abc import Callable

SPEED_DEG_S = 600.0
DEAD_BAND_US = 5.0
CENTRE_US = 1500.0
US_PER_DEGREE = 1000.0 / 90.0


class ServoModel:
    """The shaft behind one PWM pin. Nothing is computed until somebody looks: time is caught up with then."""

    def __init__(self, now_us: Callable[[], int]) -> None:
        self.pulse_us = 0.0
        self._now_us = now_us
        self._angle = 0.0
        self._goal = 0.0
        self._since_us = 0

    @property
    def attached(self) -> bool:
        """Whether pulses come at all; without them the shaft is limp and stays where it is."""
        return self.pulse_us > 0

    def drive(self, pulse_us: float) -> None:
        """The pulse from now on, 0 for none."""
        self._catch_up()
        self.pulse_us = pulse_us
        if pulse_us > 0:
            goal = (pulse_us - CENTRE_US) / US_PER_DEGREE
            # A pulse within the dead band of where the shaft is makes it stay there.
            stirs = abs(goal - self._angle) * US_PER_DEGREE >= DEAD_BAND_US
            self._goal = goal if stirs else self._angle
        else:
            self._goal = self._angle

    def angle(self) -> float:
        """The true angle now, in degrees."""
        self._catch_up()
        return self._angle

    def _catch_up(self) -> None:
        now_us = self._now_us()
        reach = SPEED_DEG_S * (now_us - self._since_us) / 1e6
        self._since_us = now_us
        way = self._goal - self._angle
        self._angle += min(max(way, -reach), reach)
