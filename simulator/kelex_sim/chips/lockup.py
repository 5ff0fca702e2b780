"""A part that was reset out of: it waits in the middle of a byte for the clocks that it was promised."""

from __future__ import annotations


class LockedUpPart:
    """Holds SDA low for `clocks` more falling edges of SCL. A STOP while it is off the line ends the transfer.

    It knows its two lines only by what the master does to them: wire `drive_scl` and `drive_sda` to the outputs and
    `sda` to the input.
    """

    def __init__(self, clocks: int) -> None:
        self._left = clocks
        self._scl = self._master_sda = 1
        self.stopped = False

    def sda(self) -> int:
        """The level of the wire: low while it or the master pulls."""
        return int(self._left == 0 and self._master_sda == 1)

    def drive_scl(self, level: int) -> None:
        """The master lets go of SCL (1) or pulls it low (0)."""
        if self._scl and not level and self._left:
            self._left -= 1
        self._scl = level

    def drive_sda(self, level: int) -> None:
        """The master lets go of SDA (1) or pulls it low (0)."""
        rises = self._master_sda == 0 and level == 1
        self._master_sda = level
        if rises and self._scl and self._left == 0:
            self.stopped = True
