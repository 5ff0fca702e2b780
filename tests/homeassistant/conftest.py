"""Real Home Assistant and real mosquitto for these tests; skipped with a reason where they are not, required in CI."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

INSTALL = Path(__file__).with_name("install.sh")


@pytest.fixture(scope="session")
def home_assistant_python() -> Path:
    """The Python that has Home Assistant."""
    where = subprocess.run([INSTALL, "--where"], capture_output=True, text=True, check=True).stdout.strip()
    python = Path(where) / "venv/bin/python"
    if not python.exists():
        message = f"no Home Assistant here: run tests/homeassistant/{INSTALL.name}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return python
