"""One simulated drone: a board with its parts, in a room of a house."""

from __future__ import annotations

from collections.abc import Callable
from math import fsum
from random import Random
from typing import Any

from kelex_sim import wiring
from kelex_sim.board import Board
from kelex_sim.chips import I2cChip
from kelex_sim.chips.analogue import AnalogueModel
from kelex_sim.chips.bus import BusLines
from kelex_sim.chips.contact import ContactModel
from kelex_sim.chips.fault import Fault
from kelex_sim.chips.ina219 import Ina219Chip
from kelex_sim.chips.mpu6050 import Mpu6050Chip
from kelex_sim.chips.outputs import BuzzerModel, PixelsModel, RelayModel
from kelex_sim.chips.pir import PirModel
from kelex_sim.chips.servo import ServoModel
from kelex_sim.chips.sht31 import Sht31Chip
from kelex_sim.chips.vl53l0x import Vl53l0xChip
from kelex_sim.disk import Disk
from kelex_sim.house import House
from kelex_sim.kernel import Kernel
from kelex_sim.limits import SERVOS, BuzzerWatch, Quiet, ServoWatch
from kelex_sim.pico import Pico
from kelex_sim.surroundings import Surroundings

# A quiet room, in volts at the microphone's pin.
_ROOM_NOISE_V = 0.004


class Parts:
    """Every part of a body but its board, at its register or pin: for a simulated board and for an emulated one.

    `faults` has one Fault for each sensor, each joint's servo, the bus that some sensors share, and its clock.
    """

    def __init__(self, now_us: Callable[[], int], random: Random, around: Surroundings) -> None:
        self.faults = {name: Fault(now_us, random) for name in [part.name for part in wiring.PARTS]}
        self.faults |= {limit.joint: Fault(now_us, random) for limit in SERVOS}
        self.faults |= {name: Fault(now_us, random) for name in (wiring.BUS, wiring.CLOCK)}
        faults, address = self.faults, {part.name: part.address for part in wiring.PARTS}
        self.battery_level = 90.0
        self.servos = {limit.joint: ServoModel(now_us, faults[limit.joint]) for limit in SERVOS}
        self.lines = BusLines(faults[wiring.BUS], faults[wiring.CLOCK], random)
        self.chips: list[I2cChip] = [
            Sht31Chip(address["climate"], now_us, around.air, faults["climate"]),
            Vl53l0xChip(address["range"], now_us, around.distance_mm, faults["range"], random),
            Mpu6050Chip(address["motion"], now_us, around.acceleration, faults["motion"], random),
            Ina219Chip(address["current"], now_us, self.servo_load, faults["current"], random),
        ]
        self.analogue = {
            wiring.LIGHT_PIN: AnalogueModel(around.light_v, faults["light"], random, leap_v=2.0),
            wiring.MICROPHONE_PIN: AnalogueModel(
                around.sound_v, faults["microphone"], random, leap_v=8.0, noise_v=_ROOM_NOISE_V, sounds=around.sounds_v
            ),
            wiring.BATTERY_PIN: AnalogueModel(
                lambda: self.battery_v / wiring.BATTERY_RATIO, faults["battery"], random, leap_v=0.8
            ),
        }
        pir = PirModel(now_us, around.somebody_moves)
        self.contacts = {
            wiring.PIR_PIN: ContactModel(pir.level, faults["pir"], random),
            wiring.TOUCH_PIN: ContactModel(around.touched, faults["touch"], random),
            wiring.DOOR_PIN: ContactModel(around.door_closed, faults["door"], random, stuck_level=0),
            wiring.DOORBELL_PIN: ContactModel(around.rung, faults["doorbell"], random),
        }
        self.eye = PixelsModel()
        self.buzzer = BuzzerModel()
        self.holodisk = RelayModel()

    @property
    def battery_v(self) -> float:
        """Voltage of the battery pack."""
        return wiring.battery_volts(self.battery_level)

    def servo_load(self) -> tuple[float, float]:
        """What the servos draw, in amperes, and at how many volts."""
        return fsum([servo.current_a() for servo in self.servos.values()]), wiring.SERVO_SUPPLY_V

    def truth(self) -> dict[str, Any]:
        """What the hardware really does now, read at its pins and shafts."""
        servos = {
            joint: {
                "pulse_us": round(servo.pulse_us, 3),
                "angle": round(servo.angle(), 3),
                "attached": servo.attached,
            }
            for joint, servo in self.servos.items()
        }
        return {
            "servos": servos,
            "tone_hz": self.buzzer.hz,
            "eye": self.eye.brightest,
            "eye_pixels": list(self.eye.colors),
            "holodisk": self.holodisk.on,
            "supply_v": round(self.battery_v, 3),
        }


class Body:
    """`output(data)` gets what the drone sends. `violations` collects broken limits; it should stay empty."""

    def __init__(
        self,
        kernel: Kernel,
        house: House,
        room: str,
        *,
        random: Random,
        output: Callable[[bytes], None],
        disk: Disk | None = None,
    ) -> None:
        self.room = room
        self.violations: list[str] = []
        self.quiet = Quiet()
        self._now_us = lambda: kernel.now_us
        self._buzzer_watch = BuzzerWatch(self._now_us, self.violations, self.quiet)
        now_us = self._now_us
        self.around = Surroundings(now_us, random, house, room)
        self.parts = Parts(now_us, random, self.around)
        self.board = Board()
        for limit in SERVOS:
            watch = ServoWatch(limit, now_us, self.violations, self.quiet)
            self.board.wire_pwm(limit.pin, _watched(self.parts.servos[limit.joint], watch))
        for gpio, contact in self.parts.contacts.items():
            self.board.wire_input(gpio, contact.read)
        for gpio, analogue in self.parts.analogue.items():
            self.board.wire_analogue(gpio, analogue.sample, analogue.samples)
        lines = self.parts.lines
        self.board.wire_i2c(wiring.I2C_BUS, self.parts.chips, lines)
        self.board.wire_input(wiring.I2C_SDA, lines.sda)
        self.board.wire_input(wiring.I2C_SCL, lines.scl)
        self.board.wire_output(wiring.I2C_SDA, lines.drive_sda, at_reset=1)
        self.board.wire_output(wiring.I2C_SCL, lines.drive_scl, at_reset=1)
        self.board.wire_stream(wiring.EYE_PIN, self.parts.eye.take)
        self.board.wire_pwm(wiring.BUZZER_PIN, self._sound)
        self.board.wire_output(wiring.HOLODISK_PIN, self.parts.holodisk.drive)
        self.pico = Pico(kernel, self.board, disk or Disk(), output, random)

    @property
    def servos(self) -> dict[str, ServoModel]:
        """The servos, by joint."""
        return self.parts.servos

    def hush(self, on: bool) -> None:
        """The drone was told to be quiet, or no longer: from now on the limits of that are watched too."""
        if on and self.quiet.since_us is None:
            self.quiet.since_us = self._now_us()
            self._buzzer_watch.pulse(float(self.parts.buzzer.hz > 0), self.parts.buzzer.hz)
        elif not on:
            self.quiet.since_us = None

    def truth(self) -> dict[str, Any]:
        """What the hardware really does now."""
        return self.parts.truth()

    def _sound(self, pulse_us: float, hz: int) -> None:
        self._buzzer_watch.pulse(pulse_us, hz)
        self.parts.buzzer.drive(pulse_us, hz)


def _watched(servo: ServoModel, watch: ServoWatch) -> Callable[[float, int], None]:
    def drive(pulse_us: float, hz: int) -> None:
        watch.pulse(pulse_us)
        servo.drive(pulse_us, hz)

    return drive
