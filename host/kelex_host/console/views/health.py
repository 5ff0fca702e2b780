"""Link and health: the figures of the house, of each drone's link and of its board."""

from __future__ import annotations

from typing import Any

from kelex_host.bridge.now import Now
from kelex_host.console import text
from kelex_host.console.html import Markup, el, join
from kelex_host.console.model import Model
from kelex_host.console.wall_clock import ago, seconds_of


def health(model: Model, now: Now, round_trips_ms: list[float]) -> Markup:
    """A table for the house, and one for each drone."""
    document = model.doc("health")
    rows = [(label, _figure(name, document[name])) for name, label in text.FIGURES.items() if name in document]
    if round_trips_ms:
        ordered = sorted(round_trips_ms)
        rows.append((text.ROUND_TRIP, f"{ordered[len(ordered) // 2]:.0f} ms (p50)"))
    told_s, heard = seconds_of(document.get("time")), model.house["health"].age_s(now)
    if told_s is not None and heard is not None:
        rows.append((text.CLOCK_OFFSET, f"{told_s - (now.wall_s - heard):+.1f} s"))
    refused = document.get("refused")
    if isinstance(refused, dict) and refused:
        rows.append((text.REFUSED, ", ".join(f"{text.words(code)} {count}" for code, count in refused.items())))
    drones = document.get("drones")
    return join(
        _table(rows),
        [
            join(el("h3", f"{id}: {drone.get('identity', '')}"), _table(_drone(drone)))
            for id, drone in (drones.items() if isinstance(drones, dict) else ())
            if isinstance(drone, dict)
        ],
    )


def _drone(drone: dict[str, Any]) -> list[tuple[str, str]]:
    rows = [(text.CONNECTIONS, str(drone.get("connections", "")))]
    for part in ("link", "stats"):
        figures = drone.get(part)
        for name, value in figures.items() if isinstance(figures, dict) else ():
            rows.append((text.words(name).capitalize(), _figure(name, value)))
    return rows


def _figure(name: str, value: Any) -> str:
    if name == "uptime_s" and isinstance(value, int | float):
        return ago(value)
    if name == "idle" and isinstance(value, int | float):
        return f"{value / 10:g} %"
    if value is None:
        return text.NONE
    if isinstance(value, bool):
        return text.YES if value else text.NO
    return f"{value:,}".replace(",", " ") if isinstance(value, int) else str(value)


def _table(rows: list[tuple[str, str]]) -> Markup:
    return el("dl", [el("div", el("dt", name), el("dd", value)) for name, value in rows], cls="k-figures")
