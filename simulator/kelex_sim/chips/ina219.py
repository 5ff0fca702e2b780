"""Texas Instruments INA219 at its registers (datasheet SBOS448G): a current through a shunt, a voltage behind it."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from random import Random

from kelex_sim.chips import RegisterChip
from kelex_sim.chips.fault import Fault
from kelex_sim.chips.noise import noise

SHUNT_OHMS = 0.1
_CONFIGURATION, _SHUNT, _BUS, _POWER, _CURRENT, _CALIBRATION = range(6)
_POWER_UP = 0x399F
_RESET = 1 << 15
_BUS_32_V = 1 << 13
_READY = 1 << 1
_OVERFLOW = 1 << 0
_SHUNT_VOLTS, _BUS_VOLTS = 10e-6, 4e-3  # to a bit (7.5)
# Conversion times (us, 8.6.2.1): at 9 to 12 bits, and as averages of 1 to 128 conversions at 12 bits.
_SINGLE_US = (84, 148, 276, 532)
_AVERAGED_US = (532, 1060, 2130, 4260, 8510, 17_020, 34_050, 68_100)
# How far a noisy one's readings leap.
_LEAP_AMPERES, _LEAP_VOLTS = 2.0, 2.0


class Ina219Chip(RegisterChip):
    """`load()` gives (amperes, volts) of what it supplies; `now_us()` the time; `random` makes the noise.

    The datasheet states no noise. Assumed is half a step of the ADC, whose 12 bits or less (7.5) span the PGA's range
    or that of the bus, and less by the root of the number of conversions in an average.
    """

    def __init__(
        self,
        address: int,
        now_us: Callable[[], int],
        load: Callable[[], tuple[float, float]],
        fault: Fault,
        random: Random,
    ) -> None:
        self.address = address
        self.fault = fault
        self._now_us = now_us
        self._load = load
        self._noise = noise(random)
        self.reset()

    def reset(self) -> None:
        """Power was lost and is back: the registers are as after power-up."""
        self._words = [_POWER_UP, 0, 0, 0, 0, 0]
        self._configure()
        self._pointer = 0
        self._incoming: list[int] = []
        self._outgoing = b""
        self._since_us = self._now_us()  # conversions are counted from here
        self._conversions = 0

    def begin(self, reading: bool) -> bool:
        if self.fault.failing and self.fault.kind == "absent":
            return False
        self._incoming.clear()
        if reading:
            self._outgoing = self._answer()
        return True

    def write(self, byte: int) -> bool:
        self._incoming.append(byte)
        if len(self._incoming) == 1:
            self._pointer = byte
        elif len(self._incoming) == 3 and self.fault.kind != "stall":
            self._set(self._incoming[1] << 8 | byte)
        return len(self._incoming) <= 3

    def read(self) -> int:
        byte = self._outgoing[0] if self._outgoing else 0xFF
        self._outgoing = self._outgoing[1:]
        return byte

    def end(self) -> None:
        self._incoming.clear()

    def read_registers(self, register: int, count: int) -> bytes | None:
        if self.fault.failing and self.fault.kind == "absent":
            return None
        self._pointer = register
        return self._answer()[:count].ljust(count, b"\xff")

    def _answer(self) -> bytes:
        """The two bytes of the register pointed at, the registers being up to date."""
        if self.fault.failing and self.fault.kind == "nan":
            return b"\xff\xff"
        self._convert()
        word = self._words[self._pointer] if self._pointer <= _CALIBRATION else 0
        if self._pointer == _POWER:
            self._words[_BUS] &= ~_READY  # 8.6.3.2
        return word.to_bytes(2, "big")

    def _set(self, word: int) -> None:
        self._convert()
        if self._pointer == _CALIBRATION:
            self._words[_CALIBRATION] = word & 0xFFFE  # its lowest bit is always 0 (8.6.4.1)
        elif self._pointer == _CONFIGURATION and word & _RESET:
            self.reset()
        elif self._pointer == _CONFIGURATION:
            self._words[_CONFIGURATION] = word
            self._configure()
            if word & 3:  # a mode other than power-down and off (8.6.3.2)
                self._words[_BUS] &= ~_READY
            self._since_us = self._now_us()
            self._conversions = 0

    def _configure(self) -> None:
        """What the settings mean: how long a conversion takes (0: there are none), the noise in bits."""
        configuration = self._words[_CONFIGURATION]
        mode = configuration & 7
        shunt_us, shunt_blur = _adc(configuration >> 3 & 0xF)
        bus_us, bus_blur = _adc(configuration >> 7 & 0xF)
        self._takes_us = shunt_us * (mode & 1) + bus_us * (mode >> 1 & 1)
        self._shunt_end = 4000 << (configuration >> 11 & 3)
        self._bus_end = 8000 if configuration & _BUS_32_V else 4000
        self._shunt_noise = shunt_blur * 2 * self._shunt_end
        self._bus_noise = bus_blur * self._bus_end

    def _convert(self) -> None:
        if self.fault.failing and self.fault.kind == "stall":
            self._words[_BUS] &= ~_READY
            return
        if not self._takes_us:
            return
        conversions = (self._now_us() - self._since_us) // self._takes_us
        mode = self._words[_CONFIGURATION] & 7
        if mode < 4:  # triggered by the writing of it
            conversions = min(conversions, 1)
        if conversions == self._conversions:
            return
        self._conversions = conversions
        amperes, volts = self._load()
        if mode & 1:
            amperes += next(self._noise) * self._shunt_noise * _SHUNT_VOLTS / SHUNT_OHMS
            amperes = self.fault.sample("amperes", amperes, _LEAP_AMPERES)
            self._words[_SHUNT] = _raw(amperes * SHUNT_OHMS / _SHUNT_VOLTS, -self._shunt_end, self._shunt_end) & 0xFFFF
        if mode & 2:
            volts += next(self._noise) * self._bus_noise * _BUS_VOLTS
            volts = self.fault.sample("volts", volts, _LEAP_VOLTS)
            self._words[_BUS] = _raw(volts / _BUS_VOLTS, 0, self._bus_end) << 3
        self._multiply()
        self._words[_BUS] |= _READY

    def _multiply(self) -> None:
        """Current and power from the voltages and the calibration (8.5.1)."""
        if not self._words[_CALIBRATION]:  # as our driver leaves it: both are 0
            self._words[_CURRENT] = self._words[_POWER] = 0
            self._words[_BUS] &= ~_OVERFLOW
            return
        shunt = self._words[_SHUNT] - (self._words[_SHUNT] >> 15 << 16)
        current = shunt * self._words[_CALIBRATION] // 4096
        power = abs(current) * (self._words[_BUS] >> 3) // 5000
        self._words[_CURRENT] = current & 0xFFFF
        self._words[_POWER] = power & 0xFFFF
        fits = -32768 <= current <= 32767 and power <= 65535
        self._words[_BUS] = self._words[_BUS] & ~_OVERFLOW | (0 if fits else _OVERFLOW)


def _adc(setting: int) -> tuple[int, float]:
    """How long (us) a conversion takes at an ADC setting, and its noise as a share of what the ADC spans."""
    if setting & 8:
        return _AVERAGED_US[setting & 7], 0.5 / 4096 / sqrt(1 << (setting & 7))
    return _SINGLE_US[setting & 3], 0.5 / (512 << (setting & 3))


def _raw(value: float, low: int, high: int) -> int:
    return min(max(round(value), low), high)
