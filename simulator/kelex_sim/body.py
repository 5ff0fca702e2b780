"""One simulated drone: a board with its parts, in a room of a house."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from kelex_sim.board import Board
from kelex_sim.chips.pir import PirModel
from kelex_sim.chips.servo import ServoModel
from kelex_sim.chips.sht31 import Sht31Chip
from kelex_sim.disk import Disk
from kelex_sim.house import House
from kelex_sim.kernel import Kernel
from kelex_sim.limits import SERVOS, ServoWatch
from kelex_sim.pico import Pico

PIR_PIN = 22
SHT31_BUS = 0
SHT31_ADDRESS = 0x44
# Repeatability of the sensor, one standard deviation (datasheet: 0.04 degrees, 0.08 % at high repeatability, 3 sigma).
_CELSIUS_NOISE = 0.013
_HUMIDITY_NOISE = 0.027


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
        self._house = house
        self._random = random
        self._now_us: Callable[[], int] = lambda: kernel.now_us
        self.board = Board()
        self.servos = {limit.joint: ServoModel(self._now_us) for limit in SERVOS}
        for limit in SERVOS:
            watch = ServoWatch(limit, self._now_us, self.violations)
            self.board.wire_pwm(limit.pin, self._wire(self.servos[limit.joint], watch))
        self.pir = PirModel(self._now_us)
        self.board.wire_input(PIR_PIN, self.pir.level)
        self.sht31 = Sht31Chip(SHT31_ADDRESS, self._now_us, self._air)
        self.board.wire_i2c(SHT31_BUS, [self.sht31])
        self.pico = Pico(kernel, self.board, disk or Disk(), output, random)
        house.changed.append(self._look_around)
        self._look_around()

    def truth(self) -> dict[str, Any]:
        """What the hardware really does now, read at its pins and shafts."""
        return {
            joint: {
                "pulse_us": round(servo.pulse_us, 3),
                "angle": round(servo.angle(), 3),
                "attached": servo.attached,
            }
            for joint, servo in self.servos.items()
        }

    @staticmethod
    def _wire(servo: ServoModel, watch: ServoWatch) -> Callable[[float, int], None]:
        def drive(pulse_us: float, hz: int) -> None:
            watch.pulse(pulse_us)
            servo.drive(pulse_us)

        return drive

    def _look_around(self) -> None:
        self.pir.watch(self._house.somebody_moves(self.room))

    def _air(self) -> tuple[float, float]:
        air = self._house.rooms[self.room]
        return (
            air.celsius + self._random.gauss(0, _CELSIUS_NOISE),
            air.humidity + self._random.gauss(0, _HUMIDITY_NOISE),
        )
