"""A running house for the acceptance tests: `kelex up` as a user starts it, and a plain MQTT client beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from acceptance.household import Client, Kelex, until


def port_of(house: Kelex) -> int:
    """Where the house's broker listens, from what `kelex up` says."""
    return int(house.says(r"broker  mqtt://127\.0\.0\.1:(\d+)")[1])


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kelex]:
    """`kelex up` without any option."""
    running = Kelex(tmp_path_factory.mktemp("home"), "up")
    running.says("is up")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def client(house: Kelex) -> Iterator[Client]:
    """A plain MQTT client, once the house's drone is online."""
    client = Client(port_of(house))
    until(lambda: client.latest("kelex/drone/kelex/availability") == b"online", "the drone online")
    yield client
    client.close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty KELEX_HOME."""
    return tmp_path
