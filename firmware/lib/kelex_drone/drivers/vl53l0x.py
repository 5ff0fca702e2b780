"""ST VL53L0X: distance by time of flight over I2C (datasheet DocID029104; ST's API, UM2039).

Most registers have no published meaning. What to write to them, and in which order, is what ST's API does for a part
without cover glass: soft reset, DataInit, StaticInit with its default tuning, both reference calibrations; then ranging
back to back, each measurement 33 ms.
"""

from kelex_drone.dialect import micropython

# What `range_mm` is when nothing is nearer.
REACH_MM = 2000
# Steps that may pass without a new measurement before the last good one no longer counts: with the fifth, 500 ms.
MISSES_ALLOWED = 4
# Steps from a failed start to the next one.
RETRY_STEPS = 10
# Registers to write in one step while starting, 3 bytes each; with what a phase begins with, 0.8 ms at 400 kHz.
WRITES_PER_STEP = 8

IDENTITY = b"\xee\xaa\x10"
ALL_HIGH = b"\xff" * 6
EIO = 5
# Registers.
INTERRUPT_CLEAR = 0x0B
INTERRUPT_STATUS = 0x13
NVM_CONTROL = 0x83
GPIO_ACTIVE_HIGH = 0x84
PAD_EXTSUP_HV = 0x89
STOP_VARIABLE = 0x91
NVM_DATA = 0x92
SPAD_MAP = 0xB0
MODEL_ID = 0xC0

NEW_SAMPLE = 4
FIRST_APERTURE_SPAD = 12
# Device range statuses (ST's API, vl53l0x_device.h) whose range is one: 11 complete, 10 clipped at the near end.
RANGES = 1 << 11 | 1 << 10
# Those that mean that no target sent enough light back: 4 no target, 6 and 9 its phase makes no sense.
NOTHING = 1 << 4 | 1 << 6 | 1 << 9

# Pairs of a register and its value. Register 0xff selects a page.
RESET = b"\xff\x00\x80\x00\xbf\x00"
RELEASE = b"\xbf\x01"
SHOW_STOP = b"\x88\x00\x80\x01\xff\x01\x00\x00"
OPEN_NVM = b"\x00\x01\xff\x00\x80\x00\x80\x01\xff\x01\x00\x00\xff\x06"
READ_NVM = b"\xff\x07\x81\x01\x80\x01\x94\x6b\x83\x00"
CLOSE_NVM = b"\x81\x00\xff\x06"
LEAVE_NVM = b"\xff\x01\x00\x01\xff\x00\x80\x00"
SELECT_SPADS = b"\xff\x01\x4f\x00\x4e\x2c\xff\x00\xb6\xb4"
# ST's default tuning (its API's vl53l0x_tuning.h), one line for each stay on a page.
TUNING = (
    b"\xff\x01\x00\x00"
    b"\xff\x00\x09\x00\x10\x00\x11\x00\x24\x01\x25\xff\x75\x00"
    b"\xff\x01\x4e\x2c\x48\x00\x30\x20"
    b"\xff\x00\x30\x09\x54\x00\x31\x04\x32\x03\x40\x83\x46\x25\x60\x00\x27\x00\x50\x06\x51\x00\x52\x96\x56\x08\x57\x30"
    b"\x61\x00\x62\x00\x64\x00\x65\x00\x66\xa0"
    b"\xff\x01\x22\x32\x47\x14\x49\xff\x4a\x00"
    b"\xff\x00\x7a\x0a\x7b\x00\x78\x21"
    b"\xff\x01\x23\x34\x42\x00\x44\xff\x45\x26\x46\x05\x40\x40\x0e\x06\x20\x1a\x43\x40"
    b"\xff\x00\x34\x03\x35\x44"
    b"\xff\x01\x31\x04\x4b\x09\x4c\x05\x4d\x04"
    b"\xff\x00\x44\x00\x45\x20\x47\x08\x48\x28\x67\x00\x70\x04\x71\x01\x72\xfe\x76\x00\x77\x00"
    b"\xff\x01\x0d\x01"
    b"\xff\x00\x80\x01\x01\xf8"
    b"\xff\x01\x8e\x01\x00\x01"
    b"\xff\x00\x80\x00"
)
# An interrupt for each new sample; the final range's timeout that makes 33 ms once the sequence is 0xe8 (pre-range,
# final range, dynamic SPAD selection); then the calibration of the VHV, that of the phase, and the start.
CALIBRATE_VHV = b"\x0a\x04\x0b\x01\x71\x02\x72\x94\x01\x01\x00\x41"
CALIBRATE_PHASE = b"\x0b\x01\x00\x00\x01\x02\x00\x01"
SHOW_STOP_AGAIN = b"\x0b\x01\x00\x00\x01\xe8\x80\x01\xff\x01\x00\x00"
START = b"\x00\x01\xff\x00\x80\x00\x00\x02"


