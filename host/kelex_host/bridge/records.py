"""What a drone's records mean in MQTT's words, derived from the wire's schema: units, documents, events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kelex_wire import codec, gestures, schema, tones
from kelex_wire.errors import PayloadError
from kelex_wire.poses import POSES

from kelex_host.bridge import settings
from kelex_host.bridge.colors import color_number

JOINT_NAMES = tuple(name for name, _, _ in schema.JOINTS)
_POSES = {name: dict(zip(JOINT_NAMES, angles, strict=True)) for name, angles in POSES}

# Of each event on the wire, all that it can become: (subject, type, severity). Where that is more than one, they stand
# in the order of the values of its field `deed`, `seen` or `on`. BY_LEVEL: it is as grave as its field `level` says.
BY_LEVEL = "by level"
EVENTS: dict[int, tuple[tuple[str, str, str], ...]] = {
    schema.MOVE_DONE: (("body", "move_done", "info"),),
    schema.MOVE_INTERRUPTED: (("body", "move_interrupted", "info"),),
    schema.MOVE_REFUSED: (("body", "move_refused", "minor"),),
    schema.GESTURE_STARTED: (("body", "gesture_started", "info"),),
    schema.GESTURE_DONE: (("body", "gesture_done", "info"),),
    schema.GESTURE_INTERRUPTED: (("body", "gesture_interrupted", "info"),),
    schema.DID: tuple(("body", deed, "info") for deed in schema.DEEDS),
    schema.DOORBELL: (("doorbell", "pressed", "info"),),
    schema.PRESENCE: tuple(("presence", seen, "info") for seen in schema.SEEN),
    schema.TOUCH: (("touch", "released", "info"), ("touch", "touched", "info")),
    schema.DOOR: (("door", "closed", "info"), ("door", "opened", "info")),
    schema.FAULT: (("fault", "cleared", "info"), ("fault", "raised", "moderate")),
    schema.CRY: (("cry", "cry_ended", "info"), ("cry", "cry_started", "moderate")),
    schema.ALARM: (("alarm", "cleared", "info"), ("alarm", "raised", BY_LEVEL)),
    schema.ROLLED_BACK: (("firmware", "rolled_back", "moderate"),),
    schema.REFLEX: (("reflex", "cleared", "info"), ("reflex", "raised", "moderate")),
}
# Of an event's fields: those that are told by a name, as (told as, names), and those that are not told as they are.
NAMED = {
    "reason": ("reason", schema.REFUSALS),
    "gesture": ("gesture", gestures.NAMES),
    "of": ("part", schema.FAULTS),
    "given_up": ("given_up", schema.SLOTS),
    "slot": ("slot", schema.SLOTS),
    "why": ("why", schema.GIVEN_UP),
    "reflex": ("reflex", tuple(name for name, _ in schema.REFLEXES)),
    "alarm": ("alarm", tuple(name for name, _ in schema.ALARMS)),
    "level": ("level", schema.LEVELS),
}
UNSAID = ("number", "time_ms", "order", "on", "deed", "seen")
_WHICH = {schema.DID: "deed", schema.PRESENCE: "seen"}

# What a whole number on the wire is worth, by its unit, and how many decimals that has.
SCALES = {"cdeg": 100, "cC": 100, "c%": 100, "cdB": 100, "mV": 1000, "mA": 1000, "mm/s2": 1000}

NOT_ALLOWED = (
    "The drone is paired with another host, and obeys no other; "
    "to change that, hold its touch pad for five seconds, and unpair it while you do."
)
_REASONS = {
    "out_of_range": "The drone's own limits do not allow that; choose a smaller angle.",
    "unknown_verb": "The drone's firmware does not know that order; bring it up to date.",
    "wrong_type": "The drone cannot make sense of that order; bring it up to date.",
    "busy": "The drone is busy, or a reflex holds it, as its last `reflex` event says; try again in a moment.",
    "not_allowed": NOT_ALLOWED,
}


def degrees(hundredths: int) -> float:
    """Degrees, °C or % of the wire's whole hundredths."""
    return hundredths / 100


