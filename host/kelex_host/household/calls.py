"""S7: the holo-phone: whom a name means, one call at a time, its states and by whom, and a log.

What is behind it is a `Telephone` (phone.py); what that reports comes in as an input. A contact may also be spoken for
by any program that knows what he does: `answer`, `reject` and `hangup` take a contact's id as `by`.
"""

from __future__ import annotations

from typing import Any

from kelex_host.bridge.requests import RequestError
from kelex_host.household import announcements, conducting, members, phone_book
from kelex_host.household.facts import Fact, stamp
from kelex_host.household.phone import CONTACT, HOUSE, OVER, Report, Telephone
from kelex_host.household.state import Call, State
from kelex_host.household.turn import Capability, Phone, Turn

LOGGED_MOST = 20


def _call(turn: Turn, fields: dict[str, Any], by: str | None) -> dict[str, Any]:
    caller = members.find(turn.state, fields["by"]).id
    entries = [phone_book.Entry(one.id, (one.name, one.id)) for one in turn.home.contacts]
    found = phone_book.find(fields["to"], entries)
    if isinstance(found, phone_book.Unsure):
        raise RequestError("unknown_id", found.sentence)
    if turn.state.call is not None:
        raise RequestError(
            "busy", f"A call with {_name(turn.state, turn.state.call.contact)} is on the line; hang up first."
        )
    id = f"c{turn.number}"
    turn.tell("call", "dialling", call_id=id, contact=found.entry.id, by=caller, incoming=False)
    number = next(one.number for one in turn.home.contacts if one.id == found.entry.id)
    turn.do(Phone("dial", id, found.entry.id, number))
    return {"call_id": id, "contact": found.entry.id}


def _away(turn: Turn, fact: Fact) -> None:
    """Something presses, and whom it is for is away: he is called, where he has said by whom ([[member]] contact)."""
    told = fact.data
    somebody_hears_it = any(members.is_home(turn.state, member) for member in told["to"])
    if somebody_hears_it or not conducting.presses(told["priority"]) or turn.state.call is not None:
        return
    wanted = {member.contact for member in turn.home.members if member.id in told["to"] and member.contact}
    contact = next((one for one in turn.home.contacts if one.id in wanted), None)
    if contact is not None:
        id = f"c{turn.number}"
        rule = "Who is away is called about what presses."
        turn.tell("call", "dialling", rule=rule, call_id=id, contact=contact.id, by=HOUSE, incoming=False)
        turn.do(Phone("dial", id, contact.id, contact.number))


def _name(state: State, contact: str) -> str:
    return next((one.name for one in state.home.contacts if one.id == contact), contact)


def _on_the_line(turn: Turn, fields: dict[str, Any]) -> tuple[Call, str]:
    """The call that a request is about, and who asks: a member, or the contact. Raises RequestError."""
    call = turn.state.call
    if call is None or call.call_id != fields["call_id"]:
        there = f"on the line is {call.call_id}" if call else "nobody is on the line"
        raise RequestError("unknown_id", f"There is no call '{fields['call_id'][:64]}'; {there}.")
    by: str = fields["by"]
    return call, by if by == call.contact else members.find(turn.state, by).id


def _answer(turn: Turn, fields: dict[str, Any], by: str | None) -> dict[str, Any]:
    call, who = _on_the_line(turn, fields)
    if call.state == "active":
        raise RequestError("busy", "That call is answered already.")
    if not call.incoming and who != call.contact:
        raise RequestError("not_allowed", f"It is for {_name(turn.state, call.contact)} to answer.")
    turn.do(Phone("answer", call.call_id, call.contact))
    _tell(turn, call, "active", who)
    return {"call_id": call.call_id, "contact": call.contact}


def _reject(turn: Turn, fields: dict[str, Any], by: str | None) -> dict[str, Any]:
    call, who = _on_the_line(turn, fields)
    if call.state == "active":
        raise RequestError("not_allowed", "That call is answered already; hang up instead.")
    turn.do(Phone("reject" if call.incoming else "hang_up", call.call_id, call.contact))
    _tell(turn, call, "refused", who)
    return {"call_id": call.call_id, "contact": call.contact}


def _hang_up(turn: Turn, fields: dict[str, Any], by: str | None) -> dict[str, Any]:
    call, who = _on_the_line(turn, fields)
    turn.do(Phone("hang_up", call.call_id, call.contact))
    _tell(turn, call, "ended", who)
    return {"call_id": call.call_id, "contact": call.contact}


def _tell(turn: Turn, call: Call, state: str, by: str, why: str = "") -> None:
    severity = "minor" if state in ("refused", "failed") else "info"
    reason: dict[str, Any] = {"why": why} if why else {}
    told: dict[str, Any] = {"call_id": call.call_id, "contact": call.contact, "by": by, "incoming": call.incoming}
    turn.tell("call", state, severity=severity, **told, **reason)


def _report(turn: Turn, fact: Fact) -> None:
    """The telephone tells what has become of a call, or that one comes in."""
    said, call = fact.data, turn.state.call
    if call is None and said["incoming"] and said["state"] == "ringing":
        contact = next((one.id for one in turn.home.contacts if said["peer"] in (one.number, one.id)), said["peer"])
        _tell(turn, Call(said["call_id"], contact, "ringing", contact, True, 0), "ringing", contact)
        text = f"{_name(turn.state, contact)} calls."
        announcements.announce(turn, text, members.first_to_tell(turn.state), "important", rule="A call comes in.")
    elif call is not None and call.call_id == said["call_id"] and said["state"] not in (call.state, "dialling"):
        by = call.contact if said["by"] == CONTACT else call.caller
        _tell(turn, call, said["state"], by, said["why"])


def use(telephone: Telephone, mono_s: float, wish: Phone) -> list[Report]:
    """Have the telephone do it; what came of it."""
    match wish.action:
        case "dial":
            return telephone.dial(mono_s, wish.call_id, wish.contact, wish.number)
        case "answer":
            return telephone.answer(mono_s, wish.call_id)
        case "reject":
            return telephone.reject(mono_s, wish.call_id)
    return telephone.hang_up(mono_s, wish.call_id)


def _fold(state: State, fact: Fact) -> None:
    data = fact.data
    call = state.call or Call(
        data["call_id"], data["contact"], "", data["by"], data["incoming"], fact.time_ms, data["by"]
    )
    call.state, call.by, call.why = fact.type, data["by"], data.get("why", "")
    state.call = call
    if fact.type in OVER:
        state.call, state.calls = None, [*state.calls, call][-LOGGED_MOST:]


def _documents(state: State) -> dict[str, Any]:
    current = _shown(state.call) if state.call else None
    return {"calls": {"current": current, "log": [_shown(call) for call in state.calls]}}


def _shown(call: Call) -> dict[str, Any]:
    shown = {name: getattr(call, name) for name in ("call_id", "contact", "state", "by", "incoming", "why")}
    return {**shown, "time": stamp(call.time_ms)}


CAPABILITY = Capability(
    requests={"call": _call, "answer": _answer, "reject": _reject, "hangup": _hang_up},
    folds={f"call/{state}": _fold for state in ("dialling", "ringing", "active", *OVER)},
    reactions={"phone/report": _report, "announcement/queued": _away},
    documents=_documents,
)
