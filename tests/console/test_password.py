"""The form for the password in a real browser: what that says of itself decides whether it gets past the doorman."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from argon2 import PasswordHasher
from kelex_host.console.access import LOOPBACK
from kelex_host.shells.console_door import Doorman
from kelex_host.shells.console_process import listen
from kelex_host.shells.console_server import serve

HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("krypton")
PATIENCE_S = 60.0


async def inside(scope: Any, receive: Any, send: Any) -> None:
    """What stands behind the doorman; it needs no life span."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
        await send({"type": "http.response.body", "body": b"<h1>the page</h1>"})


@pytest.fixture
def door() -> Iterator[str]:
    """The address of a page with a password."""
    listener, loop, stop, is_up = listen("127.0.0.1", 0), asyncio.new_event_loop(), asyncio.Event(), threading.Event()
    work = serve(Doorman(inside, LOOPBACK, HASH), listener, stop, is_up.set)
    thread = threading.Thread(target=lambda: loop.run_until_complete(work))
    thread.start()
    assert is_up.wait(PATIENCE_S)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    loop.call_soon_threadsafe(stop.set)
    thread.join()


def test_the_password_opens_the_page_and_another_does_not(browser: Any, door: str) -> None:
    page = browser.new_page()
    page.set_default_timeout(PATIENCE_S * 1000)
    page.goto(door)
    page.get_by_label("Password").fill("brainiac")
    page.keyboard.press("Enter")
    page.get_by_text("That is not the password.").wait_for()
    page.get_by_label("Password").fill("krypton")
    page.get_by_role("button", name="Enter").click()
    page.get_by_role("heading", name="the page").wait_for()
    page.close()
