"""The line at the top: what is there, and what is not."""

from __future__ import annotations

from kelex_host.bridge.now import Now
from kelex_host.console import text
from kelex_host.console.html import Markup, el, join
from kelex_host.console.model import Model
from kelex_host.console.wall_clock import ago


def status(model: Model, id: str, now: Now) -> Markup:
    """Chips for the house and the drone; a sentence where one is gone."""
    drone = model.drones.get(id)
    house = text.ONLINE if model.alive() else text.CONNECTING if model.house_online is None else text.OFFLINE
    live = drone is not None and model.live(drone, now)
    mode = model.doc("mode")
    chips = [
        _chip(text.HOUSE, house, model.alive()),
        _chip(id.capitalize(), text.ONLINE if live else text.OFFLINE, live),
    ]
    if mode.get("quiet"):
        chips.append(
            _chip(text.QUIET, ", ".join(text.words(str(cause)) for cause in mode.get("quiet_causes", [])), None)
        )
    if mode.get("lockdown"):
        chips.append(_chip(text.LOCKDOWN, text.ON, False))
    if mode.get("evacuation"):
        chips.append(_chip(text.EVACUATION, str(mode["evacuation"]), False))
    return join(el("div", chips, cls="k-chips"), trouble(model, id, now))


def trouble(model: Model, id: str, now: Now) -> Markup:
    """One sentence about what is gone; empty where all is there."""
    drone = model.drones.get(id)
    if model.alive() and drone is not None and model.live(drone, now):
        return join()
    age = drone.body.age_s(now) if drone else None
    since = ago(age) if age is not None else "?"
    if not model.alive():
        problem = "" if model.connected else model.problem
        gone = text.NOT_HEARD if model.heard_s is None else text.HOUSE_GONE.format(age=ago(now.mono_s - model.heard_s))
        sentence = f"{problem} {gone}".strip()
    elif drone is not None and drone.online:
        sentence = text.NOT_TOLD.format(drone=id, age=since)
    else:
        sentence = text.DRONE_GONE.format(drone=id, age=since)
    return el("p", sentence, cls="k-trouble", role="alert")


def _chip(name: str, value: str, good: bool | None) -> Markup:
    kind = {True: "good", False: "bad", None: "note"}[good]
    return el("span", el("b", name), el("i", value), cls=f"k-chip k-{kind}")