def hundredths(value: float) -> int:
    """The wire's whole hundredths of degrees, °C or %."""
    return round(value * 100)


def _reading(unit: str) -> Callable[[int], Any]:
    """What makes a channel's value out of the wire's."""
    if not unit:
        return bool
    scale = SCALES.get(unit)
    return (lambda value: value / scale) if scale else int


# Of each channel of the senses record, after its time: its place there, its name, and how it is read.
_CHANNELS = tuple((i, name, _reading(unit)) for i, (name, _, unit, _, _) in enumerate(schema.CHANNELS, 1))


def senses_document(record: Any) -> dict[str, Any]:
    """The `senses` document: every channel, null where it is faulty, and the names of what is faulty."""
    document: dict[str, Any] = {}
    faults = []
    for i, name, read in _CHANNELS:  # plain, for speed: the document that is made most often by far
        value = record[i]
        if value is None:
            document[name] = None
            faults.append(name)
        else:
            document[name] = read(value)
    if record.parts:
        faults += [part for i, part in enumerate(schema.PARTS) if record.parts >> i & 1]
    document["faults"] = faults
    return document


def order_values(verb: str, fields: dict[str, Any]) -> tuple[int, tuple[Any, ...]]:
    """(message number, values after session and order) of a drone's verb whose fields are checked."""
    match verb:
        case "stop" | "identify" | "reboot" | "maintenance" | "stats":
            return _PLAIN_ORDERS[verb], ()
        case "holodisk" | "quiet":
            return _PLAIN_ORDERS[verb], (int(fields["on"]),)
        case "gesture":
            return schema.ORDER_GESTURE, (gestures.NAMES.index(fields["name"]), fields["repeat"] or 1)
        case "eye":
            effect = schema.EYE_EFFECTS.index(fields["effect"] or "steady")
            return schema.ORDER_EYE, (color_number(fields["color"]), effect)
        case "tone":
            name = fields["name"]
            tone = None if name is None else tones.NAMES.index(name)
            return schema.ORDER_TONE, (tone, fields["frequency_hz"] or 0, fields["duration_ms"] or 0)
        case "calibration" | "calibrate" | "offset" | "detect" | "mind":
            return schema.ORDER_SETTINGS, settings.order_values(fields)
        case "look":
            angles = {"head_pan": hundredths(fields["pan"]), "head_tilt": hundredths(fields["tilt"])}
        case "move":
            angles = {joint: hundredths(angle) for joint, angle in fields["joints"].items()}
        case "pose":
            angles = _POSES[fields["name"]]
        case _:
            raise AssertionError(verb)
    return schema.ORDER_MOVE, (fields["duration_ms"] or 0, *map(angles.get, JOINT_NAMES))


_PLAIN_ORDERS = {
    "stop": schema.ORDER_STOP,
    "identify": schema.ORDER_IDENTIFY,
    "reboot": schema.ORDER_REBOOT,
    "maintenance": schema.ORDER_MAINTENANCE,
    "stats": schema.ORDER_STATS,
    "holodisk": schema.ORDER_HOLODISK,
    "quiet": schema.ORDER_QUIET,
}


# Which verdict an order gets that the drone accepts, where it is not ACCEPTED.
VERDICTS = {
    "look": schema.MOVE_GRANTED,
    "move": schema.MOVE_GRANTED,
    "pose": schema.MOVE_GRANTED,
    "gesture": schema.MOVE_GRANTED,
    "stop": schema.STOPPED,
    "stats": schema.STATS_TOLD,
    "identify": schema.IDENTIFIED,
    "calibration": schema.SETTINGS_TOLD,
    "calibrate": schema.SETTINGS_TOLD,
    "offset": schema.SETTINGS_TOLD,
    "detect": schema.SETTINGS_TOLD,
}


