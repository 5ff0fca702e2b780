"""What people ask of the household, drawn by chance: valid requests, some of which the house may refuse."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

_CHANCES = {
    "announce": 10,
    "ack": 8,
    "news": 4,
    "presence": 6,
    "brief": 3,
    "quiet": 4,
    "nursery": 5,
    "call": 5,
    "hangup": 4,
    "visitor": 3,
    "accept": 2,
    "decline": 1,
    "project": 8,
    "hazard": 3,
}
# What has to be signed, and by whom it may be.
_GUARDED = (
    ("lockdown", {"on": True, "reason": "proof"}, ("jor-el", "lara")),
    ("lockdown", {"on": False}, ("jor-el",)),
    ("evacuate", {"action": "begin"}, ("jor-el", "lara")),
    ("evacuate", {"action": "check", "item": "infant"}, ("jor-el", "lara")),
    ("evacuate", {"action": "launch"}, ("jor-el", "lara")),
    ("evacuate", {"action": "abort"}, ("jor-el", "lara")),
    ("nursery", {"watch": False}, ("jor-el", "lara")),
)
_ADULTS = ("jor-el", "lara")
_ROOMS = ("study", "nursery", "hall", None)
_PRIORITIES = ("routine", "important", "urgent", "emergency")
_PARTS = ("hull", "engine", "crystal")


def house_wish(random: Random, latest: Callable[[str], str]) -> tuple[str, dict[str, Any]]:
    """A verb and its fields. `latest(name)` is the latest id of that name that the house has told of."""
    verb = random.choices(list(_CHANCES), list(_CHANCES.values()))[0]
    by = random.choice(_ADULTS)
    match verb:
        case "announce":
            to = random.choice(["jor-el", "lara", "everyone", ["jor-el", "lara"]])
            return verb, {"text": "Dinner is ready.", "to": to, "priority": random.choice(_PRIORITIES)}
        case "ack":
            return verb, {"by": by}
        case "news":
            return verb, {"title": "Zod attempts a coup", "severity": random.choice(["minor", "severe", "extreme"])}
        case "presence":
            return verb, {"member": by, "room": random.choice(_ROOMS)}
        case "brief":
            return verb, {"member": by}
        case "quiet":
            return verb, {"on": bool(random.getrandbits(1))}
        case "nursery":
            return verb, {"infant": random.choice(["asleep", "awake"])}
        case "call":
            return verb, {"to": random.choice(["Dru-Zod", "dru zot", "nobody at all"]), "by": by}
        case "hangup":
            return verb, {"call_id": latest("call_id"), "by": by}
        case "visitor":
            return verb, {"who": "The Council", "reason": "It is about Zod", "urgency": random.choice(_PRIORITIES)}
        case "accept" | "decline":
            return verb, {"visitor_id": latest("visitor_id"), "by": by}
        case "hazard":
            return verb, {"kind": "tremor", "level": random.choice(["none", "moderate", "severe"])}
    return verb, _project(random)


def guarded_wish(random: Random) -> tuple[str, dict[str, Any], str]:
    """A verb that has to be signed, its fields, and a member who may."""
    verb, fields, members = random.choice(_GUARDED)
    return verb, dict(fields), random.choice(members)


def _project(random: Random) -> dict[str, Any]:
    project = f"ship-{random.randrange(3)}"
    match random.choice(["create", "create", "stock", "buy", "step_done", "cancel", "forbid", "allow", "show"]):
        case "create":
            steps = ["keel", "hull", "engine"]
            variants = [
                {
                    "name": name,
                    "value": random.randrange(1, 10),
                    "parts": {part: random.randrange(4) for part in _PARTS},
                    "steps": steps[: random.randrange(1, 4)],
                }
                for name in ("ark", "boat", "pod")
            ]
            stock = {part: random.randrange(5) for part in _PARTS}
            return {"action": "create", "project": project, "title": "A ship", "variants": variants, "stock": stock}
        case "stock" | "buy" as action:
            return {"action": action, "project": project, "stock": {random.choice(_PARTS): random.randrange(5)}}
        case "step_done":
            return {"action": "step_done", "project": project, "step": random.choice(["keel", "hull", "engine"])}
        case "forbid":
            return {"action": "forbid_purchases"}
        case "allow":
            return {"action": "allow_purchases"}
        case action:
            return {"action": action, "project": project}
