"""A KELEX_HOME of the test's own, and an environment without any other KELEX variable."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no failure.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in list(os.environ):
        if name.startswith("KELEX_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("KELEX_HOME", str(tmp_path))
    return tmp_path
