"""ST VL53L0X time-of-flight range sensor at its registers (datasheet DocID029104, and ST's API, UM2039).

ST publishes few of the registers; the others are known from what its API does with them. Modelled is what that does to
initialise the chip and to range: pages, the stop variable, the NVM, both calibrations, the sequence's timing and the
results. Where it is not known what the chip does when a step is left out, this one refuses to range.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from random import Random
from struct import pack_into

from kelex_sim.chips import RegisterChip
from kelex_sim.chips.fault import Fault
from kelex_sim.chips.noise import noise
from kelex_sim.chips.vl53l0x_timing import (
    FINAL_RANGE_PERIOD,
    MSRC_TIMEOUT,
    PRE_RANGE_PERIOD,
    SEQUENCE,
    measurement_us,
)

# Registers on page 0.
_START = 0x00
_PERIOD = 0x04  # of timed ranging, 32 bits: ms, times what _OSCILLATOR holds
_INTERRUPT_CONFIG = 0x0A
_INTERRUPT_CLEAR = 0x0B
_INTERRUPT_STATUS = 0x13
_RESULT = 0x14
_SPAD_MAP = 0xB0
_SOFT_RESET = 0xBF
_MODEL = 0xC0
_OSCILLATOR = 0xF8
_READ_ONLY = {*range(_INTERRUPT_STATUS, _RESULT + 12), *range(_MODEL, _MODEL + 3)}
# Registers that are the same on every page.
_POWER_FORCE = 0x80
_PAGE = 0xFF
# Registers on other pages.
_STOP_VARIABLE = 0x91  # page 1
_NVM_CONTROL = 0x83  # pages 6 and 7
_NVM_ADDRESS = 0x94  # page 7
_NVM_DATA = 0x92  # page 7
_NVM_SPADS = 0x6B

_NEW_SAMPLE = 4
_SINGLE, _BACK_TO_BACK, _TIMED = 1, 2, 4
# Device range statuses (VL53L0X_DEVICEERROR_... in ST's API).
_NO_VHV_VALUE, _NO_TARGET, _RANGE_COMPLETE = 3, 4, 11

# Datasheet: boot time 1.2 ms at most, absolute range up to 2 m (page 1).
_BOOT_US = 1200
_REACH_MM = 2000.0
# What the range reads as with no target (the register has 13 bits).
_NOTHING_MM = 8190
# Noise starts from here where there is no target, so that it may find one.
_BEYOND_MM = 2200.0
_LEAP_MM = 800.0
# The datasheet's ranging accuracy (standard deviation) is 4 % of 1.2 m at its limit; indoors on white it is better.
_SIGMA, _SIGMA_LEAST_MM = 0.01, 2.0
# Different in each part, and made up: the stop variable, which and how many SPADs are the reference (bit 7: aperture
# SPADs), which ones are good. How long a read of the NVM takes is made up too.
STOP = 0x3C
SPADS = 0x80 | 5
GOOD_SPADS = b"\xfb\xdf\x5d\xff\xef\x0f"
_NVM_US = 200


class Vl53l0xChip(RegisterChip):
    """`distance_mm()` gives how far the nearest thing is, None for nothing; `random` makes the sensor's own jitter."""

    def __init__(
        self,
        address: int,
        now_us: Callable[[], int],
        distance_mm: Callable[[], float | None],
        fault: Fault,
        random: Random,
    ) -> None:
        self.address = address
        self._now_us = now_us
        self._distance_mm = distance_mm
        self._fault = fault
        self._noise = noise(random)
        self._index = 0
        self._indexed = False
        self._held = False
        self._booted_us = 0
        self._forget()

    def reset(self) -> None:
        """Its power was off and comes back: every register has its default, and it boots."""
        self._forget()
        self._held = False
        self._booted_us = self._now_us() + _BOOT_US

    def begin(self, reading: bool) -> bool:
        self._indexed = reading
        return not self._fault.failing or self._fault.kind != "absent"

    def write(self, byte: int) -> bool:
        if self._indexed:
            self._store(self._index, byte)
            self._index = self._index + 1 & 0xFF
        else:
            self._index = byte
            self._indexed = True
        return True

    def read(self) -> int:
        register = self._index
        self._index = register + 1 & 0xFF
        return 0xFF if self._fault.failing and self._fault.kind == "nan" else self._load(register)

    def end(self) -> None:
        self._indexed = False

    def read_registers(self, register: int, count: int) -> bytes | None:
        if not self.begin(True):
            return None
        self._index = register
        if self._fault.failing or self._held or register + count > _POWER_FORCE or self._now_us() < self._booted_us:
            data = bytes([self.read() for _ in range(count)])
        else:
            self._advance()
            self._index = register + count
            data = bytes(self._pages[self._pages[0][_PAGE]][register : register + count])
        self._indexed = False
        return data

    def _forget(self) -> None:
        """Everything as after power-on, with timeouts that make about 33 ms."""
        self._pages: dict[int, bytearray] = defaultdict(lambda: bytearray(256))
        self._vhv_done = self._phase_done = False
        self._due_us: int | None = None
        self._every_us = 0
        self._nvm_us: int | None = None
        first = self._pages[0]
        first[SEQUENCE] = 0xE8
        first[MSRC_TIMEOUT] = 0x25
        first[PRE_RANGE_PERIOD : PRE_RANGE_PERIOD + 3] = b"\x06\x00\x96"
        first[FINAL_RANGE_PERIOD : FINAL_RANGE_PERIOD + 3] = b"\x04\x02\x94"
        first[_SPAD_MAP : _SPAD_MAP + 6] = GOOD_SPADS
        first[_SOFT_RESET] = 1
        first[_MODEL : _MODEL + 3] = b"\xee\xaa\x10"
        first[_OSCILLATOR : _OSCILLATOR + 2] = b"\x03\xe8"
        self._pages[1][0x00] = 1
        self._pages[1][_STOP_VARIABLE] = STOP

    def _locked(self, page: int, register: int) -> bool:
        """Whether a register is out of the host's reach as things stand."""
        if page != 1 or register != _STOP_VARIABLE:
            return False
        return self._pages[0][_POWER_FORCE] != 1 or self._pages[1][0x00] != 0

    def _load(self, register: int) -> int:
        if self._held or self._now_us() < self._booted_us:
            return 0
        self._advance()
        page = 0 if register in (_POWER_FORCE, _PAGE) else self._pages[0][_PAGE]
        return 0 if self._locked(page, register) else self._pages[page][register]

    def _store(self, register: int, value: int) -> None:
        if self._held:
            if register == _SOFT_RESET and value & 1:
                self.reset()
            return
        if self._now_us() < self._booted_us:
            return
        self._advance()
        page = 0 if register in (_POWER_FORCE, _PAGE) else self._pages[0][_PAGE]
        if self._locked(page, register) or (page == 0 and register in _READ_ONLY):
            return
        self._pages[page][register] = value
        if page == 0:
            self._obey(register, value)
        elif (page, register) == (7, _NVM_CONTROL):
            self._strobe(value)

    def _obey(self, register: int, value: int) -> None:
        """What a write to page 0 sets going."""
        if register == _START:
            self._pages[0][_START] = value & ~_SINGLE
            if value & (_SINGLE | _BACK_TO_BACK | _TIMED):
                self._begin_ranging(value)
        elif register == _INTERRUPT_CLEAR and value & 1:
            self._pages[0][_INTERRUPT_STATUS] = 0
        elif register == _SOFT_RESET and not value & 1:
            self._forget()
            self._held = True

    def _strobe(self, value: int) -> None:
        """Read the NVM, as far as it was opened for that; only the SPADs are modelled."""
        page = self._pages[7]
        opened = self._pages[0][_POWER_FORCE] == 1 and page[0x81] == 1 and self._pages[6][_NVM_CONTROL] & 4
        ours = opened and page[_NVM_ADDRESS] == _NVM_SPADS and value == 0
        self._nvm_us = self._now_us() + _NVM_US if ours else None

    def _begin_ranging(self, mode: int) -> None:
        if self._due_us is not None and self._every_us and mode & _SINGLE:
            self._every_us = 0  # it stops after the measurement at hand
            return
        if self._pages[1][_STOP_VARIABLE] != STOP:
            return
        budget_us = measurement_us(self._pages[0])
        self._due_us = self._now_us() + budget_us
        self._every_us = 0
        if mode & _BACK_TO_BACK:
            self._every_us = budget_us
        elif mode & _TIMED:
            period, oscillator = self._number(_PERIOD, 4), self._number(_OSCILLATOR, 2)
            self._every_us = max(budget_us, period * 1000 // (oscillator or 1))

    def _advance(self) -> None:
        """Let what is done by now be done."""
        now_us = self._now_us()
        if self._nvm_us is not None and now_us >= self._nvm_us:
            self._nvm_us = None
            self._pages[7][_NVM_CONTROL] = 1
            self._pages[7][_NVM_DATA] = SPADS
        if self._due_us is None or now_us < self._due_us or (self._fault.failing and self._fault.kind == "stall"):
            return
        if self._every_us:
            self._due_us += ((now_us - self._due_us) // self._every_us + 1) * self._every_us
        else:
            self._due_us = None
        page = self._pages[0]
        if page[SEQUENCE] == 0x01:
            self._vhv_done = True
        elif page[SEQUENCE] == 0x02:
            self._phase_done = True
        else:
            self._take_range()
        if page[_INTERRUPT_CONFIG] & 0x07 == _NEW_SAMPLE:
            page[_INTERRUPT_STATUS] = _NEW_SAMPLE

    def _take_range(self) -> None:
        """A measurement of this moment, into the result registers."""
        taken = self._distance_mm()
        if taken is None or taken > _REACH_MM:
            taken = _BEYOND_MM
        else:
            taken += next(self._noise) * max(_SIGMA * taken, _SIGMA_LEAST_MM)
        taken = self._fault.sample("mm", taken, _LEAP_MM)
        if not (self._vhv_done and self._phase_done):
            status, millimetres = _NO_VHV_VALUE, 0
        elif taken > _REACH_MM:
            status, millimetres = _NO_TARGET, _NOTHING_MM
        else:
            status, millimetres = _RANGE_COMPLETE, max(round(taken), 0)
        # Signal rate (9.7 bits, Mcps) falls with the square of the distance; SPADs are 8.8 bits, ambient 9.7 bits.
        signal = min(round(128 * 2e6 / max(taken, 100.0) ** 2), 0xFFFF)
        pack_into(">6H", self._pages[0], _RESULT, status << 11, 0x0600, 0, signal, 0x0010, millimetres)

    def _number(self, register: int, count: int) -> int:
        return int.from_bytes(self._pages[0][register : register + count], "big")
