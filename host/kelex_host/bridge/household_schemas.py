"""The household's documents and what it answers, as JSON Schemas. Tests hold what it tells against them."""

from __future__ import annotations

from kelex_host.bridge.document_schemas import TIME
from kelex_host.bridge.household_events import CAUSES, SEVERITIES, shape
from kelex_host.bridge.json_schemas import (
    Schema,
    array,
    boolean,
    choice,
    integer,
    mapping,
    nullable,
    number,
    record,
    text,
)

ROLES = ("owner", "adult", "child", "infant", "guest")


def documents() -> dict[str, Schema]:
    """The household's retained documents by their leaf below `house/`."""
    return {
        "members": _members(),
        "mode": _mode(),
        "announcements": _announcements(),
        "nursery": _nursery(),
        "calls": _calls(),
        "visitors": _visitors(),
        "projects/{project}": _project(),
    }


def alert() -> Schema:
    """`alerts/<id>`: there while it is so, deleted by an empty payload."""
    return record(
        "Something is wrong.",
        {
            "id": text("The alert's id."),
            "severity": choice("How grave that is.", SEVERITIES),
            "text": text("What is wrong."),
            "time": {**TIME, "description": "Since when: RFC 3339 with offset."},
        },
        ["time"],
    )


def _limits() -> Schema:
    return record("Between which temperatures the air has to be.", shape("low high")[0])


def _nursery() -> Schema:
    return record(
        "How the infant is.",
        {
            "watch": boolean("Whether the nursery is watched."),
            "infant": choice("Whether he sleeps.", ("asleep", "awake")),
            "crying": boolean("Whether he cries."),
            "climate": choice("How the air is.", ("comfortable", "too_hot", "too_cold")),
            "limits": _limits(),
        },
    )


def _calls() -> Schema:
    fields, _ = shape("call_id contact by incoming why time")
    fields["state"] = choice("How far it is.", ("dialling", "ringing", "active", "ended", "refused", "failed"))
    fields["time"] = {**TIME, "description": "When it began: RFC 3339 with offset."}
    call = record("A call.", fields)
    current = {"description": "What is on the line; null for nothing.", "anyOf": [call, {"type": "null"}]}
    return record("The holo-phone.", {"current": current, "log": array("Calls that are over, the latest last.", call)})


def _visitors() -> Schema:
    fields, _ = shape("visitor_id who reason_given urgency for time")
    fields["reason"] = text("Why; empty where he did not say.")
    fields["time"] = {**TIME, "description": "When he came: RFC 3339 with offset."}
    waiting = array("Who waits for an answer, the longest first.", record("A visitor.", fields))
    return record("Who is at the door.", {"waiting": waiting})


def _project() -> Schema:
    fields, _ = shape("project title variant why stock")
    return record(
        "A project.",
        {
            **fields,
            "title": text("What it is called."),
            "status": choice("How it stands.", ("building", "blocked", "finished")),
            "progress": number("How much of it is done", "", 0, 1),
            "steps_left": array("Steps to do.", text("A step.")),
            "steps_done": array("Steps that are done.", text("A step.")),
            "eta_s": nullable(number("How long it still takes at this pace; null before the first step", "s")),
            "used": mapping("Parts that are built in.", integer("How many")),
            "to_buy": mapping("Parts that are lacking.", integer("How many")),
            "purchases": boolean("Whether parts may be bought."),
        },
    )


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
            "quiet_causes": array("What holds it.", choice("A cause.", CAUSES)),
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


_ANSWERS = {
    "announce": "id address",
    "ack": "id",
    "presence": "member room was",
    "visitor": "visitor_id for",
    "accept": "visitor_id",
    "decline": "visitor_id",
    "hazard": "kind level_or_none",
    "call": "call_id contact",
    "answer": "call_id contact",
    "reject": "call_id contact",
    "hangup": "call_id contact",
    "crystal": "file facts_in_it",
    "forget": "drone",
}


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
    "nursery": record(
        "What holds now.",
        {
            "watch": boolean("Whether the nursery is watched."),
            "infant": choice("Whether he sleeps.", ("asleep", "awake")),
            "limits": _limits(),
        },
    ),
    "evacuate": record(
        "How far it is.",
        {"stage": nullable(choice("Null for none.", ("begun", "launched"))), "open": shape("open")[0]["open"]},
    ),
    "lockdown": record("What holds now.", {"on": boolean("Whether the house is locked down.")}),
    "project": {
        "description": "The project, as its document has it.",
        "anyOf": [
            _project(),
            record("Of all projects.", {"purchases_forbidden": boolean("Whether nothing may be bought.")}),
            record("It is no more.", {}),
        ],
    },
    "quiet": record(
        "What holds now.",
        {"quiet": boolean("Whether the house is quiet."), "causes": shape("causes")[0]["causes"]},
    ),
}
