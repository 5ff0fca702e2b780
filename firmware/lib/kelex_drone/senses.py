"""When a reading is worth a report: at a change beyond its dead band, and now and then all the same."""

from kelex_wire.drone_link import elapsed_ms

HEARTBEAT_MS = 1000


class Senses:
    """The latest readings, None where a channel is faulty. `dead_bands` has one value for each channel.

    The order of the channels is that of `schema.SENSES`.
    """

    def __init__(self, dead_bands):
        self.dead_bands = dead_bands
        self.values = [None] * len(dead_bands)
        self._told = [None] * len(dead_bands)
        self._told_ms = 0

    def put(self, channel, value):
        """A new reading of a channel; True when it differs from the last one (before the first: from zero)."""
        changed = (self.values[channel] or 0) != (value or 0)
        self.values[channel] = value
        return changed

    def worth_telling(self, now_ms):
        """Whether the readings should be reported now."""
        if elapsed_ms(now_ms, self._told_ms) >= HEARTBEAT_MS:
            return True
        for i in range(len(self.values)):
            value = self.values[i]
            told = self._told[i]
            if value is None or told is None:
                if value is not told:
                    return True
            elif abs(value - told) >= self.dead_bands[i]:
                return True
        return False

    def told(self, now_ms):
        """The readings have been reported."""
        self._told_ms = now_ms
        for i in range(len(self.values)):
            self._told[i] = self.values[i]
