"""Whether the servos draw what servos draw: more means that something holds one, less that one is not there.

Pure. Currents in milliamperes; the figures are the board's (`hardware/board.toml`).
"""

from kelex_drone import board
from kelex_drone.dialect import micropython

# Readings out of bounds before it counts, and in bounds before it counts no more (10 a second).
RAISE_AFTER = 5
CLEAR_AFTER = 10


class Effort:
    """`faulty` is 1 while the servos draw what they should not, else 0."""

    def __init__(self):
        self.faulty = 0
        self.stalled = 0  # readings on end that were more than free joints draw
        self._count = 0
        self._resting_ma = 0  # what they drew last while none was on its way

    @micropython.native
    def take(self, current_ma, attached, moving, turning):
        """A reading (None: unknown), while `attached` servos get pulses, `moving` of them are on their way, and
        `turning` of these fast enough that their motors must run.
        """
        if current_ma is None:
            return
        most = attached * board.SERVO_IDLE_MOST_MA + moving * board.SERVO_MOVING_MOST_MA + board.SERVO_SLACK_MA
        # What the others draw to hold still must not pass for a motor that runs.
        least = self._resting_ma + turning * board.SERVO_TURNING_LEAST_MA if turning else 0
        self.stalled = min(self.stalled + 1, 255) if current_ma > most else 0
        wrong = not least <= current_ma <= most
        if not moving and not wrong:
            self._resting_ma = current_ma
        if wrong == bool(self.faulty):
            self._count = 0
            return
        self._count += 1
        if self._count >= (RAISE_AFTER if wrong else CLEAR_AFTER):
            self.faulty = 1 if wrong else 0
            self._count = 0
