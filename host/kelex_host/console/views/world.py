"""The simulated house's levers: a form for each verb of the world, made from its declaration."""

from __future__ import annotations

from kelex_host.bridge.verbs import VERBS
from kelex_host.console import text
from kelex_host.console.html import Markup, el, join
from kelex_host.console.model import Model
from kelex_host.console.views.verb_form import verb_form

# What people try first; the others follow in the order of their declaration. `truth` is what the page itself reads.
FIRST = ("cry", "enter", "leave", "ring", "climate", "unplug")
HIDDEN = ("truth",)


def world(model: Model, drone: str) -> Markup:
    """All levers; empty without a simulated house."""
    if not model.simulated:
        return join()
    verbs = [verb for verb in VERBS if verb.scope == "world" and verb.name not in HIDDEN]
    verbs.sort(key=lambda verb: FIRST.index(verb.name) if verb.name in FIRST else len(FIRST))
    speed = model.doc("info").get("speed")
    return el(
        "section",
        el("h2", text.WORLD),
        el("p", text.WORLD_HINT, cls="k-hint"),
        el("p", text.SPEED.format(speed=speed), cls="k-hint") if isinstance(speed, int | float) else None,
        el("div", [verb_form(verb, model, drone) for verb in verbs], cls="k-levers"),
        cls="k-card",
    )
