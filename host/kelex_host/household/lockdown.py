"""S13: lockdown: by order, or by rule where somebody comes near while nobody is at home. Only the owner lifts it.

It lives in the journal, so it survives a restart of the house; a drone that starts anew is told again.
"""

from __future__ import annotations

from typing import Any

from kelex_host.household import announcements, members
from kelex_host.household.facts import Fact, stamp
from kelex_host.household.state import State
from kelex_host.household.turn import Capability, Turn

SAFE_POSE = "safe"
# What stands so near before a drone in an empty house has come in.
APPROACH_MM = 1_000
BY_ORDER = "by order"


def _lockdown(turn: Turn, fields: dict[str, Any], by: str | None) -> dict[str, Any]:
    who: dict[str, Any] = {"by": by} if by else {}
    if fields["on"]:
        turn.tell("lockdown", "locked", severity="severe", reason=fields["reason"] or BY_ORDER, **who)
    else:
        turn.tell("lockdown", "lifted", severity="moderate", reason=fields["reason"] or BY_ORDER, **who)
    return {"on": turn.state.lockdown is not None}


def _locked(turn: Turn, fact: Fact) -> None:
    """Arms to where they can do no harm, and everyone is told."""
    for drone in turn.home.drones:
        turn.order(drone, "pose", name=SAFE_POSE, duration_ms=None)
    announcements.withdraw(turn, turn.state.lockdown_announcement, "The lockdown is told anew.")
    whom = members.everyone(turn.state)
    if whom:
        text = f"The house is locked down: {fact.data['reason']}."
        id, _ = announcements.announce(turn, text, whom, "urgent", rule="Everyone is told of a lockdown.")
        turn.note("lockdown", "announced", id=id)


def _lifted(turn: Turn, fact: Fact) -> None:
    announcements.withdraw(turn, turn.state.lockdown_announcement, "The lockdown is lifted.")


def _online(turn: Turn, fact: Fact) -> None:
    """A drone that was away is told again."""
    if turn.state.lockdown is not None:
        turn.order(fact.data["drone"], "pose", name=SAFE_POSE, duration_ms=None)


def _may_lock(turn: Turn) -> bool:
    state = turn.state
    return state.home.lockdown_when_away and state.lockdown is None and not state.occupied


def _moves(turn: Turn, fact: Fact) -> None:
    if _may_lock(turn):
        _lock(turn, f"somebody moves near {fact.data['drone_id']}, and nobody is at home")


def _senses(turn: Turn, fact: Fact) -> None:
    range_mm = fact.data["senses"].get("range")
    if range_mm is not None and range_mm <= APPROACH_MM and _may_lock(turn):
        _lock(turn, f"something is {range_mm:g} mm before {fact.data['drone']}, and nobody is at home")


def _lock(turn: Turn, reason: str) -> None:
    rule = "[lockdown] when_away: what comes near an empty house locks it down."
    turn.tell("lockdown", "locked", severity="severe", rule=rule, reason=reason)


def _fold(state: State, fact: Fact) -> None:
    state.lockdown = fact.data["reason"] if fact.type == "locked" else None
    state.lockdown_ms = fact.time_ms


def _fold_announced(state: State, fact: Fact) -> None:
    state.lockdown_announcement = fact.data["id"]


def _documents(state: State) -> dict[str, Any]:
    if state.lockdown is None:
        return {}
    text = f"The house is locked down: {state.lockdown}."
    alert = {"id": "lockdown", "severity": "severe", "text": text, "time": stamp(state.lockdown_ms)}
    return {"alerts/lockdown": alert}


CAPABILITY = Capability(
    requests={"lockdown": _lockdown},
    folds={"lockdown/locked": _fold, "lockdown/lifted": _fold, "lockdown/announced": _fold_announced},
    reactions={
        "lockdown/locked": _locked,
        "lockdown/lifted": _lifted,
        "drone/online": _online,
        "drone:presence/detected": _moves,
        "senses/drone": _senses,
    },
    documents=_documents,
)
