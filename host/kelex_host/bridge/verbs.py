"""Every verb once: its scope, fields, units and limits. Validation and the command line derive from it."""

from __future__ import annotations

from dataclasses import dataclass

from kelex_wire.poses import POSES
from kelex_wire.schema import JOINTS, MAX_MOVE_MS

RANGES = {name: (low / 100, high / 100) for name, low, high in JOINTS}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a verb. `kind` is `number`, `integer`, `text`, `boolean` or `angles`; limits are inclusive.

    For text, `high` is its most characters, and `choices`, where given, are all that it may be. `angles` is an object
    of joints and degrees, each within its joint's range.
    """

    name: str
    kind: str
    help: str
    required: bool = True
    low: float | None = None
    high: float | None = None
    unit: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verb:
    """Something that can be asked of a `drone`, the `house` or the simulated `world`."""

    scope: str
    name: str
    help: str
    fields: tuple[Field, ...] = ()


def _id(name: str, help: str) -> Field:
    return Field(name, "text", help, True, 1, 64)


_DURATION = Field("duration_ms", "integer", "lengthened where limits ask for it", False, 0, MAX_MOVE_MS, "ms")

# fmt: off
VERBS = (
    Verb("drone", "look", "Turn the head.", (
        Field("pan", "number", "to the left is negative", True, *RANGES["head_pan"], "degrees"),
        Field("tilt", "number", "down is negative", True, *RANGES["head_tilt"], "degrees"),
        _DURATION,
    )),
    Verb("drone", "move", "Move joints.", (
        Field("joints", "angles", "joints and where they go, in degrees"),
        _DURATION,
    )),
    Verb("drone", "pose", "Take a pose.", (
        Field("name", "text", "which one", choices=tuple(name for name, _ in POSES)),
        _DURATION,
    )),
    Verb("drone", "stop", "Stop everything in motion, at once."),
    Verb("world", "enter", "A member comes into a room.", (_id("member", "who"), _id("room", "where"))),
    Verb("world", "leave", "A member leaves the house.", (_id("member", "who"),)),
    Verb("world", "climate", "Set the air of a room.", (
        _id("room", "which"),
        Field("celsius", "number", "temperature", False, -40, 85, "°C"),
        Field("humidity", "number", "relative humidity", False, 0, 100, "%"),
    )),
    Verb("world", "unplug", "Pull a drone's cable, and put it back.", (
        _id("drone", "which"),
        Field("seconds", "number", "for how long (default 2)", False, 0, 3600, "s"),
    )),
    Verb("world", "truth", "What the simulated hardware really does now."),
)
# fmt: on

BY_NAME = {(verb.scope, verb.name): verb for verb in VERBS}


def scopes_of(name: str) -> list[str]:
    """The scopes that know a verb of this name."""
    return [verb.scope for verb in VERBS if verb.name == name]
