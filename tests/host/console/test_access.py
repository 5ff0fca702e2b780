"""Who may talk to the page: Host and Origin, for every kind of request."""

from __future__ import annotations

import pytest
from kelex_host.console.access import LOOPBACK, name_of, refusal

HERE = {"host": "127.0.0.1:8000"}


@pytest.mark.parametrize(
    ("authority", "name"),
    [("127.0.0.1:8000", "127.0.0.1"), ("LocalHost", "localhost"), ("[::1]:8000", "::1"), ("::1", "::1"), ("", "")],
)
def test_a_name_is_read_without_its_port(authority: str, name: str) -> None:
    assert name_of(authority) == name


def test_somebody_who_opens_the_page_gets_it() -> None:
    assert not refusal("GET", HERE, LOOPBACK, socket=False)
    follows_a_link = {**HERE, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert not refusal("GET", follows_a_link, LOOPBACK, socket=False)


def test_the_page_itself_may_open_its_websocket() -> None:
    assert not refusal("GET", {**HERE, "origin": "http://127.0.0.1:8000"}, LOOPBACK, socket=True)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.", "", "[::2]"]
)
def test_a_name_that_is_not_ours_gets_nothing_whatever_it_resolves_to(host: str) -> None:
    assert "not called that" in refusal("GET", {"host": host}, LOOPBACK, socket=False)


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "http://127.0.0.1:3000", "http://localhost:8000", "null", "", "127.0.0.1:8000"]
)
@pytest.mark.parametrize("socket", [True, False])
def test_another_origin_gets_nothing(origin: str, socket: bool) -> None:
    assert refusal("GET", {**HERE, "origin": origin}, LOOPBACK, socket=socket)


def test_a_websocket_or_a_post_without_an_origin_gets_nothing() -> None:
    assert refusal("GET", HERE, LOOPBACK, socket=True)
    assert refusal("POST", HERE, LOOPBACK, socket=False)


def test_another_page_cannot_load_our_files_as_its_own() -> None:
    assert refusal("GET", {**HERE, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}, LOOPBACK, socket=False)
