"""The simulator's own models of all parts, at the pins of an emulated Pico."""

from collections.abc import Callable

from kelex_sim import wiring
from kelex_sim.board import FLOATING
from kelex_sim.body import Parts
from kelex_sim.chips.analogue import AnalogueModel
from kelex_sim.emulated.emulated_pico import EmulatedPico
from kelex_sim.emulated.pixel_line import PixelLine
from kelex_sim.limits import SERVOS

FIRST_ADC_GPIO = 26
LOOK_EVERY_NANOS = 1_000_000
# `AnalogueModel.sample` fills sixteen bits, as `ADC.read_u16` does; the converter has twelve.
SPARE_BITS = 4


class Soldered:
    """Chips, analogue voltages and pixels answer at once; contacts, PWM and relay are looked at each millisecond."""

    def __init__(self, pico: EmulatedPico, parts: Parts) -> None:
        self.parts = parts
        self.pixel_line = PixelLine(pico, wiring.EYE_PIN, parts.eye.take)
        self._pico = pico
        self._pulses = dict.fromkeys(parts.servos, 0.0)
        pico.attach_i2c(wiring.I2C_BUS, parts.chips, parts.lines)
        pico.on_pull(wiring.I2C_SDA, lambda level: self._pull(parts.lines.drive_sda, level))
        pico.on_pull(wiring.I2C_SCL, lambda level: self._pull(parts.lines.drive_scl, level))
        for gpio, model in parts.analogue.items():
            pico.feed_adc(gpio - FIRST_ADC_GPIO, _twelve_bits_of(model))
        self._alarm = pico.clock.create_alarm(self._look)
        self._look()

    def _pull(self, drive: Callable[[int], None], level: int) -> None:
        drive(level)
        self._set_lines()

    def _set_lines(self) -> None:
        self._pico.set_pin(wiring.I2C_SDA, bool(self.parts.lines.sda()))
        self._pico.set_pin(wiring.I2C_SCL, bool(self.parts.lines.scl()))

    def _look(self) -> None:
        pico, parts = self._pico, self.parts
        self._alarm.schedule(LOOK_EVERY_NANOS)
        for gpio, contact in parts.contacts.items():
            level = contact.read()
            pico.set_pin(gpio, None if level == FLOATING else bool(level))
        self._set_lines()
        for servo in SERVOS:
            pulse_us = pico.pwm_pulse_us(servo.pin) or 0.0
            if pulse_us != self._pulses[servo.joint]:
                self._pulses[servo.joint] = pulse_us
                parts.servos[servo.joint].drive(pulse_us)
        parts.buzzer.drive(pico.pwm_pulse_us(wiring.BUZZER_PIN) or 0.0, round(pico.pwm_hz(wiring.BUZZER_PIN) or 0))
        parts.holodisk.drive(int(pico.level(wiring.HOLODISK_PIN) or False))


def _twelve_bits_of(model: AnalogueModel) -> Callable[[], int]:
    return lambda: model.sample() >> SPARE_BITS
