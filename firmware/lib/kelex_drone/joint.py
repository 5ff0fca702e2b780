"""One joint's way to its target: a straight ramp, smoothed by two moving averages. Angles in centidegrees, by the tick.

The ramp leads at a constant speed; the joint follows at the mean, over SECOND ticks, of the mean of the ramp over FIRST
ticks. A mean of what keeps a limit keeps it too, whatever the ramp does and whenever it is sent elsewhere:

    speed         never above the ramp's
    acceleration  at most 2 x speed / FIRST's time: from full speed one way to full speed the other; from rest, half
    jerk          at most 2 x acceleration / SECOND's time
    position      between places where the ramp was, so within the joint's range, and exactly its end at last

All sums are of whole numbers and nothing is rounded on the way, so the joint never drifts. This is a cascade of
boxcar filters, as the linear smoothing of CNC controllers; see Biagiotti and Melchiorri, "Trajectory Planning for
Automatic Machines and Robots", 2008, section 4.5.
"""

from array import array

from kelex_wire.dialect import micropython, ptr32

TICK_MS = 20
# Parts of a centidegree that the ramp is counted in, lest a slow one goes by steps.
FINE = 16
# In quiet mode a joint has this share of its speed, and with it of its acceleration and jerk.
QUIET_SHARE = 3
NOBODY = -1


class Joint:
    """`position` is what is commanded now. `limits` are its range (lowest, highest), speed, acceleration and jerk."""

    def __init__(self, limits, start=0):
        low, high, speed, acceleration, jerk = limits
        self.low = low
        self.high = high
        self.position = start
        self.target = start
        self.owner = NOBODY  # the order that moves it
        self.left = 0  # ticks until it is at rest at its target
        first = -(-2000 * speed // (acceleration * TICK_MS))
        second = -(-4 * speed * 1000 // TICK_MS // (first * (jerk * TICK_MS // 1000)))
        self.tail = first + second - 2  # ticks from the ramp's end to the joint's
        self._full = speed * TICK_MS * FINE // 1000
        self._reach = self._full  # how far the ramp gets in a tick
        self._first = array("i", [0] * first)
        self._second = array("i", [0] * second)
        self._whole = first * second * FINE
        self._lead = 0  # where the ramp is, in FINE parts
        self._from = 0
        self._way = 0
        self._ramp = 1  # its ticks
        self._at = 1  # of these
        self._sum = 0  # of `_first`
        self._total = 0  # of `_second`
        self._i = 0  # the oldest in `_first`
        self._j = 0
        self._fill()

    def set_quiet(self, quiet):
        """Have the speed of quiet mode for the ramps to come, or the full one."""
        self._reach = self._full // QUIET_SHARE if quiet else self._full

    @micropython.native
    def least_ticks(self, target):
        """The shortest time in which this joint reaches `target` from where it is, whatever it is doing."""
        return self._ticks(target * FINE - self._lead)

    def ticks_between(self, angle, target):
        """The shortest time from rest at `angle` to rest at `target`."""
        return self._ticks((target - angle) * FINE)

    @micropython.native
    def _ticks(self, way):
        return max(-(-abs(way) // self._reach), 1) + self.tail

    @micropython.native
    def begin(self, target, ticks, delay=0):
        """Reach `target` in `ticks`, the first `delay` of which the ramp rests; together at least `least_ticks`."""
        self.target = target
        self.left = ticks
        self._from = self._lead
        self._way = target * FINE - self._lead
        self._ramp = ticks - delay - self.tail
        assert self._ramp > 0
        self._at = -delay

    @micropython.native
    def step(self):
        """Go on by a tick."""
        if not self.left:
            return
        self.left -= 1
        if self._at < self._ramp:
            self._at += 1
            if self._at > 0:
                self._lead = self._from + self._way * self._at // self._ramp
        ring, i = self._first, self._i
        self._sum += self._lead - ring[i]
        ring[i] = self._lead
        self._i = i + 1 if i + 1 < len(ring) else 0
        ring, i = self._second, self._j
        self._total += self._sum - ring[i]
        ring[i] = self._sum
        self._j = i + 1 if i + 1 < len(ring) else 0
        self.position = (self._total + self._whole // 2) // self._whole

    @micropython.native
    def halt(self):
        """Stay at `position`, at once."""
        self.target = self.position
        self.left = 0
        self._fill()

    @micropython.native
    def _fill(self):
        """All is as if the ramp had always been where the joint is."""
        self._lead = self.position * FINE
        self._from = self._lead
        self._way = 0
        self._ramp = 1
        self._at = 1
        self._sum = self._lead * len(self._first)
        self._total = self._sum * len(self._second)
        fill(self._first, len(self._first), self._lead)
        fill(self._second, len(self._second), self._sum)
        self._i = 0
        self._j = 0


@micropython.viper
def fill(ring: ptr32, count: int, value: int):
    """All `count` words of a ring are that value: a stop fills sixteen of them within its turn."""
    ring = ptr32(ring)
    for i in range(count):
        ring[i] = value
