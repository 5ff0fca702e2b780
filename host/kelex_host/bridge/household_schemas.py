"""What the household tells, as JSON Schemas: its events, its documents, and what it answers.

Each is a line that names its fields; `?` marks those that may be missing. Tests hold what it tells against them.
"""

from __future__ import annotations

from collections.abc import Iterator

from kelex_host.bridge.document_schemas import TIME, TRANSACTION, EventKind
from kelex_host.bridge.house_verbs import PRIORITIES
from kelex_host.bridge.json_schemas import (
    Schema,
    array,
    boolean,
    choice,
    integer,
    just,
    nullable,
    number,
    record,
    text,
)

SEVERITIES = ("info", "minor", "moderate", "severe", "extreme")
ROLES = ("owner", "adult", "child", "infant", "guest")
_CAUSES = ("hand", "schedule", "infant_asleep")

# fmt: off
EVENTS: dict[str, dict[str, str]] = {
    "announcement": {
        "queued": "id text to address priority ttl_s held",
        "started": "id text address priority heard",
        "interrupted": "id by",
        "resumed": "id text address priority heard",
        "delivered": "id",
        "repeated": "id",
        "acknowledged": "id by",
        "escalated": "id to_next address",
        "expired": "id heard",
    },
    "news": {"news_item": "title summary? source?"},
    "presence": {
        "arrived": "member room was",
        "departed": "member room was",
        "moved": "member room was",
    },
    "brief": {"briefed": "member items"},
    "quiet": {"quiet_on": "reason causes until?", "quiet_off": "reason causes"},
    "drone": {"online": "drone", "offline": "drone"},
}
# fmt: on


def _fields() -> dict[str, Schema]:
    """Every field by its name; what differs from event to event has a name of its own in EVENTS."""
    return {
        "id": text("Which announcement."),
        "text": text("What is said."),
        "to": array("Whom: members' ids.", text("A member's id.")),
        "to_next": text("The next who is told: a member's id."),
        "address": text("How they are addressed, together."),
        "priority": choice("How pressing it is.", PRIORITIES),
        "ttl_s": number("For how long it is worth telling", "s", 0),
        "held": boolean("Whether it is kept for their briefing, as none of them is at home."),
        "heard": integer("How often it was heard to its end"),
        "by": text("By whom, or by which announcement."),
        "title": text("The headline."),
        "summary": text("What it is about."),
        "source": text("Where it is from."),
        "member": text("Who: a member's id."),
        "room": nullable(text("In which room; null for gone.")),
        "was": nullable(text("In which room before; null for gone.")),
        "items": integer("How many things there were to tell"),
        "reason": choice("Which cause.", _CAUSES),
        "causes": array("All causes that hold now.", choice("A cause.", _CAUSES)),
        "until": {**TIME, "description": "Until when: RFC 3339 with offset."},
        "drone": text("Which drone."),
        "time": TIME,
    }


_NAMES = {"to_next": "to"}


def shape(line: str) -> tuple[dict[str, Schema], list[str]]:
    """The fields that a line names, and which of them may be missing."""
    known = _fields()
    fields, optional = {}, []
    for word in line.split():
        name = word.removesuffix("?")
        fields[_NAMES.get(name, name)] = known[name]
        if word.endswith("?"):
            optional.append(name)
    return fields, optional


def events() -> Iterator[EventKind]:
    """All events of the household."""
    for subject, kinds in EVENTS.items():
        for event_type, line in kinds.items():
            fields, optional = shape(line)
            told = {
                "event_id": text("Stable: a reader may drop a repeat.", pattern="^house-[0-9a-f]+-[0-9]+$"),
                "event_type": just(event_type, "What happened."),
                "time": {**TIME, "description": "When it happened, by the house's clock: RFC 3339 with offset."},
                "severity": choice("How grave that is.", SEVERITIES),
                **fields,
                "cause": text("The event_id of what led to it; `why` tells more."),
                "transaction": TRANSACTION,
            }
            help = f"{event_type.replace('_', ' ').capitalize()} ({subject})."
            yield EventKind(subject, event_type, record(help, told, [*optional, "cause", "transaction"]))


def documents() -> dict[str, Schema]:
    """The household's retained documents by their leaf below `house/`."""
    return {"members": _members(), "mode": _mode(), "announcements": _announcements()}


def _members() -> Schema:
    member = record(
        "A member of the household.",
        {
            "id": text("His id."),
            "name": text("His name."),
            "address": text("His form of address; empty for none."),
            "role": choice("What he may do.", ROLES),
            "room": nullable(text("In which room he is; null while away.")),
            "home": boolean("Whether he is at home."),
        },
    )
    return record("Who belongs to the household, and who is where.", {"members": array("All members.", member)})


def _mode() -> Schema:
    return record(
        "What holds in the house now.",
        {
            "quiet": boolean("Whether quiet mode is on."),
            "quiet_causes": array("What holds it.", choice("A cause.", _CAUSES)),
            "lockdown": boolean("Whether the house is locked down."),
            "evacuation": nullable(choice("How far an evacuation is; null for none.", ("begun", "launched"))),
            "occupied": boolean("Whether anybody is at home."),
        },
    )


def _announcements() -> Schema:
    fields, _ = shape("id text to address priority heard time")
    fields["time"] = {**TIME, "description": "When it was asked for: RFC 3339 with offset."}
    fields["status"] = choice("How far it is.", ("queued", "playing", "interrupted", "waiting"))
    one = record("An announcement.", fields)
    return record(
        "What is being told, and what is still to be.",
        {
            "current": {"description": "What is said now; null for nothing.", "anyOf": [one, {"type": "null"}]},
            "queue": array("What is to be said, the most pressing first.", one),
            "unacknowledged": array("What was heard, and nobody has acknowledged.", one),
        },
    )


def answer(verb: str) -> Schema:
    """A response's `data` for a verb of the house."""
    line = _ANSWERS.get(verb)
    if line is not None:
        fields, optional = shape(line)
        return record("What was done, or is.", fields, optional)
    return _OF_OTHERS[verb]


_ANSWERS = {"announce": "id address", "ack": "id", "presence": "member room was"}


def _brief() -> Schema:
    item = {
        "event_id": text("What it is about."),
        "text": text("What happened."),
        "severity": choice("How grave that is.", SEVERITIES),
        "time": TIME,
    }
    return record("What he missed.", {"items": array("The gravest first.", record("Something.", item))})


def _why() -> Schema:
    link = {
        "event_id": text("Which event, or what came in."),
        "what": text("Subject and type."),
        "time": TIME,
        "severity": choice("How grave that is.", SEVERITIES),
        "rule": text("Why it followed from the next one."),
        "data": {"type": "object", "description": "What it says."},
    }
    chain = array("What was asked for, what led to that, and so on.", record("A link.", link))
    return record("Why it happened.", {"event_id": text("What was asked for."), "chain": chain})


_OF_OTHERS: dict[str, Schema] = {
    "brief": _brief(),
    "why": _why(),
    "news": record(
        "It was noted.", {"event_id": text("Its event."), "severity": choice("How grave it is.", SEVERITIES)}
    ),
    "quiet": record(
        "What holds now.",
        {"quiet": boolean("Whether the house is quiet."), "causes": shape("causes")[0]["causes"]},
    ),
}
