"""When a reading is worth a report: at a change beyond its dead band, and now and then all the same."""

from kelex_wire.drone_link import elapsed_ms

from kelex_drone.dialect import micropython

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

    @micropython.native
    def put(self, channel, value):
        """A new reading of a channel."""
        self.values[channel] = value

    @micropython.native
    def worth_telling(self, now_ms):
        """Whether the readings should be reported now."""
        if elapsed_ms(now_ms, self._told_ms) >= HEARTBEAT_MS:
            return True
        values, tellings, dead_bands = self.values, self._told, self.dead_bands
        for i in range(len(values)):
            value = values[i]
            told = tellings[i]
            if value is None or told is None:
                if value is not told:
                    return True
            elif abs(value - told) >= dead_bands[i]:
                return True
        return False

    def forget(self):
        """Whoever listens from now on has been told nothing."""
        for i in range(len(self._told)):
            self._told[i] = None

    def told(self, now_ms):
        """The readings have been reported."""
        self._told_ms = now_ms
        for i in range(len(self.values)):
            self._told[i] = self.values[i]
