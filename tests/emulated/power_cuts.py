"""A flash as it is after each of its operations, and in the midst of each; and what a board makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from kelex_host.bridge.heard import Online
from kelex_host.bridge.host_link import HostLink
from kelex_sim.emulated.emulated_pico import EmulatedPico
from kelex_sim.emulated.flash_image import FILESYSTEM_OFFSET_BYTES

# A whole version in files, none of it as in the UF2, is online after 3.1 s.
ONLINE_WITHIN_S = 5.0
LOOK_EVERY_S = 0.002


@dataclass
class Recorder:
    """A board whose flash's operations are recorded: which bytes each was about, and what they became."""

    flash: bytes
    operations: list[tuple[int, bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pico = EmulatedPico(flash=self.flash, flash_changed=self._changed)

    def _changed(self, at: int, size: int) -> None:
        self.operations.append((at, bytes(self.pico.mcu.flash[at : at + size])))

    def cuts(self) -> Iterator[bytearray]:
        """The flash with the power cut at each operation in turn: in its midst, its first half done, and after it."""
        now = bytearray(self.flash)
        for at, data in self.operations:
            assert at >= FILESYSTEM_OFFSET_BYTES, "nothing but the filesystem is ever written"
            half = len(data) // 2
            now[at : at + half] = data[:half]
            yield bytearray(now)
            now[at : at + len(data)] = data
            yield bytearray(now)


def boot(flash: bytes | bytearray) -> tuple[str, Recorder]:
    """Power a board up with this flash: who its drone says it is, "" where none comes online; and what it wrote."""
    board = Recorder(bytes(flash))
    pico = board.pico
    nonces = count(1)
    link = HostLink(lambda: next(nonces))
    read_up_to, is_open, said = 0, False, ""
    while not said and pico.seconds < ONLINE_WITHIN_S:
        pico.run(LOOK_EVERY_S)
        data = bytes(pico.received[read_up_to:])
        read_up_to += len(data)
        if data and not is_open:
            is_open = True
            link.opened(pico.seconds)
        heard = link.receive(pico.seconds, data) + link.step(pico.seconds)
        said = next((item.welcome.identity for item in heard if isinstance(item, Online)), "")
        pico.send(bytes(link.tx))
        link.tx.clear()
    return said, board
