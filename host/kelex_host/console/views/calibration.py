"""What a drone keeps of its body: each joint's trim and limits, what is added to its readings, and forms to change it.

To change it is guarded: the orders are signed with the key that is unlocked in the page. Measuring is for eyes at the
drone: the page leads from joint to joint, as `kelex calibrate` does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kelex_host.bridge.verbs import BY_NAME
from kelex_host.console import text
from kelex_host.console.html import Markup, el, join, order
from kelex_host.console.model import Model
from kelex_host.console.skeleton import Bone
from kelex_host.console.views.verb_form import verb_form

# Their answers are the whole of it.
VERBS = ("calibration", "calibrate", "offset")
_UNITS = {"temperature": "°C", "humidity": "%", "range_mm": "mm"}


# So far its trim is moved by one press, and so far a joint is turned to see which way that is.
NUDGES_DEG = (-1.0, -0.25, 0.25, 1.0)
TURN_DEG = 10


def calibration(
    model: Model, drone: str, known: dict[str, Any], bones: Sequence[Bone], measured: Sequence[str]
) -> Markup:
    """A button to ask for it; once it is `known`, what it is, the way through the joints, and the forms.

    `measured` are the joints that are done.
    """
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
        _guide([bone for bone in bones if bone.joint in joints], joints, measured),
        el("p", text.CALIBRATION_HINT, cls="k-hint"),
        el(
            "div",
            [verb_form(BY_NAME["drone", verb], model, drone) for verb in ("calibrate", "offset")],
            cls="k-levers",
        ),
    )


def _guide(bones: Sequence[Bone], kept: dict[str, Any], measured: Sequence[str]) -> Markup:
    """Through the joints, one after the other: to its middle, and its trim until it stands there."""
    left = [bone for bone in bones if bone.joint not in measured]
    bar = el("progress", max=len(bones), value=len(bones) - len(left), aria_label=text.CALIBRATION)
    if not left:
        again = el("button", text.MEASURE_AGAIN, type="button", data_do="measure_again", data_key="measured")
        return el("div", el("p", text.MEASURED), bar, again, cls="k-guide")
    bone = left[0]
    where = {"number": len(bones) - len(left) + 1, "all": len(bones), "joint": text.words(bone.joint)}
    trim = kept[bone.joint]["trim"]
    turns = [
        order(f"{angle}°", "drone", "move", {"joints": {bone.joint: angle}}, data_key=f"turn-{angle}")
        for angle in (0, TURN_DEG)
    ]
    nudges = [
        order(text.NUDGE.format(degrees=nudge), "drone", "calibrate",
              {"joint": bone.joint, "trim": round(trim + nudge, 2)}, data_key=f"nudge-{nudge}")
        for nudge in NUDGES_DEG
    ]  # fmt: skip
    done = el("button", text.NEXT_JOINT, type="button", cls="k-yes", data_do="measured", data_value=bone.joint,
              data_key="measured")  # fmt: skip
    hint = text.MEASURE_HINT.format(zero=bone.zero, positive=bone.positive, turn=TURN_DEG)
    return el(
        "div",
        el("p", text.MEASURING.format(**where)),
        bar,
        el("p", hint, cls="k-hint"),
        el("div", turns, nudges, done, cls="k-buttons"),
        cls="k-guide",
    )
