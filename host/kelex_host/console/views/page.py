"""One browser's page: its elements, what was last sent to it, and what it asks for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import msgspec
from nicegui import Client, ui

from kelex_host.bridge.now import Now
from kelex_host.console import text
from kelex_host.console.html import Markup, el, join, order
from kelex_host.console.model import Model
from kelex_host.console.orders import Bucket, Wish, WishError, read_wish
from kelex_host.console.pose import Pose
from kelex_host.console.skeleton import Bone
from kelex_host.console.views.controls import controls
from kelex_host.console.views.scene import scene
from kelex_host.console.views.status import status

ASSETS = "/console"


class House(Protocol):
    """What a page needs of the process around it."""

    model: Model
    bones: tuple[Bone, ...]

    def now(self) -> Now: ...
    def request(self, wish: Wish) -> Awaitable[dict[str, Any]]: ...


# A panel's id, the revisions that it depends on, and what makes it.
Panel = tuple[str, Callable[["Page"], tuple[Any, ...]], Callable[["Page"], Markup]]


class Page:
    """Made for each browser that comes; `refresh` is called while it is there."""

    def __init__(self, house: House, client: Client, version: str) -> None:
        self.house, self.client = house, client
        self.model = house.model
        self.drone = next(iter(self.model.drones), "")
        self.member = ""
        self._bucket = Bucket()
        self._sent_pose = Pose()
        self._shown: dict[str, tuple[Any, ...]] = {}
        self._build(version)

    # What it looks like

    def _build(self, version: str) -> None:
        ui.add_head_html(
            f'<link rel="stylesheet" href="{ASSETS}/page.css?{version}">'
            f'<script src="{ASSETS}/page.js?{version}"></script>'
        )
        ui.query("body").classes("k-page k-stale")
        self._html(el("header", self._brand(), self._panel("status"), self._stop(), cls="k-top"))
        with ui.element("main").classes("k-main"):
            with ui.element("section").classes("k-card k-stage").props(f'aria-label="{text.SCENE}"'):
                view = scene(self.house.bones)
                self._html(self._panel("now", cls="k-now"))
            self._html(el("section", el("h2", text.MOVE), controls(self.house.bones), cls="k-card k-controls"))
        self._html(el("div", id="k-toasts", role="status", aria_live="polite"))
        joints = {bone.joint: {"axis": bone.axis} for bone in self.house.bones}
        ui.run_javascript(
            f'import("{ASSETS}/figure.js?{version}")'
            f".then(figure => figure.attach({view.id}, {msgspec.json.encode(joints).decode()}))"
        )
        ui.on("kelex_order", self._ordered)

    def _html(self, markup: Markup) -> None:
        ui.html(markup, sanitize=False).classes("k-html")

    def _brand(self) -> Markup:
        return el("div", el("h1", text.TITLE), el("p", text.TAGLINE), cls="k-brand")

    def _stop(self) -> Markup:
        return join(
            el("button", "◐", type="button", data_do="theme", cls="k-theme", aria_label=text.THEME, title=text.THEME),
            order(text.STOP, "drone", "stop", cls="k-stop", title=text.STOP_HINT, aria_keyshortcuts="Escape"),
        )

    def _panel(self, name: str, **attributes: Any) -> Markup:
        """A panel with what it shows now; `refresh` keeps it true."""
        return el("div", self._render(name), id=f"k-{name}", **attributes)

    def _render(self, name: str) -> Markup:
        depends, make = PANELS[name]
        self._shown[name] = depends(self)
        return make(self)

    # What it shows

    def refresh(self) -> None:
        """Send what has changed since the last time."""
        pose = Pose.of(self.model, self.drone, self.house.now())
        calls = []
        if change := pose.since(self._sent_pose):
            self._sent_pose = pose
            calls.append(f"kelex.pose({msgspec.json.encode(change).decode()})")
        for name, (depends, make) in PANELS.items():
            if depends(self) != self._shown.get(name):
                self._shown[name] = depends(self)
                calls.append(f"kelex.put('k-{name}',{msgspec.json.encode(str(make(self))).decode()})")
        if calls:
            self._run(";".join(calls))

    def tell(self, kind: str, sentence: str) -> None:
        """Show a sentence for a while: `kind` is `done` or `error`."""
        self._run(f"kelex.toast({msgspec.json.encode(kind).decode()},{msgspec.json.encode(sentence).decode()})")

    def _run(self, script: str) -> None:
        self.client.run_javascript(script)

    # What it asks for

    async def _ordered(self, event: Any) -> None:
        try:
            wish = read_wish(event.args, self.drone, self.member or self.model.owner())
            if wish.topic.verb != "stop" and not self._bucket.take(self.house.now().mono_s):
                raise WishError(text.TOO_MANY)
            response = await self.house.request(wish)
        except WishError as error:
            self.tell("error", str(error))
            return
        if response.get("status") != "ok":
            refused = response.get("error") or {}
            self.tell("error", f"{refused.get('message', '')} [{refused.get('code', '')}]")
        elif not wish.drag:
            self.tell("done", text.DONE.format(verb=text.words(wish.topic.verb)))


def _status_depends(page: Page) -> tuple[Any, ...]:
    r = page.model.revisions
    now = page.house.now()
    drone = page.model.drones.get(page.drone)
    return (r["house"], r["mode"], r["alerts"], page.model.connected, drone is not None and page.model.live(drone, now))


PANELS: dict[str, tuple[Callable[[Page], tuple[Any, ...]], Callable[[Page], Markup]]] = {
    "status": (_status_depends, lambda page: status(page.model, page.drone, page.house.now())),
    "now": (
        lambda page: (page.model.revisions["body/" + page.drone], page.model.revisions["house"]),
        lambda page: join(),
    ),
}
