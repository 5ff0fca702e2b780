"""MicroPython's Unix port: the fixture of the emulated tests, which says where the build is."""

from emulated.conftest import micropython

__all__ = ["micropython"]
