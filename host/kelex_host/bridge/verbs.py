"""Every verb once: its scope, fields, units and limits. Validation and the command line derive from it."""

from __future__ import annotations

from dataclasses import dataclass

from kelex_wire.schema import JOINTS, MAX_MOVE_MS

_RANGE = {name: (low / 100, high / 100) for name, low, high in JOINTS}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a verb. `kind` is `number`, `integer`, `text` or `boolean`; limits are inclusive.

    For text, `high` is its most characters.
    """

    name: str
    kind: str
    help: str
    required: bool = True
    low: float | None = None
    high: float | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Verb:
    """Something that can be asked of a `drone`, the `house` or the simulated `world`."""

    scope: str
    name: str
    help: str
    fields: tuple[Field, ...] = ()


def _id(name: str, help: str) -> Field:
    return Field(name, "text", help, True, 1, 64)


# fmt: off
VERBS = (
    Verb("drone", "look", "Turn the head.", (
        Field("pan", "number", "to the left is negative", True, *_RANGE["head_pan"], "degrees"),
        Field("tilt", "number", "down is negative", True, *_RANGE["head_tilt"], "degrees"),
        Field("duration_ms", "integer", "lengthened where limits ask for it", False, 0, MAX_MOVE_MS, "ms"),
    )),
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
