"""A model that has heard of a house, for the tests of what is made of it."""

from __future__ import annotations

import json
from typing import Any

from kelex_host.bridge.now import Now
from kelex_host.console.model import Model

NOW = Now(1000.0, 1_800_000_000.0)
BODY = {
    "joints": {"head_pan": 0.0, "head_tilt": -15.0, "left_elbow": 10.0},
    "moving": False,
    "pose": "rest",
    "gesture": None,
    "eye": {"color": "#00ff00", "effect": "steady"},
    "holodisk": False,
    "quiet": False,
    "failsafe": False,
}


def later(seconds: float) -> Now:
    return Now(NOW.mono_s + seconds, NOW.wall_s + seconds)


def tell(model: Model, topic: str, document: Any, now: Now = NOW, *, retained: bool = False) -> None:
    payload = document.encode() if isinstance(document, str) else json.dumps(document).encode()
    model.message(now, "kelex/" + topic, payload, retained)


def a_house() -> Model:
    """Connected, everything online, the body just told."""
    model = Model("kelex", ["kelex"])
    model.broker_connected()
    tell(model, "house/availability", "online")
    tell(model, "drone/kelex/availability", "online")
    tell(model, "drone/kelex/body", BODY)
    return model
