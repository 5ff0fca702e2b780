"""S1: who belongs to the household, and how each is addressed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from kelex_host.bridge.requests import RequestError
from kelex_host.config.near import near
from kelex_host.household.facts import Fact
from kelex_host.household.home import Home, Member
from kelex_host.household.state import Person, State
from kelex_host.household.turn import Capability, Turn

EVERYONE = "everyone"
# Forms of address that are written small where they do not begin the sentence; a name never is.
COURTESIES = {"sir", "ma'am", "madam", "master", "mistress", "miss", "my lady", "my lord"}


def find(state: State, id: str) -> Member:
    """A member by id. Raises RequestError."""
    member = state.home.member(id)
    if member is None:
        known = [one.id for one in state.home.members]
        raise RequestError("unknown_member", f"Nobody here is called '{id[:64]}'{near(id[:64], known)}")
    return member


def check_room(state: State, room: str) -> None:
    """See that a room is there. Raises RequestError."""
    if room not in state.home.rooms:
        raise RequestError("unknown_room", f"There is no room '{room[:64]}'{near(room[:64], state.home.rooms)}")


def find_group(state: State, ids: Iterable[str]) -> list[str]:
    """The members that ids stand for, in the household's order; `everyone` are all who are told things.

    Raises RequestError.
    """
    wanted = set()
    for id in ids:
        if id == EVERYONE:
            wanted |= {member.id for member in state.home.members if member.is_told_things}
        else:
            wanted.add(find(state, id).id)
    if not wanted:
        raise RequestError("unknown_member", "There is nobody in this house who could be told; add a [[member]].")
    return [member.id for member in state.home.members if member.id in wanted]


def address_of(home: Home, ids: Iterable[str]) -> str:
    """How members are addressed together: "Sir, ma'am"."""
    forms = [member.address or member.name for id in ids if (member := home.member(id))]
    return ", ".join([*forms[:1], *(_small(form) for form in forms[1:])])


def _small(form: str) -> str:
    return form[0].lower() + form[1:] if form.lower() in COURTESIES else form


def is_home(state: State, id: str) -> bool:
    """Whether a member is at home."""
    person = state.people.get(id)
    return person is not None and person.room is not None


def rooms_of(state: State, ids: Iterable[str]) -> set[str | None]:
    """Where members are."""
    return {state.people[id].room for id in ids if is_home(state, id)}


def first_to_tell(state: State) -> list[str]:
    """Whom to tell what concerns the house: the first of its order who is at home; else all of that order."""
    present = [id for id in state.home.escalation if is_home(state, id)]
    return present[:1] or list(state.home.escalation) or find_group(state, [EVERYONE])


def everyone(state: State) -> list[str]:
    """All who are told things."""
    return [member.id for member in state.home.members if member.is_told_things]


def _start(turn: Turn, fact: Fact) -> None:
    """The house starts: what is configured may have changed."""
    home = fact.data["home"]
    if home != msgspec.to_builtins(turn.home):
        turn.note("house", "configured", home=home)


def _configured(state: State, fact: Fact) -> None:
    state.home = msgspec.convert(fact.data["home"], Home)
    known = {member.id: member for member in state.home.members}
    for id in set(state.people) - set(known):
        del state.people[id]
    for id, member in known.items():
        person = state.people.setdefault(id, Person(member.room, fact.at_ms))
        if person.room not in state.home.rooms:
            person.room = None


def _documents(state: State) -> dict[str, Any]:
    return {
        "members": {
            "members": [
                {
                    "id": member.id,
                    "name": member.name,
                    "address": member.address,
                    "role": member.role,
                    "room": state.people[member.id].room,
                    "home": is_home(state, member.id),
                }
                for member in state.home.members
            ]
        },
        "mode": {
            "quiet": bool(state.quiet.causes),
            "quiet_causes": state.quiet.causes,
            "lockdown": state.lockdown is not None,
            "evacuation": state.evacuation.stage or None,
            "occupied": state.occupied,
        },
    }


CAPABILITY = Capability(
    reactions={"start/house": _start},
    folds={"house/configured": _configured},
    documents=_documents,
)
