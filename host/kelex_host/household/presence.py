"""S4: who is where. A motion sensor only knows that somebody is there; who it is, `presence` says."""

from __future__ import annotations

from typing import Any

from kelex_host.household import members
from kelex_host.household.facts import Fact
from kelex_host.household.state import Person, State
from kelex_host.household.turn import Capability, Turn


def _presence(turn: Turn, fields: dict[str, Any], by: str | None) -> dict[str, Any]:
    member, room = members.find(turn.state, fields["member"]).id, fields["room"]
    if room is not None:
        members.check_room(turn.state, room)
    before = turn.state.people[member].room
    if room is None:
        turn.tell("presence", "departed", member=member, room=None, was=before)
    else:
        turn.tell("presence", "arrived" if before is None else "moved", member=member, room=room, was=before)
    return {"member": member, "room": room, "was": before}


def _fold(state: State, fact: Fact) -> None:
    state.people[fact.data["member"]] = Person(fact.data["room"], fact.at_ms)


CAPABILITY = Capability(
    requests={"presence": _presence},
    folds=dict.fromkeys(("presence/arrived", "presence/departed", "presence/moved"), _fold),
)
