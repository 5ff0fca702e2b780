"""The house: alerts, rooms with their air and their people, the infant, quiet mode and what holds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kelex_host.bridge.household_events import CAUSES
from kelex_host.bridge.now import Now
from kelex_host.console import text
from kelex_host.console.html import Markup, el, join, order
from kelex_host.console.model import Model
from kelex_host.console.wall_clock import ago, clock

BY_HAND = CAUSES[0]


def household(model: Model, now: Now) -> Markup:
    """All of it."""
    return join(
        _alerts(model), el("div", [_room(model, room, now) for room in _rooms(model)], cls="k-rooms"), _mode(model)
    )


def _alerts(model: Model) -> Markup:
    if not model.alerts:
        return el("p", text.NO_ALERT, cls="k-well")
    lines = [
        el(
            "li",
            el("b", str(alert.get("text") or alert.get("id") or id)),
            el("time", clock(alert.get("time"))),
            cls=f"k-alert k-sev-{_word(alert.get('severity'))}",
        )
        for id, alert in sorted(model.alerts.items(), key=lambda item: str(item[1].get("time")), reverse=True)
    ]
    return el("ul", lines, cls="k-alerts", role="alert")


def _rooms(model: Model) -> list[str]:
    return [str(room.get("id", "")) for room in model.listed("room")]


def members(model: Model) -> list[dict[str, Any]]:
    """The members as the household tells them, else as they are configured."""
    told = model.doc("members").get("members")
    return [member for member in told if isinstance(member, dict)] if isinstance(told, list) else model.listed("member")


def _room(model: Model, room: str, now: Now) -> Markup:
    here = [member for member in members(model) if member.get("room") == room]
    drones = [drone for drone in model.listed("drone") if drone.get("room") == room]
    people = [_person(model, member) for member in here]
    people += [el("li", str(drone.get("id", "")).capitalize(), cls="k-person k-robot") for drone in drones]
    return el(
        "article", el("h3", text.words(room).capitalize()), _air(climate(model, room, now)),
        el("ul", people, cls="k-people"), cls="k-room",
    )  # fmt: skip


def _air(air: Air) -> Markup:
    """A room's; what is old is greyed, and says how old."""
    if air.celsius is None:
        return el("p", el("span", text.NO_CLIMATE), cls="k-air")
    rest = [f"{air.humidity:.0f} %"] * (air.humidity is not None) + [f"{air.lux:.0f} lx"] * (air.lux is not None)
    age = el("span", text.OLD.format(age=ago(air.age_s))) if air.age_s is not None else None
    number = el("b", f"{air.celsius:.1f} °C", cls="k-celsius")
    return el("p", number, el("span", " · ".join(rest)), age, cls="k-air" + ("" if age is None else " k-past"))


def _person(model: Model, member: dict[str, Any]) -> Markup:
    name = str(member.get("name") or member.get("id", ""))
    if member.get("role") != "infant":
        return el("li", name, cls="k-person")
    nursery = model.doc("nursery")
    state = text.CRYING if nursery.get("crying") else str(nursery.get("infant", ""))
    return el("li", name, " ", el("i", state), cls="k-person k-infant" + (" k-crying" if nursery.get("crying") else ""))


@dataclass(frozen=True, slots=True)
class Air:
    """In °C, % and lx; None for what is not known. `age_s` is how old that is, None for now."""

    celsius: float | None = None
    humidity: float | None = None
    lux: float | None = None
    age_s: float | None = None


def climate(model: Model, room: str, now: Now) -> Air:
    """A room's air as the drone in it senses it, else as the simulated house has it, else as it was last sensed."""
    old = Air()
    for configured in model.listed("drone"):
        drone = model.drones.get(str(configured.get("id")))
        if configured.get("room") == room and drone and drone.senses.document:
            live = model.live(drone, now) and drone.senses.is_fresh(now)
            celsius, humidity, lux = (_number(drone.senses.document, n) for n in ("temperature", "humidity", "light"))
            old = Air(celsius, humidity, lux, None if live else drone.senses.age_s(now))
            if live:
                return old
    rooms = model.world.document.get("rooms")
    world = rooms.get(room) if isinstance(rooms, dict) else None
    fresh = model.world.is_fresh(now) and model.alive()
    if not isinstance(world, dict) or (not fresh and old.celsius is not None):
        return old
    celsius, humidity, lux = (_number(world, name) for name in ("celsius", "humidity", "lux"))
    return Air(celsius, humidity, lux, None if fresh else model.world.age_s(now))


def _mode(model: Model) -> Markup:
    mode = model.doc("mode")
    away = [str(m.get("name") or m.get("id")) for m in members(model) if m.get("room") is None]
    causes = ", ".join(text.words(str(cause)) for cause in mode.get("quiet_causes", []))
    by_hand = BY_HAND in mode.get("quiet_causes", [])
    return el(
        "div",
        el("p", f"{text.QUIET}: {causes}" if mode.get("quiet") else text.LOUD),
        el("p", f"{', '.join(away)}: {text.AWAY}") if away else None,
        el(
            "div",
            order(
                text.QUIET_OFF if by_hand else text.QUIET_ON, "house", "quiet", {"on": not by_hand}, data_key="quiet"
            ),
            cls="k-buttons",
        ),
        cls="k-mode",
    )


def _number(table: dict[str, Any], name: str) -> float | None:
    value = table.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _word(value: Any) -> str:
    return value if isinstance(value, str) and value.isalpha() else "info"
