"""What the drone does by itself, before anybody is asked: each reflex with what raises it, what ends it, its reaction.

Pure. `step` comes with the senses (each SENSE_MS); nothing is allocated unless something happens. A channel that is
faulty raises nothing: that is told as a fault.
"""

from kelex_wire import schema

from kelex_drone.sensing import CURRENT, RANGE, TEMPERATURE, VOLTAGE
from kelex_drone.tremor import length

# STOP: every joint stays where it is. LIMP: and gets no pulses, so that it can neither press nor draw.
STOP, LIMP = 0, 1
# Nearer than this to the sensor between the arms there is somebody's hand, or face; and so far away it is gone.
HAND_MM = 150
HAND_GONE_MM = 250
# Readings (10 a second) of a current that no free joint draws.
STALL_READINGS = 2
# The cosine, in hundredths, of the lean at which it surely falls, and of one at which it surely stands: 50 and 30 deg.
FALLING = 64
STANDING = 87
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
# Cosines of 0, 10, ... 180 degrees, in hundredths.
_COSINES = (100, 98, 94, 87, 77, 64, 50, 34, 17, 0, -17, -34, -50, -64, -77, -87, -94, -98, -100)


class Reflexes:
    """`sensing` has the readings, `limbs` obey."""

    def __init__(self, link, sensing, limbs):
        self._link = link
        self._sensing = sensing
        self._limbs = limbs
        self._active = bytearray(len(_RULES))
        self._count = bytearray(len(_RULES))  # steps on end that speak for a change

    def step(self, now_ms):
        """Look at all that was read."""
        values = self._sensing.senses.values
        active = self._active
        range_mm = values[RANGE]
        if range_mm is None:
            self._take(now_ms, HAND, 0, 0)
        else:
            near = range_mm < (HAND_GONE_MM if active[HAND] else HAND_MM)
            self._take(now_ms, HAND, near and (self._limbs.busy or active[HAND]), range_mm)
        # What holds a joint is gone once nothing draws too much any more, which limp it cannot.
        self._take(now_ms, STALL, self._limbs.moving and self._sensing.stalled >= STALL_READINGS, values[CURRENT] or 0)
        self._look_at_tilt(now_ms)
        voltage = values[VOLTAGE]
        if voltage is not None:
            self._take(now_ms, LOW_BATTERY, voltage < (CHARGED_MV if active[LOW_BATTERY] else EMPTY_MV), voltage)
        temperature = values[TEMPERATURE]
        if temperature is not None:
            self._take(now_ms, HEAT, temperature > (COOL_CC if active[HEAT] else HOT_CC), temperature // 100)

    def _look_at_tilt(self, now_ms):
        x, y, z = self._sensing.acceleration
        weight = length(x, y, z)
        if not weight:
            return  # the sensor is faulty
        upright = 100 * z // weight
        self._take(now_ms, TILT, upright < (STANDING if self._active[TILT] else FALLING), degrees(upright))

    def _take(self, now_ms, reflex, wrong, reading):
        active = self._active[reflex]
        if bool(wrong) == bool(active):
            self._count[reflex] = 0
            return
        self._count[reflex] += 1
        raise_after, clear_after, reaction = _RULES[reflex]
        if self._count[reflex] < (clear_after if active else raise_after):
            return
        self._count[reflex] = 0
        self._active[reflex] = 0 if active else 1
        if active:
            self._limbs.release(now_ms, reaction == LIMP)
        else:
            self._limbs.seize(now_ms, reaction == LIMP)
        self._link.notice(now_ms, schema.REFLEX, reflex, self._active[reflex], min(max(reading, -32768), 32767))


def degrees(cosine):
    """The angle of a cosine in hundredths, to the ten degrees that it has at least."""
    for i in range(len(_COSINES)):
        if cosine >= _COSINES[i]:
            return 10 * i
    return 180
