"""What people ask of a drone, drawn by chance: each with the order that it should come to.

The order is worked out here and not by the bridge's own code: a checker must not share its subject's mistakes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from kelex_wire import gestures, tones
from kelex_wire.poses import POSES
from kelex_wire.schema import EYE_EFFECTS, JOINTS

from kelex_host.proof.life_drone import Deed

# Each verb, and how often compared with the others.
CHANCES = {
    "look": 18,
    "move": 14,
    "pose": 6,
    "gesture": 10,
    "stop": 8,
    "eye": 6,
    "tone": 8,
    "holodisk": 5,
    "quiet": 8,
    "identify": 3,
    "stats": 3,
}
# What ends an order, as events on the subject `body`: just one of them for each order that was obeyed.
ENDS: dict[str, tuple[str, ...]] = {
    "order_move": ("move_done", "move_interrupted"),
    "order_gesture": ("gesture_done", "gesture_interrupted"),
    "order_stop": ("stopped",),
    "order_eye": ("eye_changed",),
    "order_tone": ("tone_started", "tone_muted"),
    "order_holodisk": ("holodisk_on", "holodisk_off"),
    "order_quiet": ("quiet_on", "quiet_off"),
    "order_identify": ("identified",),
}


@dataclass(slots=True)
class Asked:
    """A valid request that was sent: how often, first when, to which drone, and the order that it wants, None for one
    that changes nothing. `early` of the times nobody had seen an answer yet: one may do for those together.
    """

    verb: str
    fields: dict[str, Any]
    deed: Deed | None
    times: int = 1
    early: int = 0
    since_us: int = 0
    drone: str = ""


def wish(random: Random, number: int) -> Asked:
    """A valid request. `number`, different each time, makes many of them unmistakable: a move has a time of its own."""
    verb = random.choices(list(CHANCES), list(CHANCES.values()))[0]
    match verb:
        case "look" | "move" | "pose":
            return _motion(random, verb, random.choice([0, 4000]) + number)
        case "gesture":
            name, repeat = random.choice(gestures.NAMES), random.choice([None, 1, 2])
            fields = {"name": name} if repeat is None else {"name": name, "repeat": repeat}
            return Asked(verb, fields, ("order_gesture", gestures.NAMES.index(name), repeat or 1))
        case "eye":
            color, effect = random.randrange(1 << 24), random.choice(EYE_EFFECTS)
            fields = {"color": f"#{color:06x}", "effect": effect}
            return Asked(verb, fields, ("order_eye", color, EYE_EFFECTS.index(effect)))
        case "tone" if random.getrandbits(1):
            hertz = random.randint(tones.HZ_LEAST, tones.HZ_MOST)
            return Asked(verb, {"frequency_hz": hertz, "duration_ms": 300 + number}, _tone(None, hertz, 300 + number))
        case "tone":
            name = random.choice(tones.NAMES)
            return Asked(verb, {"name": name}, _tone(tones.NAMES.index(name), 0, 0))
        case "holodisk" | "quiet":
            on = random.getrandbits(1)
            return Asked(verb, {"on": bool(on)}, (f"order_{verb}", on))
        case "stats":
            return Asked(verb, {}, None)
    return Asked(verb, {}, (f"order_{verb}",))


def _tone(name: int | None, frequency_hz: int, duration_ms: int) -> Deed:
    return "order_tone", name, frequency_hz, duration_ms


def _motion(random: Random, verb: str, duration_ms: int) -> Asked:
    fields: dict[str, Any]
    if verb == "look":
        angles = _somewhere(random, JOINTS[:2])
        fields = {"pan": angles["head_pan"] / 100, "tilt": angles["head_tilt"] / 100}
    elif verb == "move":
        angles = _somewhere(random, random.sample(JOINTS, random.randint(1, len(JOINTS))))
        fields = {"joints": {joint: angle / 100 for joint, angle in angles.items()}}
    else:
        name, pose = random.choice(POSES)
        angles = {joint: angle for (joint, _, _), angle in zip(JOINTS, pose, strict=True)}
        fields = {"name": name}
    deed = ("order_move", duration_ms, *(angles.get(joint) for joint, _, _ in JOINTS))
    return Asked(verb, fields | {"duration_ms": duration_ms}, deed)


def _somewhere(random: Random, joints: Sequence[tuple[str, int, int]]) -> dict[str, int]:
    """An angle (cdeg) within each joint's range."""
    return {joint: random.randint(low, high) for joint, low, high in joints}
