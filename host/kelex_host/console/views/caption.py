"""The line below the figure: what he is doing."""

from __future__ import annotations

from kelex_host.console import text
from kelex_host.console.drone_state import DroneState
from kelex_host.console.html import Markup, el
from kelex_host.console.wall_clock import ago


def caption(drone: DroneState, *, live: bool, age_s: float | None, others: list[str]) -> Markup:
    """Pose, gesture and what else holds of his body; and, where there are several drones, which one to show."""
    body = drone.body.document
    doing = [str(body["gesture"])] if body.get("gesture") else []
    doing += [text.POSE.format(name=text.words(str(body["pose"])))] if body.get("pose") and not doing else []
    doing += [text.MOVING] if body.get("moving") and not body.get("gesture") else []
    doing += [shown for name, shown in text.HELD.items() if body.get(name)]
    doing += [text.HOLODISK.lower()] if body.get("holodisk") else []
    age = [] if live or age_s is None else [text.OLD.format(age=ago(age_s))]
    names = [
        el("button", id, type="button", data_do="drone", data_value=id, data_key=f"drone-{id}",
           aria_pressed="true" if id == drone.id else "false")
        for id in others
    ]  # fmt: skip
    return el(
        "p", el("b", drone.id.capitalize()), el("span", " · ".join([*doing, *age])), names if len(others) > 1 else []
    )
