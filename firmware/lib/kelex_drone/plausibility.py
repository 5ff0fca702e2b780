"""Whether to believe a sensor: what is out of range, leaps about or never changes is told as None, never as good.

A real sensor's least digit is never still, and the world does not leap at reading after reading. After leaps or chatter
a channel counts as good again when it has behaved for a while.
"""

from kelex_drone.dialect import micropython

# A leap adds, a calm reading takes one away; noisy above BELIEVED, until nothing is left of it.
LEAP_WEIGHT = 2
LEAPS_BELIEVED = 4
LEAPS_KEPT = 12
# To and fro between two places is no noise, but a waving hand or a lamp: this share of a leap is "the same place".
SAME_PLACE = 4
# The same for a contact that changes its mind, or says nothing; who presses it twice a second may do so for ever.
CHATTER_WEIGHT = 4
SILENCE_WEIGHT = 8
CHATTER_BELIEVED = 40
CHATTER_KEPT = 60


class Watch:
    """One measured channel. `take` is called with each new reading.

    `low`..`high` is what can be, and `beyond_most` how many readings in a row may lie outside; `leap_most` is the
    greatest change between two readings that nature makes; after `same_most` equal raw readings in a row the sensor
    is stuck. `silence_leaps`: no reading at all counts as a leap.
    """

    def __init__(self, low, high, leap_most, same_most, beyond_most=0, silence_leaps=False):
        self._low = low
        self._high = high
        self._leap_most = leap_most
        self._same_most = same_most
        self._beyond_most = beyond_most
        self._silence_leaps = silence_leaps
        self._raw = None
        self._leaping = None  # the quantity whose leaps are watched, at the last reading
        self._left = None  # and where it last leapt from
        self._same = 0
        self._beyond = 0
        self._leaps = 0
        self._noisy = False

    @micropython.native
    def take(self, raw, value, leaping):
        """`value`, if it can be believed, else None.

        `raw` is the reading before it was rounded to a value, or None where nothing is to be learned from its
        standing still; `leaping` is what `leap_most` is about, the value itself in most sensors.
        """
        if value is None:
            self._leaping = None
            if self._silence_leaps:
                self._leaps = min(self._leaps + LEAP_WEIGHT, LEAPS_KEPT)
                self._noisy = self._noisy or self._leaps > LEAPS_BELIEVED
            return None
        self._same = min(self._same + 1, self._same_most) if raw is not None and raw == self._raw else 0
        self._raw = raw
        outside = not self._low <= value <= self._high
        self._beyond = min(self._beyond + 1, self._beyond_most + 1) if outside else 0
        if self._leaping is not None or self._silence_leaps:
            self._count_leap(leaping)  # else: the first reading after a silence is neither a leap nor calm
        self._leaping = leaping
        if self._leaps > LEAPS_BELIEVED:
            self._noisy = True
        elif self._leaps == 0:
            self._noisy = False
        if self._noisy or self._same >= self._same_most or self._beyond > self._beyond_most:
            return None
        return value

    @micropython.native
    def _count_leap(self, leaping):
        if self._leaping is not None and abs(leaping - self._leaping) > self._leap_most:
            left = self._left
            self._left = self._leaping
            if left is None or abs(leaping - left) > self._leap_most // SAME_PLACE:
                self._leaps = min(self._leaps + LEAP_WEIGHT, LEAPS_KEPT)
                return
        if self._leaps:
            self._leaps -= 1

    def is_calm(self):
        """Whether it has not leapt lately: a single reading says something."""
        return self._leaps == 0


class ContactWatch:
    """One yes-or-no channel, debounced. `take` is called with each reading, 20 times a second.

    It is believed after two equal readings. Where nobody drives the line, where it chatters, or where it has been
    active for more than `active_most` readings, the channel is faulty: `value` is None.
    """

    def __init__(self, active_most, inverted=False):
        self._active_most = active_most
        self._inverted = inverted
        self._level = None
        self._active = 0
        self._chatter = 0
        self._faulty = False
        self.value = None

    @micropython.native
    def take(self, level):
        """A reading: 1, 0, or None for nobody there. Returns `value`."""
        if level is not None and self._inverted:
            level = 1 - level
        before = self._level
        self._level = level
        if level is None:
            self._chatter = min(self._chatter + SILENCE_WEIGHT, CHATTER_KEPT)
        elif before is not None and level != before:
            self._chatter = min(self._chatter + CHATTER_WEIGHT, CHATTER_KEPT)
        elif self._chatter:
            self._chatter -= 1
        self._active = min(self._active + 1, self._active_most + 1) if level else 0
        if self._chatter > CHATTER_BELIEVED or self._active > self._active_most:
            self._faulty = True
        elif self._chatter == 0:
            self._faulty = False
        if self._faulty:
            self.value = None
        elif level is not None and level == before:
            self.value = level
        return self.value
