"""A running house for the acceptance tests: `kelex up` as a user starts it, and a plain MQTT client beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from acceptance.household import Client, Kelex, end_what_still_runs, started, until


def port_of(house: Kelex) -> int:
    """Where the house's broker listens, from what `kelex up` says."""
    return int(house.says(r"broker  mqtt://127\.0\.0\.1:(\d+)")[1])


@pytest.fixture(autouse=True)
def _nothing_left_running(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that fails must not leave a house behind: it would hold a port, and slow the others down."""
    if "house" in request.fixturenames:
        request.getfixturevalue("house")  # it outlives this test
    before = started()
    yield
    end_what_still_runs(before)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kelex]:
    """`kelex up` without any option."""
    running = Kelex(tmp_path_factory.mktemp("home"), "up")
    try:
        running.says("is up")
        yield running
    finally:
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
