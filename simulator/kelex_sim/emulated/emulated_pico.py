"""A Raspberry Pi Pico in a process: MicroPython's own UF2 on rp2040py, its USB port as bytes, virtual time.

    pico = EmulatedPico(build_directory, {"lib/greeting.py": b"TEXT = 'hello'"})
    assert pico.execute("import greeting; print(greeting.TEXT)") == "hello\r\n"

Time is `pico.seconds` of the emulated clock and passes only in `run`. What is injected between runs (bytes,
pin and ADC levels) gives the same bytes and pin edges at the same times on every run.

A sleeping CPU costs next to nothing, a busy one about 40 seconds per emulated second: give files `compiled`.
At the bare prompt the firmware sleeps before it has sent its banner, until the first byte from the host.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from rp2040py.boards import BoardSpec, build_rp2040_from_spec
from rp2040py.device.bootrom import BOOTROM_B1
from rp2040py.execute_batch import execute_batch
from rp2040py.gpio_pin import FUNCTION_PWM, GPIOPinState
from rp2040py.peripherals.pwm import CSR_A_INV, CSR_B_INV, CSR_EN, CSR_PH_CORRECT
from rp2040py.simulator import Simulator
from rp2040py.utils.logging import ConsoleLogger, LogLevel

from kelex_sim.chips.bus import BusLines
from kelex_sim.emulated.builds import UF2_NAME
from kelex_sim.emulated.flash_image import FLASH_START, flash_with
from kelex_sim.emulated.i2c_adapter import Chip, I2CAdapter
from kelex_sim.emulated.littlefs_image import littlefs_image
from kelex_sim.emulated.silicon import seed_ring_oscillator, slow_flash
from kelex_sim.emulated.usb_host import UsbHost

ASTRAY_OFFSET_BYTES = 0x9F000  # behind the firmware, before its filesystem
SLEEP_FOR_EVER = b"\x30\xbf\xfd\xe7"  # 1: wfi; b 1b
ASK_EVERY_NANOS = 1_000_000  # how often `run` asks whether its condition holds
PROMPT = b">>> "
BOOT_SECONDS = 0.25  # the prompt is there after 0.11 to 0.15


class EmulatedPico:
    """One Pico, powered up at its first `run`; `received` is all it sent, `resets` counts its reboots."""

    def __init__(
        self,
        micropython: Path | None = None,
        files: Mapping[str, bytes] | None = None,
        *,
        seed: int = 0,
        flash: bytes | bytearray | None = None,
        flash_changed: Callable[[int, int], None] = lambda at, size: None,
    ) -> None:
        """Load the UF2 in `micropython`, which build_micropython.sh made, and `files`, by path, beside it.

        Or load the whole `flash`, and nothing else. `seed` is for the chip's noise, which makes `os.urandom`;
        `flash_changed` as in `slow_flash`.
        """
        self.mcu = build_rp2040_from_spec(BoardSpec())
        self._simulator = Simulator(rp2040=self.mcu)
        self.clock = self._simulator.clock
        self.mcu.load_bootrom(BOOTROM_B1)
        self.mcu.logger = ConsoleLogger(LogLevel.ERROR)
        if flash is None:
            assert micropython, "without a build, the whole flash has to be given"
            flash = flash_with(micropython / UF2_NAME, littlefs_image(micropython / "micropython", files or {}))
        self.mcu.flash[: len(flash)] = flash
        seed_ring_oscillator(self.mcu, seed)
        slow_flash(self.mcu, flash_changed)
        self._buses = [I2CAdapter(controller) for controller in self.mcu.i2c]
        self.resets = 0
        self._adc_samples: dict[int, Callable[[], int]] = {}
        self._convert = self.mcu.adc.on_adc_read
        self.mcu.adc.on_adc_read = self._on_adc_read
        self.host = UsbHost(self.mcu.usb_ctrl)
        self.received = self.host.received
        self.send = self.host.send
        self.mcu.watchdog.on_watchdog_trigger = self._on_watchdog
        self.mcu.core.pc = FLASH_START
        self._stop_alarm = self.clock.create_alarm(self._stop)

    def go_astray(self) -> None:
        """Have the CPU sleep in a loop without end, as after a stray jump."""
        self.mcu.flash[ASTRAY_OFFSET_BYTES : ASTRAY_OFFSET_BYTES + len(SLEEP_FOR_EVER)] = SLEEP_FOR_EVER
        self.mcu.core.pc = FLASH_START + ASTRAY_OFFSET_BYTES

    @property
    def seconds(self) -> float:
        """Emulated time since power-up."""
        return self.clock.nanos / 1e9

    def run(self, seconds: float, until: Callable[[], bool] | None = None) -> bool:
        """Run `seconds` of emulated time, or until `until()`, asked each millisecond, holds; say if so."""
        end_nanos = self.clock.nanos + seconds * 1e9
        while self.clock.nanos < end_nanos:
            step_nanos = end_nanos - self.clock.nanos
            if until is not None:
                step_nanos = min(ASK_EVERY_NANOS, step_nanos)
            self._stop_alarm.schedule(max(step_nanos, 1))
            self._simulator.stopped = False
            while not self._simulator.stopped:
                execute_batch(self._simulator, 1)
            if until is not None and until():
                return True
        return until is None

    def execute(self, source: str, seconds: float = 10.0) -> str:
        """Run Python on the board through the raw REPL, interrupting what runs there; return what it printed.

        Fails, with the board's traceback, if the source raises or takes over `seconds` of emulated time.
        """
        if self.seconds < BOOT_SECONDS:
            self.run(BOOT_SECONDS - self.seconds)
        self._converse(b"\r\x03\x03\x01", b"raw REPL; CTRL-B to exit\r\n>", 2.0)
        self._converse(source.encode() + b"\x04", b"OK", seconds)
        output = self._converse(b"", b"\x04", seconds)
        error = self._converse(b"", b"\x04", seconds)
        self._converse(b"\x02", PROMPT, 2.0)
        assert not error, error.decode()
        return output.decode()

    def _converse(self, question: bytes, end: bytes, seconds: float) -> bytes:
        """Send, and return what came before `end`; the next call goes on right after it."""
        if question:
            self._read_up_to = len(self.received)
            self.send(question)
        start = self._read_up_to
        answered = end in self.received[start:] or self.run(seconds, until=lambda: end in self.received[start:])
        assert answered, f"no {end!r} within {seconds} s in {bytes(self.received[start:])!r}"
        found = self.received.index(end, start)
        self._read_up_to = found + len(end)
        return bytes(self.received[start:found])

    def attach_i2c(self, bus: int, chips: Iterable[Chip], lines: BusLines | None = None) -> None:
        """Solder chip models to I2C controller `bus`; `lines` says when its wires carry nothing."""
        self._buses[bus].attach(chips, lines)

    def set_pin(self, gpio: int, level: bool | None) -> None:
        """Drive a pin from outside; None lets go of it."""
        pin = self.mcu.gpio[gpio]
        if level is None:
            pin.release_input()
        elif not pin._driven or pin._raw_input_value != level:  # stock, each call is an edge to the firmware
            pin.set_input_value(level)

    def set_adc(self, channel: int, value: int) -> None:
        """Put a voltage on an ADC channel, in counts of 3.3 V / 4095; channel 4 is the chip's thermometer."""
        assert 0 <= value <= 0xFFF, f"the ADC has 12 bits, not {value}"
        self.mcu.adc.channel_values[channel] = value

    def feed_adc(self, channel: int, sample: Callable[[], int]) -> None:
        """Let `sample()` give what each conversion of an ADC channel reads: 0 to 4095."""
        self._adc_samples[channel] = sample

    def level(self, gpio: int) -> bool | None:
        """The level that the chip drives a pin to; None while it does not."""
        state = self.mcu.gpio[gpio].value
        return None if state not in (GPIOPinState.LOW, GPIOPinState.HIGH) else state == GPIOPinState.HIGH

    def on_edge(self, gpio: int, edge: Callable[[bool, float], None]) -> None:
        """Call `edge(level, nanoseconds)` whenever the chip drives a pin to another level."""

        def changed(new: GPIOPinState, _old: GPIOPinState) -> None:
            if new in (GPIOPinState.LOW, GPIOPinState.HIGH):
                edge(new == GPIOPinState.HIGH, self.clock.nanos)

        self.mcu.gpio[gpio].add_listener(changed)

    def on_pull(self, gpio: int, pulled: Callable[[int], None]) -> None:
        """Call `pulled(level)` whenever the chip pulls an open-drain line low (0) or lets go of it (1)."""

        def changed(new: GPIOPinState, _old: GPIOPinState) -> None:
            pulled(int(new != GPIOPinState.LOW))

        self.mcu.gpio[gpio].add_listener(changed)

    def pwm_pulse_us(self, gpio: int) -> float | None:
        """How long the pin is high in each period now; None if no running PWM slice drives it.

        Compare and top are those latched at the last wrap, as the pin has them, not those just written.
        """
        slice_ = self._pwm_slice(gpio)
        if slice_ is None:
            return None
        is_b = gpio & 1
        period_ticks = slice_.timer.top + 1
        high_ticks = min((slice_.alarm_b if is_b else slice_.alarm_a).target, period_ticks)
        if slice_.csr & (CSR_B_INV if is_b else CSR_A_INV):
            high_ticks = period_ticks - high_ticks
        if slice_.csr & CSR_PH_CORRECT:
            high_ticks *= 2
        return high_ticks * slice_.timer.prescaler * 1e6 / self.mcu.clk_sys

    def pwm_hz(self, gpio: int) -> float | None:
        """How many periods a second the pin has; None if no running PWM slice drives it."""
        slice_ = self._pwm_slice(gpio)
        if slice_ is None:
            return None
        ticks = (slice_.timer.top + 1) * (2 if slice_.csr & CSR_PH_CORRECT else 1)
        return self.mcu.clk_sys / (ticks * slice_.timer.prescaler)

    def _pwm_slice(self, gpio: int) -> Any:
        slice_ = self.mcu.pwm.channels[gpio >> 1 & 7]
        drives = self.mcu.gpio[gpio].function_select == FUNCTION_PWM and slice_.csr & CSR_EN
        return slice_ if drives else None

    def _on_adc_read(self, channel: int) -> None:
        sample = self._adc_samples.get(channel)
        if sample is not None:
            self.set_adc(channel, sample())
        self._convert(channel)

    def _stop(self) -> None:
        self._simulator.stopped = True

    def _on_watchdog(self) -> None:
        self.resets += 1
        self.host.went_away()
        self.mcu.enter_reset(from_watchdog=True)
        self.mcu.leave_reset()
