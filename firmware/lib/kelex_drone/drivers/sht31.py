"""Sensirion SHT31: temperature and humidity over I2C (datasheet SHT3x-DIS, version 7).

Single shots with high repeatability and no clock stretching: the command 0x2400, at most 15.5 ms, then six bytes: two
words, each with a CRC-8 (polynomial 0x31, start 0xFF). Until it is ready the sensor does not acknowledge its address.
"""

MEASURE = b"\x24\x00"
SOFT_RESET = b"\x30\xa2"
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
        self._asked = False
        self._misses = MISSES_ALLOWED
        self.temperature = None  # cC, None while faulty
        self.humidity = None  # c%

    def step(self):
        """Ask for a measurement, or fetch the one asked for; True when it fetched, well or not."""
        try:
            if not self._asked:
                self._i2c.writeto(self._address, MEASURE)
                self._asked = True
                return False
            self._asked = False
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

    def _miss(self):
        self._asked = False
        if self._misses < MISSES_ALLOWED:
            self._misses += 1
            return
        self.temperature = None
        self.humidity = None
        try:
            self._i2c.writeto(self._address, SOFT_RESET)
        except OSError:
            pass  # nobody there: the next step asks again


def crc8(data, start):
    """Sensirion's CRC-8 of the two bytes at `start`."""
    crc = 0xFF
    for i in range(start, start + 2):
        crc ^= data[i]
        crc = (crc << 4 ^ _CRC_OF_NIBBLE[crc >> 4]) & 0xFF
        crc = (crc << 4 ^ _CRC_OF_NIBBLE[crc >> 4]) & 0xFF
    return crc
