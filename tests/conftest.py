"""Fixtures for the whole suite."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from brokers import Mosquitto


@pytest.fixture
def mosquitto_binary() -> str:
    binary = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
    if binary is None:
        message = "no mosquitto here: install it with `apt-get install mosquitto`"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return binary


@pytest.fixture
def mosquitto(mosquitto_binary: str, tmp_path: Path) -> Iterator[Mosquitto]:
    broker = Mosquitto(mosquitto_binary, tmp_path, "allow_anonymous true")
    broker.start()
    yield broker
    broker.stop()
