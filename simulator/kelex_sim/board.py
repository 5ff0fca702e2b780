"""What the firmware's `machine` acts on: the pins, PWM outputs, analogue inputs and I2C buses of one simulated Pico."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Sequence

from kelex_sim.chips import I2cChip
from kelex_sim.chips.bus import BusLines

POWER_ON_RESET = 1
WATCHDOG_RESET = 3
# The level of a pin that nobody drives: it follows its pull.
FLOATING = 2

Level = Callable[[], int]
# Samples of 12 bits at 8 kHz, as 16-bit words: how long ago the first is (us), and how many.
Samples = Callable[[int, int], "memoryview | array[int]"]
# What a pulsed output does: the pulse (us) and how often (Hz), 0 and 0 for no pulses.
DrivePwm = Callable[[float, int], None]


class Board:
    """Wires between pins and parts. What is not wired floats, hears nothing and answers nothing."""

    def __init__(self) -> None:
        self.reset_cause = POWER_ON_RESET
        self.watchdog_us = 0  # the watchdog's time-out, 0 while it was not started
        self.fed = False
        # Words of the chip's own that outlive a reset, by address; a loss of power sets them to 0.
        self.scratch: defaultdict[int, int] = defaultdict(int)
        self.inputs: dict[int, Level] = {}
        self._outputs: dict[int, Callable[[int], None]] = {}
        self._at_reset: dict[int, int] = {}
        self._pwm: dict[int, DrivePwm] = {}
        self._analogue: dict[int, Level] = {}
        self._samples: dict[int, Samples] = {}
        self._streams: dict[int, Callable[[bytes], None]] = {}
        self._buses: dict[int, dict[int, I2cChip]] = {}
        self.lines: dict[int, BusLines] = {}  # of the buses that have wires to fail

    # For those who build a body

    def wire_input(self, gpio: int, level: Level) -> None:
        """Let `level()` give the level of an input pin: 0, 1 or FLOATING."""
        self.inputs[gpio] = level

    def wire_output(self, gpio: int, drive: Callable[[int], None], *, at_reset: int = 0) -> None:
        """Call `drive(level)` at each change of an output pin; `at_reset` is where a reset leaves the line."""
        self._outputs[gpio] = drive
        self._at_reset[gpio] = at_reset

    def wire_pwm(self, gpio: int, drive: DrivePwm) -> None:
        """Call `drive(pulse_us, hz)` at each change of a pin's pulses."""
        self._pwm[gpio] = drive

    def wire_analogue(self, gpio: int, sample: Level, samples: Samples | None = None) -> None:
        """Let `sample()` give what the ADC makes of a pin's voltage: 0 to 65535 for 0 to 3.3 V.

        `samples` gives many at once, where that is less work than one after the other.
        """
        self._analogue[gpio] = sample
        self._samples.pop(gpio, None)
        if samples is not None:
            self._samples[gpio] = samples

    def wire_stream(self, gpio: int, take: Callable[[bytes], None]) -> None:
        """Call `take(data)` with each bit stream that is clocked out of a pin."""
        self._streams[gpio] = take

    def wire_i2c(self, bus: int, chips: Sequence[I2cChip], lines: BusLines | None = None) -> None:
        """Put chips on an I2C bus, in place of those that were there; `lines` says when its wires carry nothing."""
        self.lines.pop(bus, None)
        if lines is not None:
            self.lines[bus] = lines
        wired = self.chips(bus)
        wired.clear()
        wired.update({chip.address: chip for chip in chips})

    # For `machine`

    def level(self, gpio: int) -> int:
        """The level of an input pin: 0, 1 or FLOATING."""
        wired = self.inputs.get(gpio)
        return wired() if wired else FLOATING

    def drive(self, gpio: int, level: int) -> None:
        """Drive an output pin."""
        wired = self._outputs.get(gpio)
        if wired:
            wired(level)

    def drive_pwm(self, gpio: int, pulse_us: float, hz: int) -> None:
        """Change the pulses on a pin."""
        wired = self._pwm.get(gpio)
        if wired:
            wired(pulse_us, hz)

    def analogue(self, gpio: int) -> Level:
        """How to sample an analogue input."""
        return self._analogue.get(gpio, lambda: 0)

    def samples(self, gpio: int) -> Samples:
        """How to take many samples of an analogue input."""
        sample = self.analogue(gpio)
        return self._samples.get(gpio, lambda age_us, count: array("H", [sample() >> 4 for _ in range(count)]))

    def stream(self, gpio: int, data: bytes) -> None:
        """Clock bits out of a pin."""
        wired = self._streams.get(gpio)
        if wired:
            wired(data)

    def chips(self, bus: int) -> dict[int, I2cChip]:
        """The chips on a bus, by address."""
        return self._buses.setdefault(bus, {})

    def reset(self, cause: int) -> None:
        """All outputs go quiet, as they do when the RP2040 resets. A NeoPixel keeps what it was last told."""
        self.reset_cause = cause
        self.watchdog_us = 0
        if cause == POWER_ON_RESET:
            self.scratch.clear()
        for pulse in self._pwm.values():
            pulse(0.0, 0)
        for gpio, drive in self._outputs.items():
            drive(self._at_reset[gpio])
