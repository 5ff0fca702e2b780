"""Which servos get pulses, and how many: at first only now and then, then all, after a long rest none.

A servo does not say where it is: pulsed, it goes to the pulse's angle as fast as its motor can. A single pulse moves it
for one period (20 ms) only, so with one pulse in CREEP_PERIOD it creeps: an MG90S, 12 degrees in each 100 ms. Each
joint has its own turn in that period, so at most two motors draw at a time.

Pure; a tick is TICK_MS. Nothing is allocated.
"""

from kelex_wire.dialect import micropython

CREEP_PERIOD = 5
# From anywhere in a range of 180 degrees; and from where it was let go, if somebody turned it a little meanwhile.
UNKNOWN_TICKS = 80
LET_GO_TICKS = 15
LIMP = -1


class Attachment:
    """Of `count` servos, all limp in the beginning."""

    def __init__(self, count):
        self.left = [LIMP] * count  # ticks until it is surely where its pulses say; 0: held there
        self._first = [True] * count
        self._tick = 0
        self.creeping = False  # whether any of them does

    def wake(self, i):
        """See to it that servo i gets pulses; ticks until it may be moved."""
        if self.left[i] == LIMP:
            self.left[i] = UNKNOWN_TICKS if self._first[i] else LET_GO_TICKS
            self._first[i] = False
            self.creeping = True
        return self.left[i]

    def let_go(self, i):
        """Have servo i go limp."""
        self.left[i] = LIMP

    def halt(self):
        """Let go of all that creep: they stay where they are, wherever that is."""
        for i in range(len(self.left)):
            if self.left[i] > 0:
                self.left[i] = LIMP
                self._first[i] = True
        self.creeping = False

    @micropython.native
    def step(self):
        """Go on by a tick."""
        if not self.creeping:
            return
        self._tick += 1
        self.creeping = False
        for i in range(len(self.left)):
            if self.left[i] > 0:
                self.left[i] -= 1
                self.creeping = self.creeping or self.left[i] > 0

    @micropython.native
    def has_pulse(self, i):
        """Whether servo i gets a pulse in this tick."""
        left = self.left[i]
        return left == 0 or (left > 0 and (self._tick + i) % CREEP_PERIOD == 0)
