"""One browser's page: its elements, what was last sent to it, and what it asks for."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, Protocol

import msgspec
from nicegui import Client, ui

from kelex_host.bridge.now import Now
from kelex_host.bridge.topics import RequestTopic
from kelex_host.console import text
from kelex_host.console.flashing import WAYS, Flashing
from kelex_host.console.html import Markup, el
from kelex_host.console.model import Model
from kelex_host.console.orders import Bucket, Wish, WishError, read_wish
from kelex_host.console.pose import Pose
from kelex_host.console.skeleton import Bone
from kelex_host.console.timeline import SEVERITIES
from kelex_host.console.views.calibration import VERBS as CALIBRATION
from kelex_host.console.views.layout import SCENE_ID, layout
from kelex_host.console.views.panels import PANELS, Look, Sight
from kelex_host.console.views.scene import scene
from kelex_host.console.views.senses import SPANS

ASSETS = "/console"
WORDS_MOST = 80


class Unlocked(Protocol):
    """A member's key, open until `until_s`."""

    @property
    def member(self) -> str: ...
    @property
    def until_s(self) -> float: ...


class House(Protocol):
    """What a page needs of the process around it."""

    model: Model
    bones: tuple[Bone, ...]
    flashing: Flashing

    @property
    def round_trips_ms(self) -> list[float]: ...
    def now(self) -> Now: ...
    def request(self, wish: Wish, key: Any) -> Awaitable[dict[str, Any]]: ...
    def unlock(self, member: str, secret: str) -> Awaitable[Unlocked]: ...
    def flash(self, drone: str, way: str, key: Any) -> Awaitable[None]: ...


