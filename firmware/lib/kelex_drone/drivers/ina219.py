"""Texas Instruments INA219: a supply's current, through a shunt of 0.1 ohm, and its voltage (datasheet SBOS448G).

Continuous conversions of both, 32 averaged of each: 34 ms. Whether there is a new one the bus voltage's register says,
until the power register is read (8.6.3.2; 8.3.1 says: until that register itself is read; both are done here).
Self-test: it has no identity, but after a reset its settings are the ones that the datasheet states.
The calibration stays 0: the shunt's voltage is the current, 0.1 mA to a bit, and the chip's own sums cannot overflow.
"""

from kelex_drone.dialect import micropython

_CONFIGURATION = 0
_SHUNT = 1
_BUS = 2
_POWER = 3
# 16 V, PGA / 8 (320 mV), BADC and SADC 1101 (32 averaged), mode 111 (8.6.2.1).
_SETTINGS = b"\x1e\xef"
_RESET = b"\x80\x00"
_AFTER_RESET = b"\x39\x9f"
_READY = 2
_READY_OR_OVERFLOW = 3
# The settings are read back at each of so many steps, a power of two.
_CHECK_STEPS = 16
# Less than nothing, down to this, is nothing: the offset is at most 200 uV at PGA / 8 (7.5), and there is noise.
_NOTHING = -50
# Readings that may fail one after the other before the last good one no longer counts.
MISSES_ALLOWED = 2


class Ina219:
    """`i2c` is a `machine.I2C`. `step` is called every 100 ms and never waits; the second gives the first reading."""

    def __init__(self, i2c, address):
        self._i2c = i2c
        self._address = address
        self._bus = bytearray(2)
        self._shunt = bytearray(2)
        self._word = bytearray(2)
        self._configured = False
        self._steps = 0
        self._misses = MISSES_ALLOWED
        self.current_ma = None  # mA, whichever way it flows; None while faulty, as the others
        self.raw = None  # the shunt's voltage, 10 uV
        self.supply_mv = None  # mV behind the shunt

    @micropython.native
    def step(self):
        """Test and configure it if that is due, else read; True when there is a new reading."""
        try:
            if self._configured:
                if self._read():
                    return True
            elif self._configure():
                return False
        except OSError:
            pass
        self._miss()
        return False

    def _configure(self):
        """Whether it is an INA219; then it measures from now on."""
        i2c, address = self._i2c, self._address
        i2c.writeto_mem(address, _CONFIGURATION, _RESET)
        i2c.readfrom_mem_into(address, _CONFIGURATION, self._word)
        if self._word != _AFTER_RESET:
            return False
        i2c.writeto_mem(address, _CONFIGURATION, _SETTINGS)
        self._configured = True
        self._steps = 0
        return True

    @micropython.native
    def _read(self):
        i2c = self._i2c
        address = self._address
        check = self._steps == 0
        self._steps = (self._steps + 1) % _CHECK_STEPS
        if check:
            i2c.readfrom_mem_into(address, _CONFIGURATION, self._word)
            if self._word != _SETTINGS:
                self._configured = False
                return False
        i2c.readfrom_mem_into(address, _BUS, self._bus)
        i2c.readfrom_mem_into(address, _SHUNT, self._shunt)
        i2c.readfrom_mem_into(address, _POWER, self._word)
        # A bus that stays high reads as an overflow, one that stays low as not ready.
        if self._bus[1] & _READY_OR_OVERFLOW != _READY:
            return False
        self._misses = 0
        raw = self._shunt[0] << 8 | self._shunt[1]
        if raw & 0x8000:
            raw -= 0x10000
        self.raw = raw
        if raw < 0:
            raw = -raw if raw < _NOTHING else 0
        self.current_ma = (raw + 5) // 10
        self.supply_mv = (self._bus[0] << 8 | self._bus[1]) >> 3 << 2
        return True

    def _miss(self):
        if self._misses < MISSES_ALLOWED:
            self._misses += 1
            return
        self._configured = False
        self.current_ma = None
        self.raw = None
        self.supply_mv = None
