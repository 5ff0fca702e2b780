"""The two wires of an I2C bus, and what goes wrong with them rather than with one part.

stuck    a part hangs in the middle of a byte, and holds SDA low until it got its clocks and a STOP
stall    SDA lies at ground, whoever clocks
absent   the cable is out: nobody acknowledges
nan      the same, with lines that stay high
noisy    every other transfer is lost

The clock has a fault of its own: stuck or stalled, a part stretches it for ever, and holds SCL low.
"""

from __future__ import annotations

from random import Random

from kelex_sim.chips.fault import Fault
from kelex_sim.chips.lockup import LockedUpPart

BITS_PER_BYTE = 9  # with the acknowledgement
_HELD = frozenset(("stuck", "stall"))
_OUT = frozenset(("absent", "nan"))


class BusLines:
    """Wire `drive_sda` and `drive_scl` to the master's outputs (1: it lets go), and `sda` and `scl` to its inputs."""

    def __init__(self, fault: Fault, clock: Fault, random: Random) -> None:
        self.fault = fault
        self.clock = clock
        self._random = random
        self._part: LockedUpPart | None = None
        self._is_lost = False
        self._master_sda = self._master_scl = 1

    def scl(self) -> int:
        """The level of SCL between transfers."""
        return 0 if self.clock.failing and self.clock.kind in _HELD else self._master_scl

    def sda(self) -> int:
        """The level of SDA between transfers."""
        return 0 if self._is_held() else self._master_sda

    def drive_scl(self, level: int) -> None:
        """The master lets go of SCL (1) or pulls it low (0)."""
        self._master_scl = level
        self._is_held()
        if self._part:
            self._part.drive_scl(self.scl())

    def drive_sda(self, level: int) -> None:
        """The master lets go of SDA (1) or pulls it low (0)."""
        self._master_sda = level
        if self._part is None:
            return
        self._part.drive_sda(level)
        if self._part.stopped:
            self._part = None
            self.fault.end()

    def carries(self) -> bool:
        """Whether the transfer that begins now gets through. Asked only while the fault is failing."""
        kinds = (self.fault.kind, self.clock.kind)
        if "noisy" in kinds:
            self._is_lost = not self._is_lost
            return not self._is_lost
        return not _OUT & set(kinds) and not self._is_held() and self.scl() == 1

    def _is_held(self) -> bool:
        if not self.fault.failing or self.fault.kind not in _HELD:
            self._part = None
            return False
        if self.fault.kind == "stall":
            return True
        if self._part is None:
            self._part = LockedUpPart(self._random.randint(1, BITS_PER_BYTE))
        return self._part.sda() == 0
