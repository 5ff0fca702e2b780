"""InvenSense MPU-6050 at its registers: an accelerometer, a gyroscope and a thermometer.

"RM" is a register, by its decimal number, in the map RM-MPU-6000A-00, revision 4.2; "PS" a section of the product
specification PS-MPU-6000A-00, revision 3.4.

The low-pass filter narrows the noise here, but lets the motion pass as it is at the moment of a sample: between two
looks at the chip nothing is computed. The gyroscope rests, and the chip is as warm as its room.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from random import Random
from struct import pack_into

from kelex_sim.chips import RegisterChip
from kelex_sim.chips.fault import Fault
from kelex_sim.chips.noise import noise

_SAMPLE_RATE_DIVIDER = 0x19
_CONFIG = 0x1A
_GYRO_CONFIG = 0x1B
_ACCEL_CONFIG = 0x1C
_INT_ENABLE = 0x38
_INT_STATUS = 0x3A
_VALUES = 0x3B  # acceleration x, y, z, temperature, turn rate x, y, z: two bytes each
_WARMTH = 0x41  # temperature and turn rate, computed only for who reads them
_VALUES_END = 0x49
_POWER = 0x6B
_WHO_AM_I = 0x75
_READ_ONLY = {_INT_STATUS, *range(_VALUES, _VALUES_END), _WHO_AM_I}
_DATA_READY = 1 << 0
_RESET = 1 << 7
_SLEEP = 1 << 6

# The accelerometer's bandwidth (Hz) by DLPF_CFG (RM 26); the gyroscope's differs by less than a tenth.
_BANDWIDTH = (260, 184, 94, 44, 21, 10, 5, 260)
_GRAVITY = 9.80665  # m/s2 to a g
_PER_G = 16384  # at 2 g full scale, half of that with each step of it (PS 6.2)
_PER_DEGREE = 131  # and second, at 250 degrees/s full scale (PS 6.1)
_NOISE_G = 400e-6  # per root of a hertz (PS 6.2)
_NOISE_DEGREES = 0.005  # likewise, per second (PS 6.1)
_ROOM_CELSIUS = 25.0
# How far a noisy one's readings leap: m/s2, degrees Celsius, degrees per second.
_LEAP, _LEAP_CELSIUS, _LEAP_TURN = 40.0, 40.0, 250.0

Acceleration = Callable[[], tuple[float, float, float]]


class Mpu6050Chip(RegisterChip):
    """`acceleration()` gives (x, y, z) in m/s2, gravity included; `now_us()` the time; `random` makes the noise."""

    def __init__(
        self, address: int, now_us: Callable[[], int], acceleration: Acceleration, fault: Fault, random: Random
    ) -> None:
        self.address = address
        self.fault = fault
        self._now_us = now_us
        self._acceleration = acceleration
        self._noise = noise(random)
        self.reset()

    def reset(self) -> None:
        """Power was lost and is back: it sleeps, and has forgotten all settings."""
        self._registers = bytearray(128)
        self._registers[_POWER] = _SLEEP
        self._registers[_WHO_AM_I] = 0x68
        self._pointer = 0
        self._addressed = False  # the next byte written is a register's number
        self._cold = False  # the registers from _WARMTH on are behind
        self._set_rates()
        self._since_us = self._now_us()  # samples are counted from here
        self._samples = 0

    def begin(self, reading: bool) -> bool:
        if self.fault.failing and self.fault.kind == "absent":
            return False
        self._addressed = not reading
        self._sample()
        return True

    def write(self, byte: int) -> bool:
        if self._addressed:
            self._pointer = byte & 0x7F
            self._addressed = False
            return True
        register = self._pointer
        self._pointer = register + 1 & 0x7F
        if register not in _READ_ONLY and self.fault.kind != "stall":
            self._set(register, byte)
        return True

    def read(self) -> int:
        register = self._pointer
        self._pointer = register + 1 & 0x7F
        if self.fault.failing and self.fault.kind == "nan":
            return 0xFF
        if self._cold and register >= _WARMTH:
            self._measure_warmth()
        byte = self._registers[register]
        if register == _INT_STATUS:
            self._registers[_INT_STATUS] = 0  # RM 58
        return byte

    def read_registers(self, register: int, count: int) -> bytes | None:
        if not self.begin(True):
            return None
        self._pointer = register & 0x7F
        end = register + count
        if (self._cold and end > _WARMTH) or end > 0x80 or self.fault.failing:
            return bytes([self.read() for _ in range(count)])
        self._pointer = end & 0x7F
        data = bytes(self._registers[register:end])
        if register <= _INT_STATUS < end:
            self._registers[_INT_STATUS] = 0  # RM 58
        return data

    def end(self) -> None:
        self._addressed = False

    def _set(self, register: int, byte: int) -> None:
        if register == _POWER and byte & _RESET:
            self.reset()
            return
        self._registers[register] = byte
        if register in (_POWER, _SAMPLE_RATE_DIVIDER, _CONFIG):
            self._since_us = self._now_us()
            self._samples = 0
        self._set_rates()
        if register == _POWER and byte & _SLEEP:
            self._cold = False
            self._registers[_INT_STATUS:_VALUES_END] = bytes(_VALUES_END - _INT_STATUS)

    def _sample(self) -> None:
        """Let the registers hold the newest sample: before a transfer, so that its bytes belong together (RM 59)."""
        if self.fault.failing and self.fault.kind == "stall":
            self._registers[_INT_STATUS] = 0
            return
        if self._registers[_POWER] & _SLEEP:
            return
        samples = (self._now_us() - self._since_us) // self._period_us
        if samples == self._samples:
            return
        self._samples = samples
        self._measure()
        if self._registers[_INT_ENABLE] & _DATA_READY:
            self._registers[_INT_STATUS] = _DATA_READY

    def _set_rates(self) -> None:
        """What the settings mean: how often it samples, how much noise there is, what a bit is worth."""
        filtering = self._registers[_CONFIG] & 7
        # The gyroscope gives 8000 samples a second unfiltered, 1000 filtered; the divider divides these (RM 25).
        self._period_us = (125 if filtering in (0, 7) else 1000) * (1 + self._registers[_SAMPLE_RATE_DIVIDER])
        root_hz = sqrt(_BANDWIDTH[filtering])
        self._shake = _NOISE_G * root_hz * _GRAVITY
        self._spin = _NOISE_DEGREES * root_hz
        self._per_ms2 = (_PER_G >> (self._registers[_ACCEL_CONFIG] >> 3 & 3)) / _GRAVITY
        self._per_degree = _PER_DEGREE / (1 << (self._registers[_GYRO_CONFIG] >> 3 & 3))

    def _measure(self) -> None:
        sample, shake, per_ms2, draw = self.fault.sample, self._shake, self._per_ms2, self._noise
        x, y, z = self._acceleration()
        pack_into(
            ">3h",
            self._registers,
            _VALUES,
            _raw(sample("x", x + next(draw) * shake, _LEAP) * per_ms2),
            _raw(sample("y", y + next(draw) * shake, _LEAP) * per_ms2),
            _raw(sample("z", z + next(draw) * shake, _LEAP) * per_ms2),
        )
        self._cold = True

    def _measure_warmth(self) -> None:
        """The rest of the sample at hand."""
        self._cold = False
        sample, draw = self.fault.sample, self._noise
        celsius = sample("celsius", _ROOM_CELSIUS, _LEAP_CELSIUS)
        turns = [sample(axis, next(draw) * self._spin, _LEAP_TURN) for axis in ("turn x", "turn y", "turn z")]
        raw = [_raw((celsius - 36.53) * 340), *[_raw(turn * self._per_degree) for turn in turns]]  # RM 65
        pack_into(">4h", self._registers, _WARMTH, *raw)


def _raw(value: float) -> int:
    """A value as the chip's 16 bits, at its end where it is beyond them."""
    raw = round(value)
    return raw if -32768 <= raw <= 32767 else 32767 if raw > 0 else -32768