def body_document(record: Any) -> dict[str, Any]:
    """The `body` document. `pose` is the one that the joints are in, null for none."""
    joints = {name: getattr(record, name) for name in JOINT_NAMES}
    return {
        "joints": {name: degrees(angle) for name, angle in joints.items()},
        "moving": bool(record.moving),
        "pose": next((name for name, pose in _POSES.items() if pose == joints), None),
        "gesture": None if record.gesture is None else gestures.NAMES[record.gesture],
        "eye": {"color": f"#{record.eye_color:06x}", "effect": schema.EYE_EFFECTS[record.eye_effect]},
        "holodisk": bool(record.holodisk),
        "quiet": bool(record.quiet),
        "failsafe": bool(record.failsafe),
    }


def verdict_data(number: int, record: Any) -> dict[str, Any]:
    """A response's `data` for an order that the drone has accepted: what it grants, or what it was asked for."""
    if number == schema.STATS_TOLD:
        return stats_document(record)
    if number == schema.SETTINGS_TOLD:
        return settings.document(record)
    if number in (schema.ACCEPTED, schema.IDENTIFIED):
        return {"duration_ms": record.duration_ms} if record.duration_ms else {}
    joints = {name: getattr(record, name) for name in JOINT_NAMES}
    granted = {name: degrees(angle) for name, angle in joints.items() if angle is not None}
    return {"duration_ms": getattr(record, "duration_ms", 0), "joints": granted}


def stats_document(record: Any) -> dict[str, Any]:
    """A drone's figures, from either of the two messages that carry them."""
    figures = {name: value for name, value in record._asdict().items() if name not in ("time_ms", "order")}
    figures["paired"] = bool(record.paired)
    figures["slot"] = schema.SLOTS[record.slot]
    figures["firmware"] = f"{record.firmware:08x}"
    figures["trial"] = bool(record.trial)
    figures["rolled_back"] = schema.GIVEN_UP[record.rolled_back] if record.rolled_back else None
    figures["reset_cause"] = RESET_CAUSES.get(record.reset_cause, "unknown")
    return figures


# MicroPython's `machine.reset_cause` on the RP2040.
RESET_CAUSES = {1: "power_on", 3: "watchdog"}


def refusal(record: Any) -> tuple[str, str]:
    """(code, sentence) of an order that the drone refused."""
    code = schema.REFUSALS[record.reason]
    return code, _REASONS[code]


def event_document(number: int, record: Any) -> tuple[str, dict[str, Any]]:
    """(subject, document) of an event; id, time and transaction are not in it yet."""
    kinds = EVENTS[number]
    which = 0 if len(kinds) == 1 else getattr(record, _WHICH.get(number, "on"))
    subject, event_type, severity = kinds[which]
    severity = schema.LEVELS[record.level] if severity == BY_LEVEL else severity
    document: dict[str, Any] = {"event_type": event_type, "severity": severity}
    for name, value in zip(record._fields, record, strict=True):
        if name in NAMED:
            told, names = NAMED[name]
            document[told] = names[value]
        elif name not in UNSAID:
            document[name] = value
    if number == schema.ALARM:
        document["reading"] /= SCALES.get(schema.ALARMS[record.alarm][1], 1)
    return subject, document


def told_event(drone: str, boot: int, number: int, record: Any) -> tuple[str, dict[str, Any]] | None:
    """(subject, document with its id) of an event that a drone tells in its start `boot`.

    One of an earlier start keeps the id that it had there; None for one that makes no sense.
    """
    is_earlier = number == schema.EARLIER
    if is_earlier:
        original = _original(record)
        if original is None:
            return None
        boot, (number, record) = record.boot, original
    subject, document = event_document(number, record)
    document["event_id"] = f"{drone}-{boot}-{record.number}"
    if is_earlier:
        document["earlier_boot"] = True
    return subject, document


def _original(earlier: Any) -> tuple[int, Any] | None:
    """(message, record) as they were when it happened."""
    if earlier.message not in EVENTS:
        return None
    row = codec.message(earlier.message)
    values = earlier.event, earlier.at_ms, *earlier[-schema.EARLIER_VALUES :]
    try:
        return row.number, codec.decode(row.number, codec.encode(row.number, *values[: len(row.fields)]))
    except PayloadError:
        return None
