"""The console's HTTP server: the doorman in front, the page behind it, and what keeps every page up to date."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from contextlib import nullcontext
from typing import Any

import uvicorn
from fastapi import FastAPI
from nicegui import Client, ui
from nicegui import app as nicegui_app
from starlette.staticfiles import StaticFiles

from kelex_host.bridge.now import Now
from kelex_host.console import text
from kelex_host.console.access import HEADERS, refusal
from kelex_host.console.model import Model
from kelex_host.console.orders import Wish
from kelex_host.console.skeleton import Bone
from kelex_host.console.views.page import ASSETS, Page
from kelex_host.console.views.scene import STATIC
from kelex_host.shells.console_client import ConsoleClient, now

REFRESH_S = 0.04
PAGES_MOST = 32

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Doorman:
    """Lets pass what may, and gives every answer the headers that keep other pages out."""

    def __init__(self, inside: App, hosts: Collection[str]) -> None:
        self._inside, self._hosts = inside, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request (ASGI 3)."""
        if scope["type"] not in ("http", "websocket"):
            await self._inside(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        is_socket = scope["type"] == "websocket"
        if why := refusal(scope.get("method", "GET"), headers, self._hosts, socket=is_socket):
            await _refuse(scope, receive, send, why)
            return

        async def send_guarded(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                mine = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                message["headers"] = [*message.get("headers", []), *mine]
            await send(message)

        await self._inside(scope, receive, send_guarded)


async def _refuse(scope: Scope, receive: Receive, send: Send, why: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": why[:120]})
        return
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": why.encode()})


class Console:
    """Every page, and the house that they show."""

    def __init__(self, client: ConsoleClient, bones: tuple[Bone, ...], version: str) -> None:
        self.model: Model = client.model
        self.bones = bones
        self._client, self._version = client, version
        self._pages: dict[str, Page] = {}
        self._truth_asked = self._truth_for = 0

    def now(self) -> Now:
        """The moment."""
        return now()

    async def request(self, wish: Wish) -> dict[str, Any]:
        """See ConsoleClient.request."""
        return await self._client.request(wish)

    def open_page(self, client: Client) -> None:
        """A browser comes."""
        if len(self._pages) >= PAGES_MOST:
            ui.label(text.TOO_MANY)
            return
        self._pages[client.id] = Page(self, client, self._version)
        client.on_delete(lambda: self._pages.pop(client.id, None))

    async def keep_fresh(self) -> None:
        """Send what changed to every page, without end."""
        while True:
            await asyncio.sleep(REFRESH_S)
            for page in list(self._pages.values()):
                if page.client.has_socket_connection:
                    page.refresh()


def build(console: Console, hosts: Collection[str]) -> App:
    """The whole application."""

    @ui.page("/", title=text.TITLE)
    async def page(client: Client) -> None:
        console.open_page(client)

    outer = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    outer.mount(ASSETS, StaticFiles(directory=STATIC))
    nicegui_app.config.socket_io_js_transports = ["websocket"]
    ui.run_with(
        outer,
        title=text.TITLE,
        dark=None,
        tailwind=False,
        favicon="🛸",
        reconnect_timeout=20.0,
        message_history_length=100,
        binding_refresh_interval=None,
        show_welcome_message=False,
        gzip_middleware_factory=None,
    )
    return Doorman(outer, hosts)


async def serve(app: App, listener: socket.socket, stop: asyncio.Event) -> None:
    """Serve until `stop`; open pages are dropped then, not waited for."""
    config = uvicorn.Config(
        app,
        log_level="error",
        access_log=False,
        ws_max_size=256 * 1024,
        limit_concurrency=256,
        timeout_graceful_shutdown=1,
        server_header=False,
        proxy_headers=False,
    )
    server = uvicorn.Server(config)
    server.capture_signals = nullcontext  # type: ignore[method-assign,assignment]  # they are the parent's
    running = asyncio.create_task(server.serve(sockets=[listener]))
    await asyncio.wait([running, asyncio.create_task(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    await running
