"""What a drone's records mean in MQTT's words, derived from the wire's schema: units, documents, events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kelex_wire import codec, schema
from kelex_wire.poses import POSES

JOINT_NAMES = tuple(name for name, _, _ in schema.JOINTS)
_POSES = {name: dict(zip(JOINT_NAMES, angles, strict=True)) for name, angles in POSES}

# Of each event on the wire: its subject, its type (by a field's value where there are several), its severity.
_EVENTS: dict[int, Callable[[Any], tuple[str, str, str]]] = {
    schema.MOVE_DONE: lambda record: ("body", "move_done", "info"),
    schema.MOVE_INTERRUPTED: lambda record: ("body", "move_interrupted", "info"),
    schema.MOVE_REFUSED: lambda record: ("body", "move_refused", "minor"),
    schema.PRESENCE: lambda record: ("presence", "detected" if record.present else "cleared", "info"),
}
_UNSAID = ("number", "time_ms", "order", "present")

_REASONS = {
    "out_of_range": "The drone's own limits do not allow that; choose a smaller angle.",
    "unknown_verb": "The drone's firmware does not know that order; bring it up to date.",
    "wrong_type": "The drone cannot make sense of that order; bring it up to date.",
    "busy": "The drone is busy; try again in a moment.",
}


def degrees(hundredths: int) -> float:
    """Degrees, °C or % of the wire's whole hundredths."""
    return hundredths / 100


def hundredths(value: float) -> int:
    """The wire's whole hundredths of degrees, °C or %."""
    return round(value * 100)


def senses_document(record: Any) -> dict[str, Any]:
    """The `senses` document: every channel, null where it is faulty, and the names of those."""
    document: dict[str, Any] = {}
    for (name, _, unit, _, high), value in zip(codec.message(schema.SENSES).fields, record, strict=True):
        if name == "time_ms":
            continue
        if value is None:
            document[name] = None
        elif unit.startswith("c"):
            document[name] = degrees(value)
        else:
            document[name] = bool(value) if high == 1 else value
    document["faults"] = [name for name, value in document.items() if value is None]
    return document


def order_values(verb: str, fields: dict[str, Any]) -> tuple[int, tuple[Any, ...]]:
    """(message number, values after session and order) of a drone's verb whose fields are checked."""
    match verb:
        case "stop":
            return schema.ORDER_STOP, ()
        case "look":
            angles = {"head_pan": hundredths(fields["pan"]), "head_tilt": hundredths(fields["tilt"])}
        case "move":
            angles = {joint: hundredths(angle) for joint, angle in fields["joints"].items()}
        case "pose":
            angles = _POSES[fields["name"]]
        case _:
            raise AssertionError(verb)
    return schema.ORDER_MOVE, (fields["duration_ms"] or 0, *map(angles.get, JOINT_NAMES))


def body_document(record: Any) -> dict[str, Any]:
    """The `body` document. `pose` is the one that the joints are in, null for none."""
    joints = {name: getattr(record, name) for name in JOINT_NAMES}
    return {
        "joints": {name: degrees(angle) for name, angle in joints.items()},
        "moving": bool(record.moving),
        "pose": next((name for name, pose in _POSES.items() if pose == joints), None),
    }


def verdict_data(record: Any) -> dict[str, Any]:
    """A response's `data` for an order that the drone has accepted: what it grants."""
    joints = {name: getattr(record, name) for name in JOINT_NAMES}
    granted = {name: degrees(angle) for name, angle in joints.items() if angle is not None}
    return {"duration_ms": getattr(record, "duration_ms", 0), "joints": granted}


def refusal(record: Any) -> tuple[str, str]:
    """(code, sentence) of an order that the drone refused."""
    code = schema.REFUSALS[record.reason]
    return code, _REASONS[code]


def event_document(number: int, record: Any) -> tuple[str, dict[str, Any]]:
    """(subject, document) of an event; id, time and transaction are not in it yet."""
    subject, event_type, severity = _EVENTS[number](record)
    document: dict[str, Any] = {"event_type": event_type, "severity": severity}
    for name, value in zip(record._fields, record, strict=True):
        if name == "reason":
            document["reason"] = schema.REFUSALS[value]
        elif name not in _UNSAID:
            document[name] = value
    return subject, document
