"""What a drone keeps of its body: each joint's trim and limits, what is added to its readings, and forms to change it.

To change it is guarded: the orders are signed with the key that is unlocked in the page. Measuring is for hands and
eyes at the drone, with `kelex calibrate`.
"""

from __future__ import annotations

from typing import Any

from kelex_host.bridge.verbs import BY_NAME
from kelex_host.console import text
from kelex_host.console.html import Markup, el, join, order
from kelex_host.console.model import Model
from kelex_host.console.views.verb_form import verb_form

# Their answers are the whole of it.
VERBS = ("calibration", "calibrate", "offset")
_UNITS = {"temperature": "°C", "humidity": "%", "range_mm": "mm"}


def calibration(model: Model, drone: str, known: dict[str, Any]) -> Markup:
    """A button to ask for it; once it is `known`, what it is, and the forms."""
    ask = order(text.CALIBRATION_ASK, "drone", "calibration", data_key="calibration")
    if not known:
        return join(el("h3", text.CALIBRATION), ask)
    joints, offsets = known.get("joints", {}), known.get("offsets", {})
    rows = [(text.words(name).capitalize(), text.KEPT.format(**kept)) for name, kept in joints.items()] + [
        (text.words(name).capitalize(), f"{value:+g} {_UNITS.get(name, '')}") for name, value in offsets.items()
    ]
    return join(
        el("h3", text.CALIBRATION),
        el("dl", [el("div", el("dt", name), el("dd", value)) for name, value in rows], cls="k-figures"),
        el("p", text.CALIBRATION_HINT, cls="k-hint"),
        el(
            "div",
            [verb_form(BY_NAME["drone", verb], model, drone) for verb in ("calibrate", "offset")],
            cls="k-levers",
        ),
    )
