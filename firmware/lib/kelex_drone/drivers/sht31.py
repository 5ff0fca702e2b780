"""Sensirion SHT31: temperature and humidity over I2C (datasheet SHT3x-DIS, version 7).

Single shots with high repeatability and no clock stretching: the command 0x2400, at most 15.5 ms, then six bytes: two
words, each with a CRC-8 (polynomial 0x31, start 0xFF). Until it is ready the sensor does not acknowledge its address.
Self-test: after a soft reset (1.5 ms at most) the status has to say so, and that the heater is off (4.13).
"""

from kelex_wire.dialect import micropython

MEASURE = b"\x24\x00"
SOFT_RESET = b"\x30\xa2"
READ_STATUS = b"\xf3\x2d"
# Of the status' first and second byte: the heater; a reset, and a command that was not understood.
HEATER = 0x20
RESET_SEEN, NOT_UNDERSTOOD = 0x10, 0x02
# What `step` does next.
RESET, TEST, ASK, FETCH = range(4)
EIO = 5
# Readings that may fail one after the other before the last good one no longer counts.
MISSES_ALLOWED = 2
# What four bits shifted out at the top leave behind.
_CRC_OF_NIBBLE = b"\x00\x31\x62\x53\xc4\xf5\xa6\x97\xb9\x88\xdb\xea\x7d\x4c\x1f\x2e"


class Sht31:
    """`i2c` is a `machine.I2C`. `step` is called at least 16 ms apart and never waits."""

    def __init__(self, i2c, address):
        self._i2c = i2c
        self._address = address
        self._data = bytearray(6)
        self._status = bytearray(3)
        self._next = RESET
        self._misses = MISSES_ALLOWED
        self.temperature = None  # cC, None while faulty
        self.humidity = None  # c%

    @micropython.native
    def step(self):
        """Go on with its start, ask for a measurement, or fetch it; True when it fetched, well or not."""
        try:
            if self._next != FETCH:
                self._begin()
                return False
            self._next = ASK
            self._i2c.readfrom_into(self._address, self._data)
        except OSError:
            self._miss()
            return True
        if crc8(self._data, 0) != self._data[2] or crc8(self._data, 3) != self._data[5]:
            self._miss()
            return True
        self._misses = 0
        # T = -45 + 175 raw / 65535 and RH = 100 raw / 65535, kept below 2^30; the error stays under 0.8 cC.
        self.temperature = (4375 * (self._data[0] << 8 | self._data[1]) + 8192 >> 14) - 4500
        self.humidity = 10000 * (self._data[3] << 8 | self._data[4]) + 32768 >> 16
        if self.temperature < -4000 or self.temperature > 12500:
            self.temperature = None
        return True

    def _begin(self):
        """Reset it, or ask it for a measurement, the first time after its self-test. Raises OSError."""
        if self._next == RESET:
            self._i2c.writeto(self._address, SOFT_RESET)
            self._next = TEST
            return
        if self._next == TEST and not self._is_sound():
            raise OSError(EIO)
        self._i2c.writeto(self._address, MEASURE)
        self._next = FETCH

    def _is_sound(self):
        """Whether its status is that of an SHT31 after a reset."""
        status = self._status
        self._i2c.writeto(self._address, READ_STATUS)
        self._i2c.readfrom_into(self._address, status)
        if crc8(status, 0) != status[2] or status[0] & HEATER:
            return False
        return status[1] & (RESET_SEEN | NOT_UNDERSTOOD) == RESET_SEEN

    def _miss(self):
        if self._misses < MISSES_ALLOWED:  # so it is only after a reading
            self._misses += 1
            self._next = ASK
            return
        self.temperature = None
        self.humidity = None
        self._next = RESET


@micropython.native
def crc8(data, start):
    """Sensirion's CRC-8 of the two bytes at `start`."""
    crc = 0xFF
    for i in range(start, start + 2):
        crc ^= data[i]
        crc = (crc << 4 ^ _CRC_OF_NIBBLE[crc >> 4]) & 0xFF
        crc = (crc << 4 ^ _CRC_OF_NIBBLE[crc >> 4]) & 0xFF
    return crc
