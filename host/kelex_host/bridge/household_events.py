"""The household's events, as JSON Schemas: each is a line that names its fields; `?` marks those that may be missing.

Tests hold what the household tells against them.
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
    mapping,
    nullable,
    number,
    record,
    text,
)

SEVERITIES = ("info", "minor", "moderate", "severe", "extreme")
CAUSES = ("hand", "schedule", "infant_asleep")

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
    "news": {"news_item": "title summary? source? priority? alert?", "alert_over": "alert title why"},
    "presence": {
        "arrived": "member room was",
        "departed": "member room was",
        "moved": "member room was",
    },
    "brief": {"briefed": "member items"},
    "quiet": {"quiet_on": "reason causes until?", "quiet_off": "reason causes"},
    "drone": {"online": "drone", "offline": "drone"},
    "nursery": {
        "watch_on": "",
        "watch_off": "",
        "asleep": "",
        "woke": "",
        "limits_set": "low high",
        "cry_started": "room",
        "cry_ended": "room",
        "too_hot": "celsius limit room",
        "too_cold": "celsius limit room",
        "comfortable": "celsius room",
    },
    "visitor": {
        "arrived": "visitor_id who reason_given? urgency for",
        "announced": "visitor_id announcement",
        "accepted": "visitor_id by",
        "declined": "visitor_id by",
        "expired": "visitor_id",
    },
    "hazard": {"raised": "kind level room by_hand peak?", "cleared": "kind level? peak? lasted_s?"},
    "evacuate": {
        "begun": "open",
        "checked": "item open",
        "unchecked": "item open",
        "launch_refused": "open",
        "launched": "",
        "aborted": "",
    },
    "lockdown": {"locked": "reason_given by?", "lifted": "reason_given by?"},
    "call": dict.fromkeys(
        ("dialling", "ringing", "active", "ended", "refused", "failed"), "call_id contact by incoming why?"
    ),
    "crystal": {
        "saved": "file facts_in_it",
        "verified": "file facts_in_it",
        "restored": "file facts_in_it",
        "failed": "action file why",
    },
    "forget": {"forgotten": "drone"},
    "project": {
        "created": "project title variants stock",
        "stocked": "project parts",
        "bought": "project parts",
        "step_done": "project step parts",
        "replanned": "project from to_variant why",
        "blocked": "project variant why",
        "finished": "project variant",
        "cancelled": "project",
        "purchases_forbidden": "project?",
        "purchases_allowed": "project?",
    },
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
        "alert": text("Which alert of a feed it is; the same through its updates."),
        "member": text("Who: a member's id."),
        "room": nullable(text("In which room; null for gone.")),
        "was": nullable(text("In which room before; null for gone.")),
        "items": integer("How many things there were to tell"),
        "reason": choice("Which cause.", CAUSES),
        "causes": array("All causes that hold now.", choice("A cause.", CAUSES)),
        "until": {**TIME, "description": "Until when: RFC 3339 with offset."},
        "drone": text("Which drone."),
        "low": number("The lowest temperature that is well", "°C"),
        "high": number("The highest temperature that is well", "°C"),
        "celsius": number("The temperature", "°C"),
        "limit": number("The limit that it is beyond", "°C"),
        "visitor_id": text("Which visitor."),
        "who": text("Who it is."),
        "reason_given": text("Why."),
        "urgency": choice("How pressing it is.", PRIORITIES),
        "for": text("Whom he wants to see: a member's id."),
        "announcement": text("The announcement about it."),
        "kind": text("What kind of hazard."),
        "level": choice("How grave it is.", SEVERITIES),
        "level_or_none": choice("How grave it is; none for over.", ("none", *SEVERITIES[1:])),
        "by_hand": boolean("Whether somebody told of it; then no sensor ends it."),
        "peak": number("How hard it shakes, at most until now", "m/s²", 0),
        "lasted_s": integer("How long it lasted", "s"),
        "open": array("The interlocks that are open.", text("An interlock.")),
        "item": text("Which interlock."),
        "file": text("Which crystal."),
        "facts_in_it": integer("How many memories are in it"),
        "action": text("What failed."),
        "call_id": text("Which call."),
        "contact": text("With whom: a contact's id, or what the caller is known by."),
        "incoming": boolean("Whether the house was called."),
        "why": text("Why."),
        "project": text("Which project."),
        "step": text("Which step."),
        "parts": mapping("Parts, and how many.", integer("How many")),
        "stock": mapping("Parts that lie there, and how many.", integer("How many")),
        "variant": nullable(text("Which variant; null for none yet.")),
        "variants": array("The ways to build it.", {"type": "object", "description": "As the verb has it."}),
        "from": nullable(text("The variant until now; null for none.")),
        "to_variant": text("The variant from now on."),
        "time": TIME,
    }


_NAMES = {
    "to_next": "to",
    "reason_given": "reason",
    "to_variant": "to",
    "level_or_none": "level",
    "facts_in_it": "facts",
}


def shape(line: str) -> tuple[dict[str, Schema], list[str]]:
    """The fields that a line names, and which of them may be missing."""
    known = _fields()
    fields, optional = {}, []
    for word in line.split():
        name = word.removesuffix("?")
        fields[_NAMES.get(name, name)] = known[name]
        if word.endswith("?"):
            optional.append(_NAMES.get(name, name))
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
