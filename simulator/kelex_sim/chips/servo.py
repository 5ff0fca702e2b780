"""A hobby servo (MG90S): it turns towards the angle of its pulse, no faster than its motor can.

Facts: 0.1 s for 60 degrees at 4.8 V (TowerPro MG90S), 5 us dead band, 1 ms of pulse for a quarter turn. Currents as
commonly measured at 5 V: 8 mA holding without load, 180 mA turning, 700 mA stalled.
"""

from __future__ import annotations

from collections.abc import Callable

from kelex_sim.chips.fault import Fault

SPEED_DEG_S = 600.0
DEAD_BAND_US = 5.0
CENTRE_US = 1500.0
US_PER_DEGREE = 1000.0 / 90.0
HOLDING_A = 0.008
TURNING_A = 0.180
STALLED_A = 0.700
# The motor is driven in bursts, one a pulse, and the supply's capacitors smooth them: what turned lately, draws.
SMOOTHED_US = 60_000


class ServoModel:
    """The shaft behind one PWM pin. Nothing is computed until somebody looks: time is caught up with then."""

    def __init__(self, now_us: Callable[[], int], fault: Fault) -> None:
        self.pulse_us = 0.0
        self.fault = fault
        self._now_us = now_us
        self._angle = 0.0
        self._goal = 0.0
        self._since_us = 0
        self._driven_us = -SMOOTHED_US
        self._held_until_us = 0
        self._strained_until_us = 0

    @property
    def attached(self) -> bool:
        """Whether pulses come at all; without them the shaft is limp and stays where it is."""
        return self.pulse_us > 0

    def drive(self, pulse_us: float, hz: int = 50) -> None:
        """The pulse from now on, 0 for none."""
        self._catch_up()
        if pulse_us != self.pulse_us:
            self._driven_us = self._now_us()
        self.pulse_us = pulse_us
        if pulse_us > 0:
            goal = (pulse_us - CENTRE_US) / US_PER_DEGREE
            # A pulse within the dead band of where the shaft is makes it stay there.
            stirs = abs(goal - self._angle) * US_PER_DEGREE >= DEAD_BAND_US
            self._goal = goal if stirs else self._angle
        else:
            self._goal = self._angle

    def hold(self, seconds: float) -> None:
        """Something holds the shaft from now on."""
        self._catch_up()
        self._held_until_us = self._now_us() + round(seconds * 1e6)

    def strain(self, seconds: float) -> None:
        """Something holds the shaft from now on and pulls at it: also at rest, its motor has to work against that."""
        self.hold(seconds)
        self._strained_until_us = self._held_until_us

    def angle(self) -> float:
        """The true angle now, in degrees."""
        self._catch_up()
        return self._angle

    def current_a(self) -> float:
        """What it draws now, in amperes."""
        kind = self.fault.kind if self.fault.failing else ""
        if self.pulse_us == 0 or kind == "absent":
            return 0.0  # limp, or not there
        if kind in ("nan", "noisy"):
            return TURNING_A * 2  # it trembles on a pulse that makes no sense to it
        if self._goal != self._angle:
            self._catch_up()
        pushes = abs(self._goal - self._angle) * US_PER_DEGREE >= DEAD_BAND_US
        if (pushes and self._is_held()) or self._now_us() < self._strained_until_us:
            return STALLED_A
        turned_lately = self._now_us() - self._driven_us < SMOOTHED_US
        return TURNING_A if turned_lately or self._goal != self._angle else HOLDING_A

    def _is_held(self) -> bool:
        return self._now_us() < self._held_until_us or self.fault.kind in ("stall", "stuck", "absent")

    def _catch_up(self) -> None:
        now_us = self._now_us()
        if self._held_until_us > self._since_us:
            # It was held until then, or still is: only what came after counts.
            self._since_us = min(self._held_until_us, now_us)
        if self._is_held():
            self._since_us = now_us
        reach = SPEED_DEG_S * (now_us - self._since_us) / 1e6
        self._since_us = now_us
        way = self._goal - self._angle
        self._angle += min(max(way, -reach), reach)
