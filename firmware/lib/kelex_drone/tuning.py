"""What follows from the settings: where each joint may go and its servo is sent, what the sensors are off by, quiet,
the limits of the nursery's air, and when somebody is there. Pure; nothing here writes to flash.
"""

from kelex_wire import schema

from kelex_drone import settings
from kelex_drone.presence import STEPS_PER_S
from kelex_drone.settings import HIGH, HUMIDITY, LOW, QUIET, RANGE, TEMPERATURE, TOO_COLD, TOO_HOT, TRIM, WATCH

_OF_JOINTS = TOO_COLD  # the settings before it are about joints


class Tuning:
    """`kept` are the `Settings`; all else is what they act on."""

    def __init__(self, link, kept, limbs, signals, sensing, alarms):
        self._link = link
        self._kept = kept
        self._limbs = limbs
        self._signals = signals
        self._sensing = sensing
        self._alarms = alarms
        self._apply()
        limbs.confine()

    def order_settings(self, now_ms, order):
        """Take new settings, where there are any among the values, and tell how they all are."""
        values = self._kept.merged(order[2:])
        if not settings.fits(values):
            self._link.answer(schema.REFUSED, order.order, schema.REFUSALS.index("out_of_range"))
        elif self._limbs.busy and values[:_OF_JOINTS] != self._kept.values[:_OF_JOINTS]:
            self._link.answer(schema.REFUSED, order.order, schema.REFUSALS.index("busy"))
        else:
            if self._kept.put(values):
                self._apply()
            self._link.answer(schema.SETTINGS_TOLD, order.order, *values)

    def keep_quiet(self, on):
        """He is quiet, or no more: after a reboot too."""
        values = list(self._kept.values)
        values[QUIET] = on
        if self._kept.put(values):
            self._apply()

    def _apply(self):
        values, limbs, sensing, alarms = self._kept.values, self._limbs, self._sensing, self._alarms
        for i in range(len(limbs.motion.joints)):
            joint = limbs.motion.joints[i]
            low, high = limbs.ranges[i]
            joint.low = max(low, values[LOW + i])
            joint.high = min(high, values[HIGH + i])
            limbs.trims[i] = values[TRIM + i]
        if self._signals.quiet != values[QUIET]:
            limbs.motion.set_quiet(values[QUIET])
            self._signals.set_quiet(values[QUIET])
        sensing.temperature_offset = values[TEMPERATURE]
        sensing.humidity_offset = values[HUMIDITY]
        sensing.range_offset = values[RANGE]
        sensing.presence.near_mm = values[settings.NEAR]
        sensing.presence.again_steps = values[settings.AGAIN] * STEPS_PER_S
        sensing.presence.hold_steps = values[settings.HOLD] * STEPS_PER_S
        alarms.watch = values[WATCH]
        alarms.cold_cc = values[TOO_COLD]
        alarms.hot_cc = values[TOO_HOT]
