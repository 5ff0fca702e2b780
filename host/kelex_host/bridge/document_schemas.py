"""What is published, as JSON Schemas: derived from the wire's schema and from the tables by which `records` reads it.

The shapes of `info` and `health` are declared here; a test holds what Bridge and DroneGateway publish against them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from kelex_wire import codec, gestures, schema
from kelex_wire.poses import POSES

from kelex_host.bridge import records, settings, verbs
from kelex_host.bridge.heard import Counters
from kelex_host.bridge.json_schemas import (
    Schema,
    array,
    boolean,
    choice,
    integer,
    just,
    mapping,
    nullable,
    number,
    record,
    text,
    wire_field,
)
from kelex_host.bridge.request_schemas import joints_schema
from kelex_host.bridge.requests import ERROR_CODES, MAX_TRANSACTION_CHARACTERS

TRANSACTION = text("The transaction of the request that led to this.", most=MAX_TRANSACTION_CHARACTERS)
TIME = text("When it was so, by the house's clock: RFC 3339 with offset.", format="date-time")
AVAILABILITY = choice("Whether it can be reached.", ("online", "offline"))

_COLOR = text("Red, green and blue, two hexadecimal digits each.", pattern="^#[0-9a-f]{6}$")

_CHANNELS = {
    "temperature": "Temperature of the air",
    "humidity": "Relative humidity of the air",
    "light": "Illuminance",
    "sound": "Level of sound, relative to full scale",
    "range": "How far away the nearest thing in front is",
    "tremor": "Acceleration of what shakes, gravity aside",
    "battery_voltage": "Voltage of the battery",
    "battery_level": "Charge left in the battery",
    "servo_current": "What all servos draw together",
    "presence": "Whether somebody is there: something moved, and came near or moved again",
    "touch": "Whether the touch plate is touched",
    "door": "Whether the door is open",
    "doorbell": "Whether the doorbell's button is down",
}
_STATS = {
    "idle": "How much of the time the processor has nothing to do",
    "overruns": "How often a task began later than it should have, since the start of the board",
    "heap_free": "Memory that is free",
    "frames_refused": "Frames from the host that were damaged",
    "orders_repeated": "Orders that came again, and were not obeyed again",
    "telemetry_skipped": "Telemetry left out because the link was full",
    "events_waiting": "Events held until the broker has them",
    "events_dropped": "Events lost because its store was full",
    "orders_forged": "Orders refused because their tag was wrong or missing",
    "spooled": "Critical events that its flash holds until the broker has them",
    "flash_writes": "Writes of events or settings to its flash, each of which holds all else up for a moment",
    "bus_recoveries": "How often the bus of four of its sensors was held by a part, and works again",
    "flash_faults": "Writes to its flash that failed, and what it held that could not be read any more",
}
_TOLD_STATS = {  # by another value than the wire's
    "reset_cause": choice("Why the board last started.", (*records.RESET_CAUSES.values(), "unknown")),
    "paired": boolean("Whether it is paired with a host, and obeys no other."),
    "slot": choice("Where the version of its firmware lives.", schema.SLOTS),
    "firmware": text("That version's name; 00000000 for one without.", pattern="^[0-9a-f]{8}$"),
    "trial": boolean("Whether that version is on trial."),
    "rolled_back": nullable(choice("Why the version before was given up; null if none was.", schema.GIVEN_UP[1:])),
}
_LINK = {
    "frames": "Frames heard from the drone",
    "frames_refused": "Frames that were damaged",
    "sessions": "Sessions with the drone",
    "bytes_received": "Bytes heard from its port",
    "frames_missed": "Frames that never came",
    "events_repeated": "Events that came again, and were not told again",
    "orders_resent": "Orders sent again for want of an answer",
}
_LINK_MORE = ("frames_missed", "events_repeated", "orders_resent")  # beside Counters, see HostLink.figures


def senses() -> Schema:
    """`senses` of a drone."""
    channels = {row[0]: wire_field(row, _CHANNELS[row[0]], records.SCALES) for row in schema.CHANNELS}
    faults = array("What is faulty: the channels that are null here, and parts.", _part(), uniqueItems=True)
    return record("What a drone senses; a faulty channel is null.", {**channels, "faults": faults, "time": TIME})


def body() -> Schema:
    """`body` of a drone."""
    eye = {"color": _COLOR, "effect": choice("How it shines.", schema.EYE_EFFECTS)}
    return record(
        "What a drone's body does.",
        {
            "joints": joints_schema("Where each joint is."),
            "moving": boolean("Whether a joint is in motion."),
            "pose": nullable(choice("The pose that the joints are in; null for none.", [name for name, _ in POSES])),
            "gesture": nullable(choice("The gesture that is being made; null for none.", gestures.NAMES)),
            "eye": record("What the eye was last asked to show.", eye),
            "holodisk": boolean("Whether the holo-disk is on."),
            "quiet": boolean("Whether it is quiet: slow, and no tones."),
            "failsafe": boolean("Whether it went to its safe pose because the host is silent."),
            "time": TIME,
        },
    )


def stats() -> Schema:
    """A drone's own figures, from either of the two messages that carry them."""
    rows = {row[0]: row for row in codec.message(schema.STATS).fields if row[0] != "time_ms"}
    figures = {
        name: _TOLD_STATS.get(name) or wire_field(row, _STATS[name], records.SCALES) for name, row in rows.items()
    }
    return record("A drone's own figures.", figures)


