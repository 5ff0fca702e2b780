"""The simulated house's levers: a form for each verb of the world, made from its declaration."""

from __future__ import annotations

from kelex_host.bridge.verbs import BY_NAME, VERBS
from kelex_host.console import text
from kelex_host.console.html import Markup, el, join
from kelex_host.console.model import Model
from kelex_host.console.views.verb_form import verb_form

# What people try first; the others follow in the order of their declaration. `truth` is what the page itself reads, and
# the speed of time has a line of its own.
FIRST = ("cry", "enter", "leave", "ring", "climate", "unplug")
HIDDEN = ("truth", "speed")


def world(model: Model, drone: str) -> Markup:
    """All levers; empty without a simulated house."""
    if not model.simulated:
        return join()
    verbs = [verb for verb in VERBS if verb.scope == "world" and verb.name not in HIDDEN]
    verbs.sort(key=lambda verb: FIRST.index(verb.name) if verb.name in FIRST else len(FIRST))
    return el(
        "section",
        el("h2", text.WORLD),
        el("p", text.WORLD_HINT, cls="k-hint"),
        el("p", text.REAL_TIME if model.speed is None else text.SPEED.format(speed=model.speed), cls="k-hint"),
        verb_form(BY_NAME["world", "speed"], model, drone) if model.speed is not None else None,
        el("div", [verb_form(verb, model, drone) for verb in verbs], cls="k-levers"),
        cls="k-card",
    )
