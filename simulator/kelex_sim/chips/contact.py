"""What sits at the end of a yes-or-no line and drives it both ways: a contact, a touch pad, a motion sensor."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from kelex_sim.board import FLOATING
from kelex_sim.chips.fault import Fault


class ContactModel:
    """One line. `level()` is what it says while it is sound; `stuck_level` what it says for ever when stuck."""

    def __init__(self, level: Callable[[], int], fault: Fault, random: Random, *, stuck_level: int = 1) -> None:
        self.fault = fault
        self._level = level
        self._random = random
        self._stuck_level = stuck_level

    def read(self) -> int:
        """The line: 0, 1 or FLOATING."""
        kind = self.fault.kind if self.fault.failing else ""
        if not kind:
            return self._level()
        if kind == "absent":
            return FLOATING
        return self._stuck_level if kind in ("stuck", "stall") else self._random.getrandbits(1)
