"""S10: visitors and summonses: who wants to see whom, told by the rules of announcements, accepted or declined."""

from __future__ import annotations

from typing import Any

from kelex_host.bridge.requests import RequestError
from kelex_host.household import announcements, members
from kelex_host.household.facts import Fact, Moment, stamp
from kelex_host.household.state import State, Visitor
from kelex_host.household.turn import Capability, Turn

WAITS_MS = 600_000
RINGS_APART_MS = 30_000
VISITORS_MOST = 50
SEVERITY = {"routine": "info", "important": "minor", "urgent": "severe", "emergency": "extreme"}
SOMEBODY = "Somebody at the door"


def _visitor(turn: Turn, fields: dict[str, Any], by: str | None) -> dict[str, Any]:
    if fields["for"] is None:
        whom = members.first_to_tell(turn.state)[0]
    else:
        whom = members.find(turn.state, fields["for"]).id
    if len(turn.state.visitors) >= VISITORS_MOST:
        raise RequestError("busy", f"{VISITORS_MOST} visitors wait already; accept or decline some.")
    return {
        "visitor_id": arrive(turn, fields["who"], fields["reason"], fields["urgency"] or "important", whom),
        "for": whom,
    }


def arrive(turn: Turn, who: str, reason: str | None, urgency: str, whom: str, *, rule: str = "") -> str:
    """Somebody wants to see a member; his id."""
    id = f"v{turn.number}"
    why = {"reason": reason} if reason else {}
    told: dict[str, Any] = {"visitor_id": id, "who": who, **why, "urgency": urgency, "for": whom}
    turn.tell("visitor", "arrived", severity=SEVERITY[urgency], rule=rule, **told)
    return id


def _arrived(turn: Turn, fact: Fact) -> None:
    data = fact.data
    text = f"{data['who']} wants to see you" + (f": {data['reason']}" if "reason" in data else ".")
    rule = "A visitor is announced to whom he wants to see."
    announcement, _ = announcements.announce(turn, text, [data["for"]], data["urgency"], rule=rule)
    turn.tell("visitor", "announced", visitor_id=data["visitor_id"], announcement=announcement)


def _decide(turn: Turn, fields: dict[str, Any], type: str) -> dict[str, Any]:
    id, who = fields["visitor_id"], members.find(turn.state, fields["by"]).id
    visitor = turn.state.visitors.get(id)
    if visitor is None:
        waiting = ", ".join(turn.state.visitors) or "none"
        raise RequestError("unknown_id", f"No visitor '{id[:64]}' waits; waiting are: {waiting}.")
    turn.tell("visitor", type, visitor_id=id, by=who)
    if visitor.announcement in turn.state.announcements:
        turn.tell("announcement", "acknowledged", rule="The visitor has his answer.", id=visitor.announcement, by=who)
    return {"visitor_id": id}


def _rings(turn: Turn, fact: Fact) -> None:
    """The door's button: somebody is there, unless he who rang a moment ago waits still."""
    recent = fact.at_ms + WAITS_MS - RINGS_APART_MS
    again = any(one.who == SOMEBODY and one.expires_ms > recent for one in turn.state.visitors.values())
    if not again and turn.home.escalation:
        whom = members.first_to_tell(turn.state)[0]
        arrive(turn, SOMEBODY, None, "important", whom, rule="Who rings wants to be let in.")


def _tick(turn: Turn) -> None:
    for id, visitor in list(turn.state.visitors.items()):
        if turn.now.at_ms >= visitor.expires_ms:
            rule = "Nobody waits at a door for ever."
            turn.tell("visitor", "expired", rule=rule, of=visitor, visitor_id=id)
            announcements.withdraw(turn, visitor.announcement, rule)


def _due(state: State, now: Moment) -> int | None:
    return min((visitor.expires_ms for visitor in state.visitors.values()), default=None)


def _fold_arrived(state: State, fact: Fact) -> None:
    data = fact.data
    state.visitors[data["visitor_id"]] = Visitor(
        data["who"], data["for"], fact.at_ms + WAITS_MS, "", fact.id, fact.transaction,
        data.get("reason", ""), data["urgency"], fact.time_ms,
    )  # fmt: skip


def _fold_announced(state: State, fact: Fact) -> None:
    state.visitors[fact.data["visitor_id"]].announcement = fact.data["announcement"]


def _fold_gone(state: State, fact: Fact) -> None:
    del state.visitors[fact.data["visitor_id"]]


def _documents(state: State) -> dict[str, Any]:
    waiting = [
        {
            "visitor_id": id,
            "who": one.who,
            "reason": one.reason,
            "urgency": one.urgency,
            "for": one.whom,
            "time": stamp(one.time_ms),
        }
        for id, one in state.visitors.items()
    ]
    return {"visitors": {"waiting": waiting}}


CAPABILITY = Capability(
    requests={
        "visitor": _visitor,
        "accept": lambda turn, fields, by: _decide(turn, fields, "accepted"),
        "decline": lambda turn, fields, by: _decide(turn, fields, "declined"),
    },
    folds={
        "visitor/arrived": _fold_arrived,
        "visitor/announced": _fold_announced,
        **dict.fromkeys(("visitor/accepted", "visitor/declined", "visitor/expired"), _fold_gone),
    },
    reactions={"visitor/arrived": _arrived, "drone:doorbell/pressed": _rings},
    due=_due,
    tick=_tick,
    documents=_documents,
)
