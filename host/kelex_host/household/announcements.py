"""S2: announcements, from the wish that somebody be told something until it is settled.

    queued -> playing -> (routine, important) delivered
                      -> (urgent, emergency) waiting -> playing ... until acknowledged or expired
    playing -> interrupted -> playing

Who speaks when is in `conducting.py`, what the drones do meanwhile in `presenting.py`.
"""

from __future__ import annotations

from typing import Any

from kelex_host.bridge.house_verbs import PRIORITIES
from kelex_host.bridge.requests import RequestError
from kelex_host.household import conducting, members, presenting
from kelex_host.household.conducting import RANK, presses
from kelex_host.household.facts import Fact, stamp
from kelex_host.household.state import Announcement, State
from kelex_host.household.turn import Capability, Turn

# How long something is worth telling where nobody says it.
TTL_S = {"routine": 600, "important": 3_600, "urgent": 3_600, "emergency": 86_400}
SEVERITY = {"routine": "info", "important": "minor", "urgent": "severe", "emergency": "extreme"}
OPEN_MOST = 200
SETTLED_KEPT = 64


def announce(
    turn: Turn, text: str, to: list[str], priority: str, *, ttl_s: float | None = None, rule: str = ""
) -> tuple[str, str]:
    """Have these members told; the announcement's id, and how they are addressed.

    Where none of them is at home, what does not press is kept for their briefing.
    """
    id = f"a{turn.number}"
    address = members.address_of(turn.home, to)
    held = not presses(priority) and not any(members.is_home(turn.state, member) for member in to)
    turn.tell(
        "announcement",
        "queued",
        severity=SEVERITY[priority],
        rule=rule,
        id=id,
        text=text,
        to=to,
        address=address,
        priority=priority,
        ttl_s=ttl_s or TTL_S[priority],
        held=held,
    )
    return id, address


def withdraw(turn: Turn, id: str, rule: str) -> None:
    """Say no more of it: what it is about is over."""
    one = turn.state.announcements.get(id)
    if one is not None:
        turn.tell("announcement", "expired", rule=rule, id=id, heard=one.heard)


def _announce(turn: Turn, fields: dict[str, Any], by: str | None) -> dict[str, Any]:
    to = members.find_group(turn.state, fields["to"])
    if len(turn.state.announcements) >= OPEN_MOST:
        raise RequestError("busy", f"{OPEN_MOST} announcements wait already; acknowledge some, or try again later.")
    id, address = announce(turn, fields["text"], to, fields["priority"] or PRIORITIES[0], ttl_s=fields["ttl_s"])
    return {"id": id, "address": address}


def _ack(turn: Turn, fields: dict[str, Any], by: str | None) -> dict[str, Any]:
    state, who = turn.state, members.find(turn.state, fields["by"]).id
    id = fields["id"] or conducting.most_pressing(state)
    if id is None:
        raise RequestError("unknown_id", "Nothing waits to be acknowledged.")
    if id not in state.announcements:
        if id in state.settled:
            raise RequestError("unknown_id", f"The announcement '{id[:64]}' is settled already.")
        known = ", ".join(list(state.announcements)[:8]) or "none"
        raise RequestError("unknown_id", f"There is no announcement '{id[:64]}'; there are {known}.")
    turn.tell("announcement", "acknowledged", id=id, by=who)
    return {"id": id}


def _queued(state: State, fact: Fact) -> None:
    data = fact.data
    if data["held"]:
        return
    state.announcements[data["id"]] = Announcement(
        id=data["id"],
        text=data["text"],
        to=data["to"],
        address=data["address"],
        priority=data["priority"],
        time_ms=fact.time_ms,
        expires_ms=fact.at_ms + round(data["ttl_s"] * 1000),
        left_ms=conducting.saying_ms(data["text"]),
        escalate_ms=fact.at_ms + state.home.escalate_after_ms if presses(data["priority"]) else 0,
        fact=fact.id,
        transaction=fact.transaction,
    )


def _began(state: State, fact: Fact) -> None:
    announcement = state.announcements[fact.data["id"]]
    announcement.status, announcement.started_ms, announcement.step = "playing", fact.at_ms, 0
    state.current = announcement.id


def _interrupted(state: State, fact: Fact) -> None:
    announcement = state.announcements[fact.data["id"]]
    said_ms = fact.at_ms - announcement.started_ms
    announcement.status, announcement.left_ms = "interrupted", max(0, announcement.left_ms - said_ms)
    state.current = ""


def _heard(state: State, fact: Fact) -> None:
    """It was said to its end: what presses waits for its acknowledgement, anything else is settled."""
    announcement = state.announcements[fact.data["id"]]
    if not presses(announcement.priority):
        _settle(state, fact)
        return
    announcement.status, announcement.heard = "waiting", announcement.heard + 1
    announcement.left_ms = conducting.saying_ms(announcement.text)
    announcement.next_ms = fact.at_ms + conducting.pause_ms(state.home, announcement.heard)
    state.current = ""


def _settle(state: State, fact: Fact) -> None:
    id = fact.data["id"]
    del state.announcements[id]
    state.settled = [*state.settled, id][-SETTLED_KEPT:]
    if state.current == id:
        state.current = ""


def _escalated(state: State, fact: Fact) -> None:
    announcement = state.announcements[fact.data["id"]]
    if fact.data["to"] is None:
        announcement.escalate_ms = 0
        return
    announcement.to = [*announcement.to, fact.data["to"]]
    announcement.address = fact.data["address"]
    announcement.escalate_ms = fact.at_ms + state.home.escalate_after_ms
    if announcement.status == "waiting":
        announcement.next_ms = fact.at_ms


def _conduct(turn: Turn, fact: Fact) -> None:
    conducting.conduct(turn)


def _acknowledged(turn: Turn, fact: Fact) -> None:
    conducting.conduct(turn)
    presenting.end(turn, fact)


def _documents(state: State) -> dict[str, Any]:
    shown = {id: _shown(announcement) for id, announcement in state.announcements.items()}
    waiting = [id for id, one in state.announcements.items() if one.status == "waiting"]
    queue = sorted(
        (id for id, one in state.announcements.items() if one.status in ("queued", "interrupted")),
        key=lambda id: -RANK[state.announcements[id].priority],
    )
    return {
        "announcements": {
            "current": shown.get(state.current),
            "queue": [shown[id] for id in queue],
            "unacknowledged": [shown[id] for id in waiting],
        }
    }


def _shown(announcement: Announcement) -> dict[str, Any]:
    shown = {name: getattr(announcement, name) for name in ("id", "text", "to", "address", "priority", "status")}
    return {**shown, "heard": announcement.heard, "time": stamp(announcement.time_ms)}


CAPABILITY = Capability(
    requests={"announce": _announce, "ack": _ack},
    folds={
        "announcement/queued": _queued,
        "announcement/started": _began,
        "announcement/resumed": _began,
        "announcement/interrupted": _interrupted,
        "announcement/delivered": _heard,
        "announcement/repeated": _heard,
        "announcement/acknowledged": _settle,
        "announcement/expired": _settle,
        "announcement/escalated": _escalated,
        "announcement/nobody_left": _escalated,
        "announcement/presented": presenting.fold,
        "announcement/dark": presenting.fold_dark,
    },
    reactions={
        **presenting.REACTIONS,
        "announcement/queued": _conduct,
        "announcement/acknowledged": _acknowledged,
        "announcement/expired": _acknowledged,
        "presence/arrived": _conduct,
    },
    due=conducting.due,
    tick=conducting.tick,
    documents=_documents,
)