def granted(verb: str) -> Schema:
    """A response's `data` for a verb of a drone."""
    duration = integer("How long it will take: limits and quiet mode may lengthen what was asked for", "ms")
    if verb == verbs.LEND:
        return record("The port is let go of.", {"seconds": integer("For how long", "s")})
    verdict = records.VERDICTS.get(verb, schema.ACCEPTED)
    if verdict == schema.STATS_TOLD:
        return stats()
    if verdict == schema.SETTINGS_TOLD:
        return settings.told()
    if verdict == schema.IDENTIFIED:
        who = {
            "duration_ms": integer("For how long it shows itself", "ms"),
            "drone": text("Its id in this house."),
            "identity": text("Its firmware and board, in its own words."),
            "boot": integer("How often its board has started"),
        }
        return record("Which drone it is.", who, ["duration_ms"])
    if verdict == schema.ACCEPTED:
        return record("It is done, or under way.", {"duration_ms": {**duration, "minimum": 1}}, ["duration_ms"])
    if verdict == schema.STOPPED:
        joints = joints_schema("Where each joint now is, and stays.")
        return record("Everything has stopped.", {"duration_ms": {**duration, "maximum": 0}, "joints": joints})
    joints = joints_schema("Where the joints that it moves will be at its end.", optional=True)
    return record("What it will do.", {"duration_ms": duration, "joints": joints})


@dataclass(frozen=True, slots=True)
class EventKind:
    """One event as MQTT has it."""

    subject: str
    event_type: str
    schema: Schema


def events() -> Iterator[EventKind]:
    """All events of a drone."""
    for message, kinds in records.EVENTS.items():
        rows = {row[0]: row for row in codec.message(message).fields}
        told: dict[str, Schema] = {}
        for name, row in rows.items():
            if name in records.NAMED:
                as_name, names = records.NAMED[name]
                told[as_name] = choice(_EVENT_FIELDS[as_name], names)
            elif name not in records.UNSAID:
                told[name] = wire_field(row, _EVENT_FIELDS[name], records.SCALES)
        if message == schema.ALARM:
            told["reading"] = number(_ALARM_READING)
        for subject, event_type, severity in kinds:
            shape = {
                "event_type": just(event_type, "What happened."),
                "severity": choice(_GRAVE, schema.LEVELS) if severity == records.BY_LEVEL else just(severity, _GRAVE),
                **told,
                "event_id": text("Stable: a reader may drop a repeat. `<drone>-<boot>-<number>`.", pattern=_EVENT_ID),
                "time": {**TIME, "description": "When it happened, by the house's clock: RFC 3339 with offset."},
            }
            optional = {"transaction": TRANSACTION} if "order" in rows else {}
            if message in schema.CRITICAL:
                optional = {"earlier_boot": boolean(_EARLIER)}
            help = f"{event_type.replace('_', ' ').capitalize()} ({subject})."
            yield EventKind(subject, event_type, record(help, {**shape, **optional}, optional))


