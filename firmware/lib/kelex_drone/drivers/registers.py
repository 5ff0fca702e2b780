"""A part of the RP2040 by its registers, for compiled functions: there `ptr32` makes an address a row of words.

Elsewhere (see `dialect.py`) it makes a row that reads and writes through `machine.mem32`.
"""

from kelex_drone.dialect import micropython

try:
    micropython.const  # noqa: B018 - see there
    ptr32 = None
except AttributeError:
    from machine import mem32

    class ptr32:
        """The words from an address on."""

        def __init__(self, address):
            self._address = address

        def __getitem__(self, index):
            return mem32[self._address + 4 * index]

        def __setitem__(self, index, value):
            mem32[self._address + 4 * index] = value
