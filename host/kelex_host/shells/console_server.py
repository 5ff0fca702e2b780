"""The console's HTTP server: the pages, what keeps each up to date, and the doorman before them."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Collection
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from nicegui import Client, ui
from nicegui import app as nicegui_app
from starlette.staticfiles import StaticFiles

from kelex_host.bridge.now import Now
from kelex_host.bridge.verbs import BY_NAME
from kelex_host.console import text
from kelex_host.console.flashing import Flashing
from kelex_host.console.model import Model
from kelex_host.console.orders import Wish
from kelex_host.console.skeleton import Bone
from kelex_host.console.views.page import ASSETS, Page
from kelex_host.console.views.scene import STATIC
from kelex_host.shells.console_client import ConsoleClient, now
from kelex_host.shells.console_door import App, Doorman
from kelex_host.shells.console_keys import ConsoleKeys, UnlockedKey
from kelex_host.trust.roles import is_guarded

REFRESH_S = 0.04
TRUTH_S = 1.0
PAGES_MOST = 32


class Console:
    """Every page, and the house that they show."""

    def __init__(
        self,
        client: ConsoleClient,
        keys: ConsoleKeys,
        bones: tuple[Bone, ...],
        version: str,
        build: Path | None = None,
    ) -> None:
        """`build` is a MicroPython of our own, for its compiler."""
        self.model: Model = client.model
        self.bones = bones
        self._client, self._keys, self._version, self._build = client, keys, version, build
        self.flashing = Flashing()
        self._pages: dict[str, Page] = {}
        self._truth = TruthWatch(client)

    @property
    def round_trips_ms(self) -> list[float]:
        """How long the last orders took to be answered."""
        return list(self._client.round_trips_ms)

    def now(self) -> Now:
        """The moment."""
        return now()

    async def request(self, wish: Wish, key: UnlockedKey | None) -> dict[str, Any]:
        """Ask the house; signed with the page's key where the house wants that, and the page has one."""
        verb = BY_NAME[wish.topic.scope, wish.topic.verb]
        trust = self.model.configuration.get("trust")
        also = trust.get("guarded", []) if isinstance(trust, dict) else []
        if key is None or not is_guarded(verb, wish.fields, also):
            return await self._client.request(wish)
        return await self._client.request(wish, key.sign(self.model.topics, wish, now()))

    async def unlock(self, member: str, secret: str) -> UnlockedKey:
        """See ConsoleKeys.unlock; its arithmetic must not hold up the pages."""
        return await asyncio.to_thread(self._keys.unlock, member, secret, now())

    async def flash(self, drone: str, way: str, key: UnlockedKey) -> None:
        """See console_flasher.flash. It goes on where the page that asked for it is closed meanwhile."""
        from kelex_host.shells.console_flasher import flash  # most pages never ask for it

        await asyncio.shield(flash(self.flashing, drone, way, lambda wish: self.request(wish, key), self._build))

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
            pages = [page for page in self._pages.values() if page.client.has_socket_connection]
            if pages:
                self._truth.step(now())
            for page in pages:
                page.refresh()


class TruthWatch:
    """Asks a simulated house for the truth: with every word of a moving drone, else once a second."""

    def __init__(self, client: ConsoleClient) -> None:
        self._client, self._model = client, client.model
        self._asked_s = 0.0
        self._bodies: tuple[float | None, ...] = ()

    def step(self, at: Now) -> None:
        """Ask, if it is time. Nobody looks at the page: nobody asks."""
        if not (self._model.simulated and self._model.alive()):
            return
        drones = self._model.drones.values()
        bodies = tuple(drone.body.at_s for drone in drones)
        moved = bodies != self._bodies and any(drone.moving for drone in drones)
        if moved or at.mono_s - self._asked_s >= TRUTH_S:
            self._asked_s, self._bodies = at.mono_s, bodies
            self._client.ask_truth()


def build(console: Console, hosts: Collection[str], password_hash: str = "") -> App:
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
    return Doorman(outer, hosts, password_hash)


class _Server(uvicorn.Server):
    ready: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready()


async def serve(app: App, listener: socket.socket, stop: asyncio.Event, ready: Callable[[], None]) -> None:
    """Serve until `stop`, and say when it is `ready`; open pages are dropped then, not waited for."""
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
    server = _Server(config)
    server.ready = ready
    server.capture_signals = nullcontext  # type: ignore[method-assign,assignment]  # they are the parent's
    running = asyncio.create_task(server.serve(sockets=[listener]))
    await asyncio.wait([running, asyncio.create_task(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    await running
