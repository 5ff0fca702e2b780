"""The doorman in front of the console: who gets in, by HTTP and by websocket."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest

argon2 = pytest.importorskip("argon2", reason="no console here: pip install 'kelex[console]' brings it")

from kelex_host.console.access import LOOPBACK  # noqa: E402
from kelex_host.shells.console_door import GUESSES_MOST, Doorman  # noqa: E402

HASH = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("krypton")
OURS = {"host": "127.0.0.1:8000", "origin": "http://127.0.0.1:8000"}


class Inside:
    """What stands behind the doorman."""

    def __init__(self) -> None:
        self.reached = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.reached += 1
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"the page"})


class Visit:
    """One request, and what came of it."""

    def __init__(
        self, door: Doorman, headers: dict[str, str], path: str = "/", body: str | None = None, socket: bool = False
    ) -> None:
        self.sent: list[MutableMapping[str, Any]] = []
        scope = {
            "type": "websocket" if socket else "http",
            "method": "GET" if body is None else "POST",
            "path": path,
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }

        async def receive() -> MutableMapping[str, Any]:
            return {"type": "http.request", "body": (body or "").encode()}

        async def send(message: MutableMapping[str, Any]) -> None:
            self.sent.append(message)

        asyncio.run(door(scope, receive, send))

    @property
    def status(self) -> int:
        return int(self.sent[0].get("status", 0))

    def header(self, name: str) -> str:
        return dict(self.sent[0]["headers"]).get(name.encode(), b"").decode()

    @property
    def text(self) -> str:
        return str(self.sent[1]["body"].decode())


def test_the_page_comes_with_headers_that_keep_other_pages_out() -> None:
    visit = Visit(Doorman(Inside(), LOOPBACK), {"host": "localhost:8000"})
    assert visit.text == "the page"
    assert "frame-ancestors 'none'" in visit.header("content-security-policy")
    assert visit.header("cross-origin-resource-policy") == "same-origin"


@pytest.mark.parametrize("socket", [True, False])
@pytest.mark.parametrize("headers", [{"host": "evil.example"}, {**OURS, "origin": "http://evil.example"}])
def test_another_name_or_origin_reaches_nothing(headers: dict[str, str], socket: bool) -> None:
    inside = Inside()
    visit = Visit(Doorman(inside, LOOPBACK), headers, socket=socket)
    assert inside.reached == 0
    assert visit.sent[0]["type"] == "websocket.close" if socket else visit.status == 403


def test_with_a_password_nothing_is_reached_without_a_session() -> None:
    inside = Inside()
    door = Doorman(inside, LOOPBACK, HASH)
    assert Visit(door, OURS).header("location") == "/login"
    assert Visit(door, OURS, "/console/page.js").status == 303
    assert Visit(door, OURS, socket=True).sent[0]["type"] == "websocket.close"
    assert Visit(door, {**OURS, "cookie": "kelex_session=guessed"}).status == 303
    assert inside.reached == 0


def test_the_right_password_opens_a_session_whose_cookie_no_other_page_and_no_script_gets() -> None:
    inside = Inside()
    door = Doorman(inside, LOOPBACK, HASH)
    assert Visit(door, OURS, "/login", "password=lead").status == 403
    entered = Visit(door, OURS, "/login", "password=krypton")
    cookie = entered.header("set-cookie")
    assert entered.status == 303
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert Visit(door, {**OURS, "cookie": cookie.partition(";")[0]}).text == "the page"
    assert inside.reached == 1


def test_another_page_cannot_log_somebody_in() -> None:
    door = Doorman(Inside(), LOOPBACK, HASH)
    assert Visit(door, {**OURS, "origin": "http://evil.example"}, "/login", "password=krypton").status == 403
    assert Visit(door, {"host": OURS["host"]}, "/login", "password=krypton").status == 403


def test_guesses_are_few() -> None:
    door = Doorman(Inside(), LOOPBACK, HASH)
    statuses = [Visit(door, OURS, "/login", f"password={i}").status for i in range(GUESSES_MOST + 2)]
    assert statuses == [403] * GUESSES_MOST + [429] * 2


@pytest.mark.parametrize("body", ["", "x" * 10_000, "password", "password=\xff%ff", "a=1&b=2&c=3&d=4"])
def test_nonsense_for_a_password_is_the_wrong_one(body: str) -> None:
    assert Visit(Doorman(Inside(), LOOPBACK, HASH), OURS, "/login", body).status in (400, 403)
