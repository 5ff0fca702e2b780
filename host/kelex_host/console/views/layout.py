"""Where everything of the page has its place. The panels' contents change (`panels.py`), what is around them stays."""

from __future__ import annotations

from collections.abc import Callable

from kelex_host.console import text
from kelex_host.console.html import Markup, el, join, order
from kelex_host.console.skeleton import Bone
from kelex_host.console.views.controls import controls
from kelex_host.console.views.timeline import filters

SCENE_ID = "k-scene"


def layout(bones: tuple[Bone, ...], panel: Callable[..., Markup]) -> Markup:
    """The whole page; `panel` gives one by its name, with attributes for what holds it."""

    def card(heading: str, *panels: str) -> Markup:
        return el("section", el("h2", heading), [panel(name) for name in panels], cls="k-card")

    stage = el(
        "section",
        el("div", id=SCENE_ID, cls="k-scene"),
        panel("now", cls="k-now"),
        cls="k-card k-stage",
        aria_label=text.SCENE,
    )
    timeline = el("section", el("h2", text.TIMELINE), filters(), panel("why"), panel("timeline"), cls="k-card")
    left = (
        stage,
        el("section", el("h2", text.MOVE), controls(bones), cls="k-card k-controls"),
        panel("world"),
        card(text.SENSES, "senses", "charts"),
    )
    right = (
        card(text.HOUSEHOLD, "household"),
        card(text.TIDINGS, "tidings", "forms"),
        timeline,
        card(text.ACCESS, "access"),
        card(text.HEALTH, "health", "firmware", "calibration"),
    )
    return join(
        el(
            "header",
            _brand(),
            panel("status"),
            _tools(),
            el("p", id="k-cut", role="alert", data_text=text.CUT),
            cls="k-top",
        ),
        el("main", el("div", *left, cls="k-column"), el("div", *right, cls="k-column"), cls="k-main"),
        el("div", id="k-toasts", role="status", aria_live="polite", data_early=text.NOT_LIVE),
    )


def _brand() -> Markup:
    return el("div", el("h1", text.TITLE), el("p", text.TAGLINE), cls="k-brand")


def _tools() -> Markup:
    return join(
        el("button", "◐", type="button", data_do="theme", cls="k-theme", aria_label=text.THEME, title=text.THEME),
        order(text.STOP, "drone", "stop", cls="k-stop", title=text.STOP_HINT, aria_keyshortcuts="Escape"),
    )
