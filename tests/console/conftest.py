"""A house with its console, and a browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from acceptance.conftest import port_of
from acceptance.household import Client, Kelex, until
from console.browser import chromium, running

# A machine without a graphics card draws the page slowly, and CI's has other work besides.
PATIENCE_MS = 120_000


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kelex]:
    """`kelex up` with its console."""
    chromium()  # leaves the test out before a house is started in vain
    house = Kelex(tmp_path_factory.mktemp("home"), "up", console=True)
    try:
        house.says("is up")
        yield house
    finally:
        house.stop()


@pytest.fixture(scope="module")
def client(house: Kelex) -> Iterator[Client]:
    """A plain MQTT client beside the page."""
    client = Client(port_of(house))
    until(lambda: client.latest("kelex/drone/kelex/availability") == b"online", "the drone online")
    yield client
    client.close()


@pytest.fixture(scope="module")
def address(house: Kelex) -> str:
    """Where the page is."""
    return house.says(r"console (http://127\.0\.0\.1:\d+)")[1]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One browser for the tests of a module; each page is a new visitor of it."""
    with running() as browser:
        yield browser


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    """The console, once it is alive."""
    page = open_console(browser, address)
    yield page
    page.close()


def open_console(browser: Any, address: str) -> Any:
    """A page on the console. It is small: the tests' machine draws it without a graphics card."""
    page = browser.new_page(viewport={"width": 520, "height": 420}, reduced_motion="reduce")
    page.set_default_timeout(PATIENCE_MS)
    page.goto(address, wait_until="commit")
    page.wait_for_selector("body.k-page:not(.k-stale)", state="attached")
    return page