_GRAVE = "How grave that is: info, minor, moderate, severe or extreme."
_ALARM_READING = "The reading that caused or ended it: °C of the air, m/s² of a tremor, s of silence"
_EARLIER = "Only where it happened before the drone's last start: kept in its flash since; `time` is when it was told."
_EVENT_ID = r"^.+-[0-9]+-[0-9]+$"
_EVENT_FIELDS = {
    "reason": "Why the drone refused it, as an error code.",
    "gesture": "Which gesture.",
    "part": "The channel of the senses, or the part, that is faulty or was.",
    "given_up": "Where the version lives that was given up.",
    "slot": "Where the version lives that runs instead.",
    "why": "Why it was given up.",
    "reflex": "Which reflex of the drone.",
    "reading": "The reading that caused or ended it: "
    + ", ".join(f"{unit} for {name}" for name, unit in schema.REFLEXES),
    "alarm": "What is wrong around the drone, by its own judgement.",
    "level": "How grave it is, or was at its worst.",
    "lasted_s": "For how long it has stood",
}


def _part() -> Schema:
    return choice("A channel, or a part.", schema.FAULTS)


def info() -> Schema:
    """`info` of the house."""
    return record(
        "What runs here.",
        {
            "version": text("The bridge's version."),
            "base": text("The household's base topic."),
            "drones": array("The ids of all drones.", text("A drone's id.")),
            "simulated": boolean("Whether there is a simulated house: then the verbs of `world` work."),
            "speed": number("How many times as fast as ours time runs, where the verb `speed` can change it", "", 0),
            "configuration": {
                "type": "object",
                "description": "The configuration without secrets; its schema is that of the configuration file.",
            },
            "wire_schema": text("Checksum of the wire's schema, between bridge and drone.", pattern="^[0-9a-f]{8}$"),
            "schema_hash": text(
                "The first 16 hexadecimal digits of the SHA-256 of this document's canonical JSON (keys sorted, no "
                "spaces, UTF-8).",
                pattern="^[0-9a-f]{16}$",
            ),
            "started": {**TIME, "description": "When the bridge started: RFC 3339 with offset."},
        },
        optional=["speed"],
    )


def health() -> Schema:
    """`health` of the house."""
    refused = {code: integer(f"Requests refused with {code}", low=1) for code in ERROR_CODES}
    return record(
        "How the bridge is.",
        {
            "time": TIME,
            "uptime_s": integer("For how long it runs", "s"),
            "queued": integer("Messages that wait for the broker"),
            "dropped": integer("Messages dropped because too many waited"),
            "broker_connections": integer("Sessions with the broker since the start"),
            "refused": record("Requests refused since the start, by error code.", refused, refused),
            "drones": mapping("By a drone's id.", _drone_health()),
        },
    )


def _drone_health() -> Schema:
    names = (*(field.name for field in fields(Counters)), *_LINK_MORE)
    figures: dict[str, Any] = {name: integer(_LINK[name]) for name in names}
    none_yet = {"type": "object", "description": "None told yet.", "maxProperties": 0}
    return record(
        "A drone's link.",
        {
            "online": boolean("Whether it answers."),
            "identity": text("Its firmware and board, in its own words; empty before it first answers."),
            "connections": integer("How often it came online"),
            "link": record("Counters of its link since the bridge started.", figures),
            "stats": {"description": "Its own figures.", "anyOf": [stats(), none_yet]},
        },
    )
