"""The parts and the room around an emulated board."""

from __future__ import annotations

from random import Random

from kelex_sim.body import Parts
from kelex_sim.chips.servo import ServoModel
from kelex_sim.emulated.emulated_pico import EmulatedPico
from kelex_sim.emulated.soldered import Soldered
from kelex_sim.house import House
from kelex_sim.surroundings import Surroundings


class EmulatedBody:
    """The parts around an emulated board, as the world's verbs ask for them."""

    def __init__(self, pico: EmulatedPico, house: House, room: str, random: Random) -> None:
        def now_us() -> int:
            return int(pico.clock.nanos / 1000)

        self.room = room
        self.around = Surroundings(now_us, random, house, room)
        self.parts = Parts(now_us, random, self.around)
        self.soldered = Soldered(pico, self.parts)

    @property
    def servos(self) -> dict[str, ServoModel]:
        """The servos, by joint."""
        return self.parts.servos

    def truth(self) -> dict[str, object]:
        """What the hardware really does now."""
        return self.parts.truth()
