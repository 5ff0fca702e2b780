"""Whether the ground trembles, and how badly: STA/LTA on the accelerometer, as seismographs judge.

What is judged is the way from one reading to the next: gravity is not in it, and a fall or a tilt, however great, is
one long way only. The short-term average (STA) of the ways has to exceed the long-term one (LTA), and to do so without
a rest: steps, doors and blows are short, and while the drone moves its own joints only what they never do counts. The
class comes from the highest level meanwhile (see tremor.py). Whole numbers below 2^30; nothing is allocated.
"""

from kelex_wire.body import TREMOR_CLASSES
from kelex_wire.schema import LEVELS

from kelex_drone.dialect import micropython

# The averages' shares of each new way, in bits: time constants of 0.4 s and 26 s at a reading each 50 ms.
STA_BITS, LTA_BITS = 3, 9
# STA to LTA from which on it trembles, and below which it does so no more (in quarters).
BEGIN, END_QUARTERS = 3, 6
# mm/s2 from one reading to the next, all axes together: below the first it is the sensor's noise and a lived-in room,
# up to the second the drone itself, while it moves and so many readings longer.
LEAST = 60
OWN_MOST = 3000
OWN_READINGS = 10
# A way beyond the limits counts one, another takes two away: steps (two to four a second, each felt in two or three
# readings) never come so far, a tremor of 2 to 8 Hz does within 1.3 s.
SUSTAINED = 10
REST = 2
# Over after so many readings of rest: a second.
OVER_READINGS = 20
_CLASSES = tuple([(least, 1 + LEVELS.index(name)) for least, name in TREMOR_CLASSES])
_MINOR = 1


class Quake:
    """`level` is 0 or one more than the place in `schema.LEVELS`; `peak` (mm/s2) is the worst of this tremor."""

    def __init__(self):
        self.level = 0
        self.peak = 0
        self._lta = LEAST << LTA_BITS
        self.reset()

    def reset(self):
        """The readings have a gap: what came before says nothing."""
        self.level = 0
        self._sta = 0
        self._sustained = 0
        self._own = 0
        self._calm = 0

    @micropython.native
    def put(self, way, tremor, moves):
        """A reading: its way from the one before, how hard it shakes, whether the drone moves."""
        self._own = OWN_READINGS if moves else max(self._own - 1, 0)
        self._sta += way - (self._sta >> STA_BITS)
        sta = self._sta >> STA_BITS
        lta = max(self._lta >> LTA_BITS, LEAST)
        least = max(BEGIN * lta, OWN_MOST) if self._own else BEGIN * lta
        if way >= least >> 1:
            self._sustained = min(self._sustained + 1, SUSTAINED)
        else:
            self._sustained = max(self._sustained - REST, 0)
        if self.level:
            self._go_on(sta, lta, tremor)
        elif sta >= least and self._sustained >= SUSTAINED:
            self._calm = 0
            self.peak = tremor
            self.level = class_of(tremor)
        elif not self._own:
            self._lta += way - (self._lta >> LTA_BITS)

    def _go_on(self, sta, lta, tremor):
        self.peak = max(self.peak, tremor)
        self.level = max(self.level, class_of(tremor))
        self._calm = self._calm + 1 if 4 * sta < END_QUARTERS * lta else 0
        if self._calm >= OVER_READINGS:
            self.level = 0


def class_of(tremor):
    """How grave so hard a shake is."""
    for least, level in _CLASSES:
        if tremor >= least:
            return level
    return _MINOR