class Vl53l0x:
    """`i2c` is a `machine.I2C`. `step` is called every 100 ms and never waits."""

    def __init__(self, i2c, address):
        self._i2c = i2c
        self._address = address
        self._byte = bytearray(1)
        self._identity = bytearray(3)
        self._map = bytearray(6)
        self._result = bytearray(13)
        self._stop = 0
        self._spads = 0
        # To start is to go through these: do it, again in the next step while it says False, then write the table.
        self._phases = (
            (None, RESET),
            (None, RELEASE),
            (self._identify, SHOW_STOP),
            (self._read_stop, OPEN_NVM),
            (self._allow_nvm, READ_NVM),
            (self._read_nvm, CLOSE_NVM),
            (self._forbid_nvm, LEAVE_NVM),
            (self._choose_spads, SELECT_SPADS),
            (self._write_spads, TUNING),
            (self._set_interrupt_low, CALIBRATE_VHV),
            (self._calibrated, CALIBRATE_PHASE),
            (self._calibrated, SHOW_STOP_AGAIN),
            (self._write_stop, START),
        )
        self._phase = 0
        self._at = 0
        self._misses = 0
        self._pause = 0
        self.range_mm = None  # mm, at most REACH_MM; None while faulty

    @micropython.native
    def step(self):
        """Fetch a measurement, or go on with starting the sensor; the 23rd step from power-on has the first one."""
        if self._pause:
            self._pause -= 1
            return
        starting = self._phase < len(self._phases)
        try:
            if self._begin() if starting else self._measure():
                self._misses = 0
                return
        except OSError:
            if starting:
                self._misses = MISSES_ALLOWED
        if self._misses < MISSES_ALLOWED:
            self._misses += 1
            return
        self.range_mm = None
        self._phase = self._at = self._misses = 0
        self._pause = RETRY_STEPS if starting else 0

    @micropython.native
    def _begin(self):
        """Part of a phase; whether it came on."""
        prepare, table = self._phases[self._phase]
        if self._at == 0 and prepare is not None and not prepare():
            return False
        i2c, byte = self._i2c, self._byte
        address = self._address
        at = self._at
        end = min(at + 2 * WRITES_PER_STEP, len(table))
        while at < end:
            byte[0] = table[at + 1]
            i2c.writeto_mem(address, table[at], byte)
            at += 2
        self._at = at
        if at == len(table):
            self._phase += 1
            self._at = 0
        return True

    @micropython.native
    def _measure(self):
        """Take a new measurement; whether there was one. Allocates nothing."""
        result = self._result
        self._i2c.readfrom_mem_into(self._address, INTERRUPT_STATUS, result)
        if result[0] & 0x1F != NEW_SAMPLE:  # bits 3 and 4 are errors
            return False
        self._put(INTERRUPT_CLEAR, 1)
        status = result[1] >> 3 & 0x0F
        if RANGES >> status & 1:
            self.range_mm = min(result[11] << 8 | result[12], REACH_MM)
        elif NOTHING >> status & 1:
            self.range_mm = REACH_MM
        else:
            return False
        return True

    def _identify(self):
        """Whether it is a VL53L0X and has booted (1.2 ms); if so its pins go to 2.8 V."""
        self._i2c.readfrom_mem_into(self._address, MODEL_ID, self._identity)
        if self._identity != IDENTITY:
            return False
        self._put(PAD_EXTSUP_HV, self._get(PAD_EXTSUP_HV) | 0x01)
        return True

    def _read_stop(self):
        self._stop = self._get(STOP_VARIABLE)
        return True

    def _allow_nvm(self):
        self._put(NVM_CONTROL, self._get(NVM_CONTROL) | 0x04)
        return True

    def _read_nvm(self):
        """How many SPADs are the reference, and of which kind, once the NVM has been read."""
        if not self._get(NVM_CONTROL):
            return False
        self._put(NVM_CONTROL, 0x01)
        self._spads = self._get(NVM_DATA)
        return True

    def _forbid_nvm(self):
        self._put(NVM_CONTROL, self._get(NVM_CONTROL) & ~0x04)
        return True

    @micropython.native
    def _choose_spads(self):
        """Of the good SPADs keep as many as the reference has, from the first of its kind on."""
        spads = self._map
        self._i2c.readfrom_mem_into(self._address, SPAD_MAP, spads)
        if spads == ALL_HIGH:
            raise OSError(EIO)
        first = FIRST_APERTURE_SPAD if self._spads & 0x80 else 0
        left = self._spads & 0x7F
        for i in range(48):
            bit = 1 << (i & 7)
            if i < first or not left:
                spads[i >> 3] &= ~bit
            elif spads[i >> 3] & bit:
                left -= 1
        return not left

    def _write_spads(self):
        self._i2c.writeto_mem(self._address, SPAD_MAP, self._map)
        return True

    def _set_interrupt_low(self):
        self._put(GPIO_ACTIVE_HIGH, self._get(GPIO_ACTIVE_HIGH) & ~0x10)
        return True

    def _calibrated(self):
        """Whether the calibration is done. A chip that lost its power since `_identify` has to start over."""
        if not self._get(PAD_EXTSUP_HV) & 0x01:
            raise OSError(EIO)
        return self._get(INTERRUPT_STATUS) & 0x07

    def _write_stop(self):
        self._put(STOP_VARIABLE, self._stop)
        return True

    def _put(self, register, value):
        self._byte[0] = value
        self._i2c.writeto_mem(self._address, register, self._byte)

    def _get(self, register):
        """A register while starting. None of those is ever 0xff; a line that stays high is."""
        self._i2c.readfrom_mem_into(self._address, register, self._byte)
        if self._byte[0] == 0xFF:
            raise OSError(EIO)
        return self._byte[0]
