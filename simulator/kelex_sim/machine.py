"""A fake `machine` for one board: as much of MicroPython's module as the firmware uses, with its ways of failing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from kelex_sim.board import FLOATING, Board
from kelex_sim.chips import I2cChip, RegisterChip
from kelex_sim.converter import Registers

_EIO = 5
_ETIMEDOUT = 110
_DUTY_FULL = 65535


class BoardReset(BaseException):
    """The firmware asks for a reset; nothing of it runs on."""


class Pin:
    """A GPIO. `board` is filled in by `make_machine`."""

    IN, OUT, OPEN_DRAIN, PULL_UP, PULL_DOWN = 0, 1, 2, 1, 2
    board: Board

    def __init__(self, gpio: int, mode: int = -1, pull: int = -1, *, value: int | None = None) -> None:
        self.gpio = gpio
        self._pull = pull
        self._inputs = self.board.inputs
        if value is not None:
            self.board.drive(gpio, value)

    def init(self, mode: int = -1, pull: int = -1) -> None:
        """Change its mode and its pull."""
        self._pull = pull

    def value(self, level: int | None = None) -> int | None:
        """Its level; with an argument, drive it there."""
        if level is not None:
            self.board.drive(self.gpio, level)
            return None
        wired = self._inputs.get(self.gpio)
        seen = wired() if wired else FLOATING
        return seen if seen != FLOATING else int(self._pull == self.PULL_UP)


class Pwm:
    """Pulses on a pin. `board` is filled in by `make_machine`."""

    board: Board

    def __init__(self, pin: Pin, *, freq: int = 0, duty_ns: int | None = None, duty_u16: int | None = None) -> None:
        self._gpio = pin.gpio
        self._hz = freq
        self._pulse_us = 0.0
        if duty_ns is not None:
            self.duty_ns(duty_ns)
        elif duty_u16 is not None:
            self.duty_u16(duty_u16)

    def freq(self, hz: int) -> None:
        """Pulses per second; the share of each period stays."""
        self._pulse_us *= self._hz / hz
        self._hz = hz
        self._drive()

    def duty_ns(self, pulse_ns: int) -> None:
        """How long each pulse is."""
        self._pulse_us = pulse_ns / 1000
        self._drive()

    def duty_u16(self, share: int) -> None:
        """How long each pulse is, as a share of its period (65535: all of it)."""
        self._pulse_us = 1e6 / self._hz * share / _DUTY_FULL
        self._drive()

    def deinit(self) -> None:
        """No pulses."""
        self.board.drive_pwm(self._gpio, 0.0, 0)

    def _drive(self) -> None:
        self.board.drive_pwm(self._gpio, self._pulse_us, self._hz)


class I2c:
    """A bus's master. `board` is filled in by `make_machine`."""

    board: Board

    def __init__(self, bus: int, *, sda: Pin, scl: Pin, freq: int = 400_000, timeout: int = 50_000) -> None:
        self._chips = self.board.chips(bus)
        self._lines = self.board.lines.get(bus)

    def _begin(self, address: int, reading: bool) -> I2cChip:
        self._need_lines()
        chip = self._chips.get(address)
        if chip is None or not chip.begin(reading):
            raise OSError(_EIO)
        return chip

    def _need_lines(self) -> None:
        lines = self._lines
        if lines is not None and (lines.fault.failing or lines.clock.failing) and not lines.carries():
            raise OSError(_ETIMEDOUT)

    def writeto(self, address: int, data: bytes) -> int:
        """Write; the bytes that were acknowledged."""
        chip = self._begin(address, False)
        taken = 0
        for byte in data:
            if not chip.write(byte):
                break
            taken += 1
        chip.end()
        return taken

    def writeto_mem(self, address: int, register: int, data: bytes) -> None:
        """Write to a register and those after it. Raises OSError where a byte is not acknowledged."""
        if self.writeto(address, bytes((register, *data))) != 1 + len(data):
            raise OSError(_EIO)

    def readfrom_into(self, address: int, buffer: bytearray) -> None:
        """Read as many bytes as there is room for."""
        chip = self._begin(address, True)
        for i in range(len(buffer)):
            buffer[i] = chip.read()
        chip.end()

    def readfrom_mem_into(self, address: int, register: int, buffer: bytearray) -> None:
        """Read a register and those after it: a write of its number, a repeated start, a read."""
        chip = self._chips.get(address)
        if isinstance(chip, RegisterChip):
            self._need_lines()
            data = chip.read_registers(register, len(buffer))
            if data is None:
                raise OSError(_EIO)
            buffer[:] = data
            return
        if not self._begin(address, False).write(register):
            raise OSError(_EIO)
        self.readfrom_into(address, buffer)


class Adc:
    """An analogue input. `board` is filled in by `make_machine`."""

    board: Board

    def __init__(self, pin: Pin) -> None:
        self.read_u16 = self.board.analogue(pin.gpio)


class Wdt:
    """The watchdog. `board` is filled in by `make_machine`."""

    board: Board

    def __init__(self, *, timeout: int) -> None:
        assert 1 <= timeout <= 8388, "the RP2040's watchdog counts to 8388 ms"
        self.board.watchdog_us = timeout * 1000
        self.board.fed = True

    def feed(self) -> None:
        """Another time-out from now."""
        self.board.fed = True


def make_machine(board: Board) -> SimpleNamespace:
    """The module `machine` as the firmware on `board` sees it."""

    def bitstream(pin: Pin, encoding: int, timing: tuple[int, ...], data: bytes | bytearray) -> None:
        assert (encoding, len(timing)) == (0, 4), "only pulse widths, as four times in nanoseconds"
        board.stream(pin.gpio, bytes(data))

    def reset() -> None:
        raise BoardReset

    kinds: dict[str, Any] = {"Pin": Pin, "PWM": Pwm, "I2C": I2c, "ADC": Adc, "WDT": Wdt}
    parts = {name: type(name, (kind,), {"board": board}) for name, kind in kinds.items()}
    return SimpleNamespace(
        **parts, bitstream=bitstream, reset=reset, reset_cause=lambda: board.reset_cause, mem32=Registers(board)
    )
