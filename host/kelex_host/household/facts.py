"""What is journalled: facts, and the events that some of them are to everybody outside."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from kelex_host.bridge.now import Now
from kelex_host.bridge.topics import Topics

SEVERITIES = ("info", "minor", "moderate", "severe", "extreme")

# What a fact is: what came in, an event of the house, an event of a drone, or something only the house itself notes.
INPUT, EVENT, DRONE, NOTE = "input", "event", "drone", "note"


class Moment(NamedTuple):
    """`at_ms` is the house's own clock, which never goes back; `wall_ms` is Unix time in UTC."""

    at_ms: int
    wall_ms: int


class Fact(msgspec.Struct, frozen=True):
    """Something that happened. `cause` is the id of the fact that led to it, and `rule` says by which rule it did."""

    id: str
    kind: str
    subject: str
    type: str
    time_ms: int
    at_ms: int
    severity: str = "info"
    cause: str = ""
    transaction: str = ""
    rule: str = ""
    data: dict[str, Any] = {}

    @property
    def name(self) -> str:
        """What folds and reactions know it by."""
        return f"drone:{self.subject}/{self.type}" if self.kind == DRONE else f"{self.subject}/{self.type}"

    @property
    def is_published(self) -> bool:
        """Whether it is an event that everybody is told of."""
        return self.kind in (EVENT, DRONE)


class Input(msgspec.Struct, frozen=True):
    """What comes in: its kind (`request`, `drone`, `senses`, `link`, `time`, `start`, `phone`...), and what it says.

    `by` is the member who signed it, empty for nobody.
    """

    kind: str
    type: str = ""
    data: dict[str, Any] = {}
    transaction: str = ""
    by: str = ""


def boot_and_number(event_id: str) -> tuple[int, int]:
    """Which start of its drone an event is of, and which of that start's events: how its id ends."""
    _, boot, number = event_id.rsplit("-", 2)
    return int(boot), int(number)


def stamp(time_ms: int) -> str:
    """RFC 3339 of Unix time in milliseconds."""
    return Now(0.0, time_ms / 1000).stamp()


def read_stamp(text: str) -> int:
    """Unix time in milliseconds of RFC 3339 with offset. Raises ValueError where no calendar has it."""
    try:
        return round(datetime.fromisoformat(text).astimezone(UTC).timestamp() * 1000)
    except OverflowError:
        raise ValueError(text) from None


def document(fact: Fact) -> dict[str, Any]:
    """The event that a fact is, as MQTT has it."""
    told = {
        "event_id": fact.id,
        "event_type": fact.type,
        "time": stamp(fact.time_ms),
        "severity": fact.severity,
        **fact.data,
    }
    told.pop("drone_id", None)
    if fact.cause:
        told["cause"] = fact.cause
    if fact.transaction:
        told["transaction"] = fact.transaction
    return told


def topic_of(topics: Topics, fact: Fact) -> str:
    """Where an event is published."""
    if fact.kind == DRONE:
        return topics.event(fact.data["drone_id"], fact.subject)
    return topics.house(f"event/{fact.subject}")


def encode(fact: Fact) -> bytes:
    """A fact as the journal has it: the same fact, the same bytes."""
    return msgspec.json.encode(fact)


def decode(line: bytes) -> Fact:
    """The fact of a journal's line. Raises msgspec.DecodeError."""
    return msgspec.json.decode(line, type=Fact)
