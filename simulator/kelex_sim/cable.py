"""What lies between board and host: a lane each way, with a cable's delays and, where asked for, its faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from kelex_sim.kernel import Kernel


@dataclass(frozen=True, slots=True)
class CableFaults:
    """Chances, per chunk of bytes, of each fault; times in microseconds."""

    drop: float = 0.0
    corrupt: float = 0.0
    duplicate: float = 0.0
    reorder: float = 0.0
    garbage: float = 0.0
    stall: float = 0.0
    stall_us: int = 400_000
    delay_us: int = 300


CLEAN = CableFaults()
HOSTILE = CableFaults(drop=0.03, corrupt=0.03, duplicate=0.02, reorder=0.02, garbage=0.02, stall=0.005)
# Reordered and duplicated chunks come this much later.
_LATE_US = 30_000


class Lane:
    """Bytes in one direction. Without faults they arrive whole and in order."""

    def __init__(self, kernel: Kernel, random: Random, deliver: Callable[[bytes], None], seen: Counter[str]) -> None:
        self.faults = CLEAN
        self.plugged = True
        self.plugs = 0  # how often it was pulled or put in: what was on its way before is lost
        self._kernel = kernel
        self._random = random
        self._deliver = deliver
        self._seen = seen
        self._free_us = 0  # before this moment nothing later may arrive

    def send(self, data: bytes) -> None:
        """Put a chunk on its way. An unplugged lane loses it."""
        if not self.plugged:
            return
        faults, random = self.faults, self._random
        at_us = max(self._kernel.now_us + faults.delay_us, self._free_us)
        if faults is not CLEAN:
            roll = random.random
            if roll() < faults.stall:
                self._count("stall")
                at_us += faults.stall_us
            if roll() < faults.garbage:
                self._count("garbage")
                self._kernel.at(at_us, self._arrive, self.plugs, random.randbytes(random.randrange(1, 40)))
            if roll() < faults.duplicate:
                self._count("duplicate")
                self._kernel.at(at_us + random.randrange(_LATE_US), self._arrive, self.plugs, data)
            if roll() < faults.drop:
                self._count("drop")
                return
            if roll() < faults.corrupt:
                self._count("corrupt")
                data = self._corrupted(data)
            if roll() < faults.reorder:
                self._count("reorder")
                self._kernel.at(at_us + random.randrange(_LATE_US), self._arrive, self.plugs, data)
                return
        self._free_us = at_us
        self._kernel.at(at_us, self._arrive, self.plugs, data)

    def _count(self, fault: str) -> None:
        self._seen[fault] += 1

    def _corrupted(self, data: bytes) -> bytes:
        """One of: a flipped bit, a lost piece, an inserted byte."""
        random, broken = self._random, bytearray(data)
        at = random.randrange(len(broken))
        kind = random.randrange(3)
        if kind == 0:
            broken[at] ^= 1 << random.randrange(8)
        elif kind == 1:
            del broken[at : at + random.randrange(1, 8)]
        else:
            broken.insert(at, random.randrange(256))
        return bytes(broken)

    def _arrive(self, plugs: int, data: bytes) -> None:
        if self.plugged and plugs == self.plugs and data:
            self._deliver(data)


class Cable:
    """Both lanes and the plug. `seen` counts the faults that really happened, by kind."""

    def __init__(
        self,
        kernel: Kernel,
        random: Random,
        *,
        to_board: Callable[[bytes], None],
        to_host: Callable[[bytes], None],
        plugged: Callable[[bool], None],
    ) -> None:
        self.seen: Counter[str] = Counter()
        self.down = Lane(kernel, random, to_board, self.seen)
        self.up = Lane(kernel, random, to_host, self.seen)
        self._kernel = kernel
        self._plugged = plugged

    def set_faults(self, faults: CableFaults) -> None:
        """Let both lanes have these faults from now on."""
        self.down.faults = self.up.faults = faults

    def unplug(self, for_us: int) -> None:
        """Pull the plug, and put it back later. What is on its way is lost."""
        if not self.up.plugged:
            return
        self.seen["unplug"] += 1
        self._plug(False)
        self._kernel.after(for_us, self._plug, True)

    def _plug(self, plugged: bool) -> None:
        for lane in (self.down, self.up):
            lane.plugged = plugged
            lane.plugs += 1
        self._plugged(plugged)
