"""What the board keeps of its own body and its household: trims, narrower limits, the nursery's air, offsets.

`kelex_wire/body.py` declares them. In flash they are 16-bit words in that order; what is not there, or not within its
limits, is as at first. Pure but for `save`, which is handed in.
"""

from kelex_wire import body
from kelex_wire.drone_link import elapsed_ms

NAMES = tuple([row[0] for row in body.SETTINGS])
_JOINTS = len(body.JOINTS)
TRIM, LOW, HIGH = 0, _JOINTS, 2 * _JOINTS
TOO_COLD, TOO_HOT, WATCH, QUIET, TEMPERATURE, HUMIDITY, RANGE, NEAR, AGAIN, HOLD = range(3 * _JOINTS, len(NAMES))
# After a write that failed the next one is tried so much later.
RETRY_MS = 60000


class Settings:
    """`values` in the order of `body.SETTINGS`. `saved` is what the flash held; `save(data)` raises OSError."""

    def __init__(self, saved, save):
        self.values = list(body.DEFAULTS)
        self.writes = 0
        self.faults = 0  # writes that failed, and settings in flash that cannot be
        self._save = save
        self._dirty = False
        self._failed_ms = 0
        self._failed = False
        for i in range(min(len(saved) // 2, len(NAMES))):
            value = int.from_bytes(saved[2 * i : 2 * i + 2], "little")
            self.values[i] = value - 0x10000 if value & 0x8000 else value
            _, _, _, low, high = body.SETTINGS[i]
            if not low <= self.values[i] <= high:
                self.values[i] = body.DEFAULTS[i]
                self.faults += 1
        if not fits(self.values):
            self.values = list(body.DEFAULTS)
            self.faults += 1

    def merged(self, wanted):
        """The settings with those of `wanted` that are not None."""
        return [value if want is None else want for value, want in zip(self.values, wanted)]

    def put(self, values):
        """Have these from now on; whether they are others than before. They come into flash when `step` can."""
        if values == self.values:
            return False
        self.values = values
        self._dirty = True
        self._failed = False
        return True

    def step(self, now_ms, at_rest):
        """Bring them into flash where that is due; whether it wrote, which took its time."""
        if not self._dirty or not at_rest or (self._failed and elapsed_ms(now_ms, self._failed_ms) < RETRY_MS):
            return False
        self.writes = (self.writes + 1) & 0xFFFF
        try:
            self._save(b"".join([(value & 0xFFFF).to_bytes(2, "little") for value in self.values]))
            self._dirty = False
        except OSError:
            self.faults = (self.faults + 1) & 0xFFFF
            self._failed = True
            self._failed_ms = now_ms
        return True


def fits(values):
    """Whether each lower limit is below its higher one, and none beyond what its joint may do at all."""
    for i in range(_JOINTS):
        _, low, high = body.JOINTS[i]
        if not low <= values[LOW + i] < values[HIGH + i] <= high:
            return False
    return values[TOO_COLD] < values[TOO_HOT]
