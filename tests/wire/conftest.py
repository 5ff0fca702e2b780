"""MicroPython's Unix port for the wire: the fixture of the emulated tests, which says where the build is."""

from emulated.conftest import micropython
from hypothesis import HealthCheck, settings

__all__ = ["micropython"]

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
