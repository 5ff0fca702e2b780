"""What the tests of the boot share."""

from emulated.conftest import micropython

__all__ = ["micropython"]
