"""What the firmware's `machine` acts on: the pins, PWM outputs and I2C buses of one simulated Pico."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kelex_sim.chips import I2cChip

POWER_ON_RESET = 1
WATCHDOG_RESET = 3


class Board:
    """Wires between pins and parts. What is not wired reads low, hears nothing and answers nothing."""

    def __init__(self) -> None:
        self.reset_cause = POWER_ON_RESET
        self.watchdog_us = 0  # the watchdog's time-out, 0 while it was not started
        self.fed = False
        self._inputs: dict[int, Callable[[], int]] = {}
        self._pwm: dict[int, Callable[[float], None]] = {}
        self._buses: dict[int, Sequence[I2cChip]] = {}

    # For those who build a body

    def wire_input(self, gpio: int, level: Callable[[], int]) -> None:
        """Let `level()` give the level of an input pin."""
        self._inputs[gpio] = level

    def wire_pwm(self, gpio: int, drive: Callable[[float], None]) -> None:
        """Call `drive(pulse_us)` at each change of a pin's pulse width; 0 for no pulse."""
        self._pwm[gpio] = drive

    def wire_i2c(self, bus: int, chips: Sequence[I2cChip]) -> None:
        """Put chips on an I2C bus."""
        self._buses[bus] = chips

    # For `machine`

    def level(self, gpio: int) -> int:
        """The level of an input pin, 0 or 1."""
        wired = self._inputs.get(gpio)
        return wired() if wired else 0

    def drive_pwm(self, gpio: int, pulse_us: float) -> None:
        """Change the pulse on a pin."""
        wired = self._pwm.get(gpio)
        if wired:
            wired(pulse_us)

    def chips(self, bus: int) -> Sequence[I2cChip]:
        """The chips on a bus."""
        return self._buses.get(bus, ())

    def reset(self, cause: int) -> None:
        """All outputs go quiet, as they do when the RP2040 resets."""
        self.reset_cause = cause
        self.watchdog_us = 0
        for drive in self._pwm.values():
            drive(0.0)
