"""Whether somebody is there: the motion sensor sees warmth move, and something has to confirm that it is a person.

A passive infrared sensor fires at the sun on a curtain, a heater and a cat far off too. Such a first movement is
`motion`, no more. Somebody is there when, soon after it, the range finder sees something come near that did not stand
there before, or the sensor fires again; and until nothing of that has been so for a while. Without its range finder the
drone believes the motion sensor alone; that the range is faulty is told in any case.

Pure; counted in steps of the senses. `near_mm`, `again_steps` and `hold_steps` are settings (see tuning.py).
"""

from kelex_wire.dialect import micropython

STEPS_PER_S = 20
# A sensor fires again while it is still high, and stays so. By itself it is high for 3 s, at the shortest that its
# potentiometer allows (HC-SR501; hardware/README.md has it turned there).
PULSE_STEPS = 4 * STEPS_PER_S
# Nearer than what stood there by so much, for so many steps (each reading is seen twice), is somebody.
APPROACH_MM = 150
NEAR_STEPS = 3
# What stands near for so long and does not move is furniture.
STILL_STEPS = 120 * STEPS_PER_S
# What stands there is known by a mean over so many readings (1.6 s), in bits.
_GROUND_BITS = 5
_NEVER = -1


class Presence:
    """`put` is called with each look. `present` is 1 while somebody is there, None while the sensor says nothing."""

    def __init__(self):
        self.near_mm = self.again_steps = self.hold_steps = 0
        self.present = None
        self._pir = 0
        self._high = 0  # steps in which the sensor has been high without a pause
        self._since = _NEVER  # steps since it fired and nothing confirmed it
        self._left = 0  # steps for which somebody still counts as there
        self._near = 0
        self._still = 0  # steps since the sensor was high last
        self._ground = 0  # what stands there, in fractions of a mm; 0 is not known

    @micropython.native
    def put(self, pir, range_mm, has_range):
        """A look at the sensor (1, 0, None for faulty) and at the range. Whether this is a first movement."""
        if pir is None:
            self.present = None
            self._pir = self._left = self._high = 0
            self._since = _NEVER
            return False
        if self.present is None:
            self.present = 0
        if not pir and not self.present and self._since < 0:
            self._pir = self._high = 0
            self._learn(range_mm)
            return False
        fires = pir and not self._pir
        self._pir = pir
        self._high = self._high + 1 if pir else 0
        self._still = 0 if pir else self._still + 1
        near = self._is_near(range_mm)
        if self.present:
            self._hold(pir or (near and self._still < STILL_STEPS))
            return False
        again = fires and self._since >= 0
        is_first = fires and not again
        self._since = 0 if fires else self._since + 1
        if again or near or self._high > PULSE_STEPS or (pir and not has_range):
            self.present = 1
            self._left = self.hold_steps
            return False
        if self._since > self.again_steps:
            self._since = _NEVER
        return is_first

    @micropython.native
    def _hold(self, goes_on):
        self._left = self.hold_steps if goes_on else self._left - 1
        if self._left <= 0:
            self.present = 0
            self._since = _NEVER

    @micropython.native
    def _is_near(self, range_mm):
        limit = min(self.near_mm, (self._ground >> _GROUND_BITS) - APPROACH_MM)
        self._near = self._near + 1 if range_mm is not None and range_mm <= limit else 0
        return self._near >= NEAR_STEPS

    @micropython.native
    def _learn(self, range_mm):
        self._near = 0
        if range_mm is not None:
            ground = self._ground
            self._ground = ground + range_mm - (ground >> _GROUND_BITS) if ground else range_mm << _GROUND_BITS
