"""InvenSense MPU-6050: acceleration over I2C (register map RM-MPU-6000A-00, revision 4.2).

A sample each 10 ms, low-passed at 21 Hz, up to 4 g. INT_STATUS (0x3A) lies before the acceleration (0x3B to 0x40), so
that one transfer of 7 bytes says both what was measured and whether it is new. The chip sleeps after power-up.
"""

from kelex_drone.dialect import micropython

_CONFIG = 0x19  # and the three registers after it
_INT_ENABLE = 0x38
_INT_STATUS = 0x3A
_POWER = 0x6B
_WHO_AM_I = 0x75
_IDENTITY = 0x68
_DATA_READY = 1
_RESET = b"\x80"
# Awake, by the gyroscope's clock, which the map recommends (register 107).
_WAKE = b"\x01"
# Registers 25 to 28: sample rate 1 kHz / (1 + 9), DLPF_CFG 4 (21 Hz), gyroscope at 250 degrees/s, acceleration at 4 g.
_SETTINGS = b"\x09\x04\x00\x08"
_ENABLE_DATA_READY = b"\x01"
# What `step` does next. A reset may take 100 ms (register 107): the chip is left alone for one step.
_FIND, _SETTLE, _RISE, _SET_UP, _READ = range(5)
# Readings that may fail one after the other before the last good one no longer counts.
MISSES_ALLOWED = 2


class Mpu6050:
    """`i2c` is a `machine.I2C`. `step` is called every 50 ms and never waits; the fifth gives the first reading."""

    def __init__(self, i2c, address):
        self._i2c = i2c
        self._address = address
        self._data = bytearray(7)
        self._settings = bytearray(4)
        self._byte = bytearray(1)
        self._next = _FIND
        self._misses = MISSES_ALLOWED
        self.ok = False
        self.x = 0  # mm/s2, valid while `ok`
        self.y = 0
        self.z = 0
        self.reading = 0  # the lowest ten bits of each axis: while it stays the same, nothing new was measured

    @micropython.native
    def step(self):
        """Read, or go one step on to where it can be; True when there is a new reading."""
        try:
            if self._next == _READ:
                self._i2c.readfrom_mem_into(self._address, _INT_STATUS, self._data)
                return self._take()
            if self._set_up():
                return False
        except OSError:
            pass
        self._miss()
        return False

    def _set_up(self):
        """The next step of the initialisation; False when the chip is not what it should be."""
        i2c = self._i2c
        if self._next == _FIND:
            i2c.readfrom_mem_into(self._address, _WHO_AM_I, self._byte)
            if self._byte[0] != _IDENTITY:
                return False
            i2c.writeto_mem(self._address, _POWER, _RESET)
        elif self._next == _RISE:
            i2c.writeto_mem(self._address, _POWER, _WAKE)
        elif self._next == _SET_UP:
            i2c.writeto_mem(self._address, _CONFIG, _SETTINGS)
            i2c.writeto_mem(self._address, _INT_ENABLE, _ENABLE_DATA_READY)
            i2c.readfrom_mem_into(self._address, _CONFIG, self._settings)
            if self._settings != _SETTINGS:
                return False
        self._next += 1
        return True

    @micropython.native
    def _take(self):
        data = self._data
        x = data[1] << 8 | data[2]
        y = data[3] << 8 | data[4]
        z = data[5] << 8 | data[6]
        # All zero is what it says asleep, all ones what an idle bus says.
        if not data[0] & _DATA_READY or data[0] == 0xFF or not x | y | z:
            self._miss()
            return False
        self._misses = 0
        self.ok = True
        self.x = to_mm_s2(x)
        self.y = to_mm_s2(y)
        self.z = to_mm_s2(z)
        self.reading = (x & 0x3FF) << 20 | (y & 0x3FF) << 10 | z & 0x3FF
        return True

    def _miss(self):
        if self._misses < MISSES_ALLOWED:  # so it is only after a reading
            self._misses += 1
            return
        self._next = _FIND
        self.ok = False


@micropython.native
def to_mm_s2(raw):
    """An axis' 16 bits, two's complement, 8192 to a g of 9806.65 mm/s2; kept below 2^30."""
    if raw & 0x8000:
        raw -= 0x10000
    return raw * 9807 + 4096 >> 13
