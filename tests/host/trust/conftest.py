"""What the tests of trust share."""

import pytest
from host.trust.gate import Gate
from hypothesis import HealthCheck, settings

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture
def gate() -> Gate:
    return Gate()
