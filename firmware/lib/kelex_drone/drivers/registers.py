"""A part of the RP2040 by its registers, for compiled functions: there `ptr32` makes an address a row of words.

Elsewhere (see `dialect.py`) `machine.mem32` gives such a row.
"""

from kelex_wire.dialect import micropython

try:
    micropython.const  # noqa: B018 - see there
    ptr32 = None
except AttributeError:
    from machine import mem32

    def ptr32(address):
        """The words from an address on."""
        return mem32.row(address)
