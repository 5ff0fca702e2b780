"""A fake `machine` for one board: as much of MicroPython's module as the firmware uses, with its ways of failing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from kelex_sim.board import Board
from kelex_sim.chips import I2cChip

_EIO = 5


def make_machine(board: Board) -> SimpleNamespace:
    """The module `machine` as the firmware on `board` sees it."""

    class Pin:
        IN, OUT, PULL_UP, PULL_DOWN = 0, 1, 1, 2

        def __init__(self, gpio: int, mode: int = -1, pull: int = -1) -> None:
            self.gpio = gpio

        def value(self) -> int:
            return board.level(self.gpio)

    class PWM:
        def __init__(self, pin: Pin, *, freq: int = 0, duty_ns: int = 0) -> None:
            self._gpio = pin.gpio
            self.freq = freq
            self.duty_ns(duty_ns)

        def duty_ns(self, pulse_ns: int) -> None:
            board.drive_pwm(self._gpio, pulse_ns / 1000)

        def deinit(self) -> None:
            board.drive_pwm(self._gpio, 0.0)

    class I2C:
        def __init__(self, bus: int, *, sda: Pin, scl: Pin, freq: int = 400_000) -> None:
            self._bus = bus

        def _chip(self, address: int, reading: bool) -> I2cChip:
            for chip in board.chips(self._bus):
                if chip.address == address and chip.begin(reading):
                    return chip
            raise OSError(_EIO)

        def writeto(self, address: int, data: bytes) -> int:
            chip = self._chip(address, False)
            taken = 0
            for byte in data:
                if not chip.write(byte):
                    break
                taken += 1
            chip.end()
            return taken

        def readfrom_into(self, address: int, buffer: bytearray) -> None:
            chip = self._chip(address, True)
            for i in range(len(buffer)):
                buffer[i] = chip.read()
            chip.end()

    class WDT:
        def __init__(self, *, timeout: int) -> None:
            assert 1 <= timeout <= 8388, "the RP2040's watchdog counts to 8388 ms"
            board.watchdog_us = timeout * 1000
            board.fed = True

        def feed(self) -> None:
            board.fed = True

    parts: dict[str, Any] = {"Pin": Pin, "PWM": PWM, "I2C": I2C, "WDT": WDT}
    return SimpleNamespace(**parts, reset_cause=lambda: board.reset_cause)