class Page:
    """Made for each browser that comes; `refresh` is called while it is there."""

    def __init__(self, house: House, client: Client, version: str) -> None:
        self.house, self.client, self.model = house, client, house.model
        self.look = Look(next(iter(house.model.drones), ""))
        self._key: Unlocked | None = None
        self._bucket = Bucket()
        self._sent_pose = Pose()
        self._shown: dict[str, tuple[Any, ...]] = {}
        self._version = version
        self._is_live = self._has_scene = False
        self._build()

    # What it looks like

    def _build(self) -> None:
        """All but the scene is HTML of its own, beside what NiceGUI draws: it is seen before any library is there."""
        ui.add_head_html(
            f'<link rel="stylesheet" href="{ASSETS}/page.css?{self._version}">'
            f'<script src="{ASSETS}/page.js?{self._version}"></script>'
        )
        sight = self._sight()
        markup = layout(self.house.bones, lambda name, **attributes: self._panel(sight, name, **attributes))
        ui.add_body_html(f'<script>document.body.classList.add("k-page", "k-stale")</script>{markup}')
        for event, handler in (
            ("kelex_live", self._went_live),
            ("kelex_order", self._ordered),
            ("kelex_choose", self._chose),
            ("kelex_filter", self._chose),
            ("kelex_why", self._asked_why),
        ):
            ui.on(event, handler)

    def _went_live(self) -> None:
        """The page can be used: now the scene; its library is half of all that a browser loads."""
        if self._has_scene:
            return
        self._has_scene = True
        with self.client.content, ui.teleport(f"#{SCENE_ID}"):
            view = scene(self.house.bones)
        joints = {bone.joint: {"axis": bone.axis} for bone in self.house.bones}
        self.client.run_javascript(
            f'import("{ASSETS}/figure.js?{self._version}")'
            f".then(figure => figure.attach({view.id}, {msgspec.json.encode(joints).decode()}))"
        )

    def _panel(self, sight: Sight, name: str, **attributes: Any) -> Markup:
        """A panel with what it shows now; `refresh` keeps it true."""
        self._shown[name] = PANELS[name].depends(sight)
        return el("div", PANELS[name].make(sight), id=f"k-{name}", **attributes)

    # What it shows

    def _sight(self) -> Sight:
        return Sight(
            self.model, self.look, self.house.now(), self.house.round_trips_ms, self.house.flashing, self.house.bones
        )

    def refresh(self) -> None:
        """Send what has changed since the last time."""
        sight = self._sight()
        if self._key and self._key.until_s <= sight.now.mono_s:
            self._lock()
        pose = Pose.of(self.model, self.look.drone, sight.now)
        calls = []
        if change := pose.since(self._sent_pose):
            self._sent_pose = pose
            calls.append(f"kelex.pose({_js(change)})")
        for name, panel in PANELS.items():
            depends = panel.depends(sight)
            if depends != self._shown.get(name):
                self._shown[name] = depends
                calls.append(f"kelex.put('k-{name}',{_js(str(panel.make(sight)))})")
        if not self._is_live:
            self._is_live = True
            calls.append("kelex.live()")
        if calls:
            self.client.run_javascript(";".join(calls))

    def tell(self, kind: str, sentence: str) -> None:
        """Show a sentence for a while: `kind` is `done` or `error`."""
        self.client.run_javascript(f"kelex.toast({_js(kind)},{_js(sentence)})")

    # What it asks for

    async def _ordered(self, event: Any) -> None:
        try:
            wish = read_wish(event.args, self.look.drone, self._member())
            if wish.topic.verb != "stop":
                self._take_turn()
            response = await self.house.request(wish, self._key)
        except WishError as error:
            self.tell("error", str(error))
            return
        if response.get("status") != "ok":
            refused = response.get("error") or {}
            self.tell("error", f"{refused.get('message', '')} [{refused.get('code', '')}]")
            return
        if wish.topic.verb in CALIBRATION:
            self.look.calibration[wish.topic.drone] = response.get("data") or {}
            self.look.asked_calibration += 1
        if not wish.drag:
            self.tell("done", text.DONE.format(verb=text.words(wish.topic.verb).capitalize()))

    async def _asked_why(self, event: Any) -> None:
        id = event.args.get("event_id") if isinstance(event.args, dict) else None
        try:
            self._take_turn()
            wish = Wish(RequestTopic("house", "", "why"), {"event_id": str(id)[:128]})
            response = await self.house.request(wish, None)
        except WishError as error:
            self.tell("error", str(error))
            return
        if response.get("status") != "ok":
            self.tell("error", str((response.get("error") or {}).get("message", "")))
            return
        self.look.why = response.get("data") or {}
        self.look.asked_why += 1

    async def _chose(self, event: Any) -> None:
        """A choice that stays in this page: what it shows, who it is, whether a key is open."""
        for name, value in event.args.items() if isinstance(event.args, dict) else ():
            match name:
                case "words" if isinstance(value, str):
                    self.look.words = value[:WORDS_MOST]
                case "least" if value in SEVERITIES:
                    self.look.least = value
                case "span" if value in SPANS:
                    self.look.span = value
                case "drone" if value in self.model.drones:
                    self.look.drone, self.look.measured, self._sent_pose = value, (), Pose()
                case "measured" if value in {bone.joint for bone in self.house.bones} - {*self.look.measured}:
                    self.look.measured += (value,)
                case "measure_again":
                    self.look.measured = ()
                case "member" if any(value == member.get("id") for member in self.model.listed("member")):
                    self._lock()
                    self.look.member = value
                case "why_close":
                    self.look.why = None
                    self.look.asked_why += 1
                case "lock":
                    self._lock()
                case "flash" if value in WAYS:
                    await self._flash(value)
                case "unlock" if isinstance(value, dict):
                    await self._unlock(str(value.get("secret", ""))[:256])

    async def _flash(self, way: str) -> None:
        try:
            self._take_turn()
            if self._key is None:
                raise WishError(text.FLASH_LOCKED)
            await self.house.flash(self.look.drone, way, self._key)
        except WishError as error:
            self.tell("error", str(error))

    async def _unlock(self, secret: str) -> None:
        try:
            self._take_turn()
            self._key = await self.house.unlock(self._member(), secret)
        except WishError as error:
            self.tell("error", str(error))
            return
        self.look.unlocked, self.look.unlocked_until_s = self._key.member, self._key.until_s

    def _lock(self) -> None:
        self._key = None
        self.look.unlocked = ""

    def _member(self) -> str:
        return self.look.member or self.model.owner()

    def _take_turn(self) -> None:
        if not self._bucket.take(self.house.now().mono_s):
            raise WishError(text.TOO_MANY)


def _js(value: Any) -> str:
    """A value as JavaScript; `<` cannot end a script."""
    return (
        msgspec.json.encode(value)
        .decode()
        .replace("<", "\\u003c")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029")
    )
