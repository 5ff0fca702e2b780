"""What the drone does by itself, before anybody is asked: each reflex with what raises it, what ends it, its reaction.

Pure. `step` comes with the senses (each SENSE_MS); nothing is allocated unless something happens. A channel that is
faulty raises nothing: that is told as a fault.
"""

from kelex_wire import schema

from kelex_drone.dialect import micropython
from kelex_drone.sensing import CURRENT, RANGE, TEMPERATURE, VOLTAGE

# STOP: every joint stays where it is. LIMP: and gets no pulses, so that it can neither press nor draw.
STOP, LIMP = 0, 1
# Nearer than this to the sensor between the arms there is somebody's hand, or face; and so far away it is gone.
HAND_MM = 150
HAND_GONE_MM = 250
# Readings (10 a second) of a current that no free joint draws.
STALL_READINGS = 2
# How often the rest after a stall is doubled at most; and the steps after which earlier ones are forgotten.
STALLS_MOST = 5
CALM_STEPS = 1200
# The squared cosine, in 64ths, of the lean at which it surely falls, and of one at which it surely stands: 50 and 30
# degrees.
FALLING = 26
STANDING = 48
# Under load; two lithium-ion cells below 3.1 V take harm, and the board's regulator is about to let go.
EMPTY_MV = 6200
CHARGED_MV = 6800
# What servo gears and the battery stand (MG90S: to 55 degrees; lithium-ion cells: discharge to 60).
HOT_CC = 5500
COOL_CC = 5000
# Of each reflex, in the order of `schema.REFLEXES`: steps until it is raised, steps until it is over, reaction.
_RULES = (
    (3, 20, STOP),  # hand: two readings of the range, one each 100 ms
    (1, 100, LIMP),  # stall
    (6, 40, LIMP),  # tilt
    (20, 100, LIMP),  # low_battery
    (20, 100, LIMP),  # heat
)
HAND, STALL, TILT, LOW_BATTERY, HEAT = range(5)
# Squared cosines of 10, 20, ... 90 degrees, in 64ths.
_COSINES = (62, 57, 48, 38, 26, 16, 7, 2, 0)


class Reflexes:
    """`sensing` has the readings, `limbs` obey."""

    def __init__(self, link, sensing, limbs):
        self._link = link
        self._sensing = sensing
        self._limbs = limbs
        self._active = bytearray(len(_RULES))
        self._count = [0] * len(_RULES)  # steps on end that speak for a change
        self._stalls = 0  # of late
        self._calm = 0  # steps since the last one

    def holds(self, reflex):
        """Whether that one holds the joints now."""
        return self._active[reflex] != 0

    @micropython.native
    def step(self, now_ms):
        """Look at all that was read."""
        values = self._sensing.senses.values
        active, count = self._active, self._count
        range_mm = values[RANGE]
        near = range_mm is not None and range_mm < (HAND_GONE_MM if active[HAND] else HAND_MM)
        if (near and self._limbs.busy) or active[HAND] or count[HAND]:
            self._take(now_ms, HAND, near, range_mm or 0)
        # Limp it draws nothing, whatever holds it: so it is tried again, each time after twice as long.
        if self._stalls and not active[STALL]:
            self._calm += 1
            if self._calm >= CALM_STEPS:
                self._stalls = 0
        stalled = self._sensing.effort.stalled >= STALL_READINGS and self._limbs.moving > 0
        if stalled or active[STALL]:
            self._take(now_ms, STALL, stalled, values[CURRENT] or 0)
        voltage = values[VOLTAGE]
        if voltage is not None and (voltage < EMPTY_MV or active[LOW_BATTERY] or count[LOW_BATTERY]):
            self._take(now_ms, LOW_BATTERY, voltage < (CHARGED_MV if active[LOW_BATTERY] else EMPTY_MV), voltage)
        heat = values[TEMPERATURE]
        if heat is not None and (heat > HOT_CC or active[HEAT] or count[HEAT]):
            self._take(now_ms, HEAT, heat > (COOL_CC if active[HEAT] else HOT_CC), heat // 100)
        self._look_at_tilt(now_ms)

    def _look_at_tilt(self, now_ms):
        # A 64th of each, lest the squares get too big for a small integer.
        x, y, z = self._sensing.x >> 6, self._sensing.y >> 6, self._sensing.z >> 6
        weight = x * x + y * y + z * z
        upright = 64 * z * z if z > 0 else 0
        leans = weight * (STANDING if self._active[TILT] else FALLING) > upright
        if leans or self._active[TILT] or self._count[TILT]:
            self._take(now_ms, TILT, leans, degrees(upright // weight, z < 0) if weight else 0)

    @micropython.native
    def _take(self, now_ms, reflex, wrong, reading):
        active = self._active[reflex]
        if wrong == bool(active):
            self._count[reflex] = 0
            return
        self._count[reflex] += 1
        raise_after, clear_after, reaction = _RULES[reflex]
        if reflex == STALL:
            clear_after <<= min(self._stalls, STALLS_MOST) - 1 if active else 0
        if self._count[reflex] < (clear_after if active else raise_after):
            return
        if reflex == STALL and not active:
            self._stalls += 1
            self._calm = 0
        self._count[reflex] = 0
        self._active[reflex] = 0 if active else 1
        if active:
            self._limbs.release(now_ms, reaction == LIMP)
        else:
            self._limbs.seize(now_ms, reaction == LIMP)
        self._link.notice(now_ms, schema.REFLEX, reflex, self._active[reflex], min(max(reading, -32768), 32767))


def degrees(squared_cosine, beyond):
    """The angle of a squared cosine in 64ths, to the ten degrees that it has at least; `beyond`: more than 90."""
    angle = 0
    for i in range(len(_COSINES)):
        if squared_cosine <= _COSINES[i]:
            angle = 10 * i + 10
    return 180 - angle if beyond else angle
