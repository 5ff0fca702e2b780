"""Parts of the drone, modelled at their registers and pins, so that the real drivers run against them.

The same models plug into the emulated RP2040. A chip on an I2C bus has an `address` and four methods, called by
whoever is the bus's master.
"""

from __future__ import annotations

from typing import Protocol


class I2cChip(Protocol):
    """A device on an I2C bus."""

    address: int

    def begin(self, reading: bool) -> bool:
        """Addressed, after a start or a repeated start. Returns the acknowledge bit."""

    def write(self, byte: int) -> bool:
        """A byte from the master. Returns the acknowledge bit."""

    def read(self) -> int:
        """The next byte for the master."""

    def end(self) -> None:
        """A stop."""


class RegisterChip:
    """An I2cChip that also does the most common transfer at once: the byte protocol costs a call for each byte."""

    def read_registers(self, register: int, count: int) -> bytes | None:
        """`begin`, `write` of the register, `begin`, `count` times `read`, `end`; None for no acknowledgement."""
        raise NotImplementedError
