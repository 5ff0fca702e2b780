"""What reaches one drone's sensors from the house around it, and what happens there for a while."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

from kelex_sim import wiring
from kelex_sim.house import House
from kelex_sim.sounds import RATE_HZ, cry, cry_samples

GRAVITY = 9.80665
WALL_MM = 1600.0
HAND_MM = 120.0
# Who comes into the room passes by, so far away and for so long.
PASSING_MM = 1300.0
PASSING_S = 1.5
TREMOR_HZ = 4.0
# Repeatability of the climate sensor, one standard deviation (SHT31 datasheet: 0.04 degrees, 0.08 %, 3 sigma).
_CELSIUS_NOISE = 0.013
_HUMIDITY_NOISE = 0.027
# The microphone's amplifier: its rest, and a cry's swing.
REST_V = 1.65
_CRY_V = 1.4


class Surroundings:
    """Of a drone in a room. Time-limited happenings end by themselves."""

    def __init__(self, now_us: Callable[[], int], random: Random, house: House, room: str) -> None:
        self._now_us = now_us
        self._random = random
        self._house = house
        self._room = room
        self._until_us: dict[str, int] = {}
        self._tremor = 0.0
        self._range_mm = WALL_MM
        self._door_open = False

    # What happens

    def begin(self, what: str, seconds: float) -> None:
        """Let something happen for a while: cry, ring, touch, hand, door."""
        self._until_us[what] = self._now_us() + round(seconds * 1e6)

    def shake(self, magnitude: float, seconds: float) -> None:
        """The ground trembles, with this peak (m/s²)."""
        self._tremor = magnitude
        self.begin("tremor", seconds)

    def approach(self, range_mm: float, seconds: float) -> None:
        """Somebody stands before the drone, so far away."""
        self._range_mm = range_mm
        self.begin("intruder", seconds)

    def pass_by(self) -> None:
        """Somebody who comes into the room walks past the drone."""
        self.begin("passing", PASSING_S)

    def open_door(self, is_open: bool) -> None:
        """Open or close the door for good."""
        self._door_open = is_open

    def goes_on(self, what: str) -> bool:
        """Whether it still happens."""
        until_us = self._until_us.get(what)
        if until_us is None:
            return False
        if self._now_us() < until_us:
            return True
        del self._until_us[what]  # so that the sensors, looking again and again, find out at once
        return False

    # What the sensors find. They look 20 times a second, and almost always nothing happens: that is asked first.

    def air(self) -> tuple[float, float]:
        """Degrees Celsius and % relative humidity."""
        air = self._house.rooms[self._room]
        return (
            air.celsius + self._random.gauss(0, _CELSIUS_NOISE),
            air.humidity + self._random.gauss(0, _HUMIDITY_NOISE),
        )

    def light_v(self) -> float:
        """Voltage of the light sensor."""
        lux = self._house.rooms[self._room].lux
        return min(wiring.LIGHT_DARK_V + lux * wiring.LIGHT_V_PER_LUX, wiring.LIGHT_MOST_V)

    def sound_v(self) -> float:
        """Voltage of the microphone now, without its noise."""
        if "cry" not in self._until_us or not self.goes_on("cry"):
            return REST_V
        return REST_V + _CRY_V * cry(self._now_us() / 1_000_000)

    def sounds_v(self, age_us: int, count: int) -> list[float] | None:
        """Voltages of the microphone at RATE_HZ, the first of `age_us` ago; None in silence."""
        if "cry" not in self._until_us or not self.goes_on("cry"):
            return None
        samples = cry_samples()
        size = len(samples)
        first = (self._now_us() - age_us) * RATE_HZ // 1_000_000
        return [REST_V + _CRY_V * samples[(first + i) % size] for i in range(count)]

    def distance_mm(self) -> float | None:
        """How far it is to whatever is before the drone."""
        if not self._until_us:
            return WALL_MM
        if self.goes_on("hand"):
            return HAND_MM
        if self.goes_on("intruder"):
            return self._range_mm
        return PASSING_MM if self.goes_on("passing") else WALL_MM

    def acceleration(self) -> tuple[float, float, float]:
        """What acts on the drone, in m/s²: gravity, and the trembling ground."""
        if "tremor" not in self._until_us or not self.goes_on("tremor"):
            return 0.0, 0.0, GRAVITY
        shake = self._tremor * math.sin(2 * math.pi * TREMOR_HZ * self._now_us() / 1e6)
        return shake, 0.0, GRAVITY

    def somebody_moves(self) -> bool:
        """Whether the motion sensor has somebody to see."""
        if "intruder" in self._until_us and self.goes_on("intruder"):
            return True
        return self._house.somebody_moves(self._room)

    def door_closed(self) -> int:
        """The level of the door's contact: it is closed while the door is."""
        return 0 if self._door_open or ("door" in self._until_us and self.goes_on("door")) else 1

    def touched(self) -> int:
        """The level of the touch pad."""
        return 1 if "touch" in self._until_us and self.goes_on("touch") else 0

    def rung(self) -> int:
        """The level of the doorbell's button."""
        return 1 if "ring" in self._until_us and self.goes_on("ring") else 0
