"""The doorman: every request and every websocket passes here before anything else sees it (ASGI 3).

Host and Origin are checked always; where a password is set, nothing but the form for it is shown without a session.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from time import monotonic
from typing import Any
from urllib.parse import parse_qs

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kelex_host.console import text
from kelex_host.console.access import HEADERS, refusal
from kelex_host.console.html import el, join, raw
from kelex_host.console.orders import Bucket
from kelex_host.console.sessions import Sessions

LOGIN = "/login"
_VIEWPORT = '<meta name="viewport" content="width=device-width">'
FORM_BYTES_MOST = 4096
# Each guess costs us 64 MB for a moment: one at a time, and few of them, whoever asks.
GUESSES_MOST, GUESSES_EACH_S = 5, 1 / 12

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Doorman:
    """Lets pass what may, and gives every answer the headers that keep other pages out."""

    def __init__(self, inside: App, hosts: Collection[str], password_hash: str = "") -> None:
        """`password_hash` is argon2's; empty: this computer alone reaches us, and no password is asked for."""
        self._inside, self._hosts, self._hash = inside, hosts, password_hash
        self._sessions = Sessions()
        self._guesses = Bucket(GUESSES_MOST, GUESSES_EACH_S)
        self._one_at_a_time = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] not in ("http", "websocket"):
            await self._inside(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        is_socket = scope["type"] == "websocket"

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                mine = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                message["headers"] = [*message.get("headers", []), *mine]
            await send(message)

        if why := refusal(scope.get("method", "GET"), headers, self._hosts, socket=is_socket):
            await (_close(receive, send) if is_socket else _answer(guarded, 403, why))
        elif not self._hash or self._sessions.knows(headers.get("cookie", ""), monotonic()):
            await self._inside(scope, receive, guarded)
        elif is_socket:
            await _close(receive, send)
        elif scope["path"] == LOGIN and scope["method"] == "POST":
            await self._log_in(receive, guarded)
        elif scope["path"] == LOGIN:
            await _answer(guarded, 200, _form(""), html=True)
        else:
            await _answer(guarded, 303, "", [(b"location", LOGIN.encode())])

    async def _log_in(self, receive: Receive, send: Send) -> None:
        body = await _body(receive)
        given = parse_qs(body.decode("latin-1"), encoding="utf-8", max_num_fields=4).get("password", [""])[0]
        if not self._guesses.take(monotonic()):
            await _answer(send, 429, _form(text.TOO_MANY), html=True)
            return
        async with self._one_at_a_time:
            right = await asyncio.to_thread(_verify, self._hash, given)
        if not right:
            await _answer(send, 403, _form(text.WRONG_PASSWORD), html=True)
            return
        cookie = self._sessions.open(secrets.token_urlsafe(32), monotonic())
        await _answer(send, 303, "", [(b"location", b"/"), (b"set-cookie", cookie.encode())])


def _verify(password_hash: str, password: str) -> bool:
    try:
        return PasswordHasher().verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


async def _body(receive: Receive) -> bytes:
    """A request's body; empty where it is too long to be our form's."""
    body: bytes = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b""
        body += message.get("body", b"")
        if len(body) > FORM_BYTES_MOST:
            return b""
        if not message.get("more_body"):
            return body


async def _close(receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.close", "code": 1008, "reason": ""})


async def _answer(
    send: Send, status: int, body: str, more: Collection[tuple[bytes, bytes]] = (), *, html: bool = False
) -> None:
    kind = b"text/html; charset=utf-8" if html else b"text/plain; charset=utf-8"
    headers = [(b"content-type", kind), (b"cache-control", b"no-store"), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body.encode()})


def _form(problem: str) -> str:
    style = (
        "body{font:16px system-ui,sans-serif;display:grid;place-items:center;min-height:90vh;color-scheme:light dark}"
        "form{display:grid;gap:12px;width:280px}input,button{font:inherit;padding:10px}"
    )
    return "<!doctype html>" + el(
        "html",
        el("head", el("title", text.TITLE), raw(_VIEWPORT), el("style", style)),
        el(
            "body",
            el(
                "form",
                el("h1", text.TITLE),
                el("p", problem, role="alert") if problem else join(),
                el("input", type="password", name="password", autofocus=True, autocomplete="current-password",
                   aria_label=text.PASSWORD, placeholder=text.PASSWORD),
                el("button", text.ENTER),
                method="post", action=LOGIN,
            ),
        ),
        lang="en",
    )  # fmt: skip
