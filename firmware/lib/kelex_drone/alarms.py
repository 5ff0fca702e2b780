"""What is wrong around the drone, judged by itself: the room's air, the ground, the cry; told to whoever listens.

Pure. `step` comes with the senses (each SENSE_MS); nothing is allocated unless something changes. A channel that is
faulty changes nothing: that is told as a fault.
"""

from kelex_wire import schema
from kelex_wire.drone_link import elapsed_ms

from kelex_drone.dialect import micropython
from kelex_drone.sensing import TEMPERATURE

TOO_HOT, TOO_COLD, TREMOR, HOST_SILENT = range(len(schema.ALARMS))
# Levels as they stand here: 0 is no alarm, then those of `schema.LEVELS`.
NONE, MINOR, MODERATE, SEVERE, EXTREME = range(1 + len(schema.LEVELS))
# So far (cC) beyond a limit it is an emergency, and so far within it again the alarm is over.
FAR_CC = 400
WITHIN_CC = 50
# Steps on end that speak for a change: 2 s, in which the air is measured four times.
CONFIRM_STEPS = 40
_LASTED_MOST_S = 0xFFFF


class Alarms:
    """`levels` of `schema.ALARMS` as they stand; `crying` is what the microphone's ear says, 0 or 1."""

    def __init__(self, link, senses, quake):
        self.levels = bytearray(len(schema.ALARMS))
        self.crying = 0
        self.watch = 1  # whether he minds the nursery: what follows, and the cry
        self.cold_cc = 0
        self.hot_cc = 0
        self._link = link
        self._senses = senses
        self._quake = quake
        self._count = bytearray(len(schema.ALARMS))
        self._since_ms = [0] * len(schema.ALARMS)

    @micropython.native
    def step(self, now_ms):
        """Look at the air and at what trembles."""
        celsius = self._senses.values[TEMPERATURE]
        if not self.watch:
            self._forget(now_ms, TOO_HOT, celsius)
            self._forget(now_ms, TOO_COLD, celsius)
        elif celsius is not None:
            self._judge(now_ms, TOO_HOT, celsius - self.hot_cc, celsius)
            self._judge(now_ms, TOO_COLD, self.cold_cc - celsius, celsius)
        if self._quake.level != self.levels[TREMOR]:
            self.put(now_ms, TREMOR, self._quake.level, self._quake.peak)

    @micropython.native
    def _judge(self, now_ms, alarm, beyond, reading):
        level = EXTREME if beyond > FAR_CC else SEVERE if beyond > 0 else NONE
        standing = self.levels[alarm]
        if level <= standing and not (standing and beyond < -WITHIN_CC):
            self._count[alarm] = 0
            return
        self._count[alarm] += 1
        if self._count[alarm] >= CONFIRM_STEPS:
            self.put(now_ms, alarm, level, reading)

    def _forget(self, now_ms, alarm, reading):
        if self.levels[alarm]:
            self.put(now_ms, alarm, NONE, reading or 0)

    def put(self, now_ms, alarm, level, reading):
        """An alarm stands at this level from now on; tell it where it is over, new, or graver than before."""
        standing = self.levels[alarm]
        self._count[alarm] = 0
        if level == standing or 0 < level < standing:
            return
        self.levels[alarm] = level
        if not standing:
            self._since_ms[alarm] = now_ms
        lasted_s = min(elapsed_ms(now_ms, self._since_ms[alarm]) // 1000, _LASTED_MOST_S)
        told = (level or standing) - 1
        self._link.notice(now_ms, schema.ALARM, alarm, 1 if level else 0, told, clamped(reading), lasted_s)


def clamped(reading):
    """A reading as an event can carry it: 16 bits."""
    return min(max(reading, -32768), 32767)
