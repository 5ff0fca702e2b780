"""A KELEX_HOME of the test's own, and an environment without any other KELEX variable."""

import os
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in list(os.environ):
        if name.startswith("KELEX_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("KELEX_HOME", str(tmp_path))
    return tmp_path
