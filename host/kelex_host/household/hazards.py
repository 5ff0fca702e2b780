"""S12: hazards, told by somebody or sensed by a drone: raised, told to everyone, and cleared. Tremors: tremors.py."""

from __future__ import annotations

from typing import Any

from kelex_host.bridge.requests import RequestError
from kelex_host.household import announcements, members
from kelex_host.household.facts import SEVERITIES, Fact, stamp
from kelex_host.household.state import Hazard, State
from kelex_host.household.turn import Capability, Turn

LEVELS = ("none", "minor", "moderate", "severe", "extreme")
PRIORITIES = {"moderate": "important", "severe": "urgent", "extreme": "emergency"}
# From how many °C on it is a hazard of which level, the gravest first.
HEAT = ((60.0, "extreme"), (45.0, "severe"))
BATTERY_LOW, BATTERY_WELL = 15.0, 25.0
# A hazard that a drone senses is over when it reads less than this share of its least level, so long after it began.
WELL_SHARE = 0.6
WELL_MS = 20_000


def _hazard(turn: Turn, fields: dict[str, Any], by: str | None) -> dict[str, Any]:
    kind, level, room = fields["kind"], fields["level"], fields["room"]
    if room is not None:
        members.check_room(turn.state, room)
    if level == "none":
        if kind not in turn.state.hazards:
            raised = ", ".join(turn.state.hazards) or "none"
            raise RequestError("unknown_id", f"No hazard '{kind[:64]}' is raised; raised are: {raised}.")
        tell_cleared(turn, kind)
    else:
        tell_raised(turn, kind, level, room, by_hand=True)
    return {"kind": kind, "level": level}


def _senses(turn: Turn, fact: Fact) -> None:
    room = turn.home.drones.get(fact.data["drone"])
    celsius = fact.data["senses"].get("temperature")
    if celsius is not None:
        level = next((level for low, level in HEAT if celsius >= low), "none")
        _judge(turn, "heat", room, level, well=celsius < WELL_SHARE * HEAT[-1][0])
    battery = fact.data["senses"].get("battery_level")
    if battery is not None:
        level = "moderate" if battery < BATTERY_LOW else "none"
        _judge(turn, "battery", room, level, well=battery > BATTERY_WELL)


def _judge(turn: Turn, kind: str, room: str | None, level: str, *, well: bool) -> None:
    known = turn.state.hazards.get(kind)
    if known is not None and known.by_hand:
        return
    if level != "none" and (known is None or SEVERITIES.index(level) > SEVERITIES.index(known.level)):
        tell_raised(turn, kind, level, room, by_hand=False)
    elif known is not None and well and turn.now.at_ms - known.since_ms >= WELL_MS and known.room == room:
        tell_cleared(turn, kind, "No sensor tells of it any more.")


def tell_raised(turn: Turn, kind: str, level: str, room: str | None, *, by_hand: bool, **more: Any) -> None:
    """A hazard is there, or not as it was told before."""
    before = turn.state.hazards.get(kind)
    turn.tell("hazard", "raised", severity=level, kind=kind, level=level, room=room, by_hand=by_hand, **more)
    if before is not None:
        announcements.withdraw(turn, before.announcement, "The hazard has changed.")


def tell_cleared(turn: Turn, kind: str, rule: str = "", **more: Any) -> None:
    """It is over, and what is still open about it is told no more."""
    known = turn.state.hazards[kind]
    turn.tell("hazard", "cleared", rule=rule, kind=kind, **more)
    announcements.withdraw(turn, known.announcement, "The hazard is over.")


def _raised(turn: Turn, fact: Fact) -> None:
    priority = PRIORITIES.get(fact.severity)
    whom = members.everyone(turn.state)
    if priority and whom:
        where = f" in the {fact.data['room']}" if fact.data["room"] else ""
        peak = f": {fact.data['peak']:.1f} m/s²" if "peak" in fact.data else ""
        text = f"Hazard: {fact.data['kind']}{where}, {fact.data['level']}{peak}."
        id, _ = announcements.announce(turn, text, whom, priority, rule="Everyone is told of a hazard.")
        turn.note("hazard", "announced", kind=fact.data["kind"], id=id)


def _fold_raised(state: State, fact: Fact) -> None:
    data = fact.data
    state.hazards[data["kind"]] = Hazard(data["level"], data["room"], fact.at_ms, fact.time_ms, data["by_hand"])


def _fold_announced(state: State, fact: Fact) -> None:
    state.hazards[fact.data["kind"]].announcement = fact.data["id"]


def _fold_cleared(state: State, fact: Fact) -> None:
    del state.hazards[fact.data["kind"]]


def _documents(state: State) -> dict[str, Any]:
    return {
        f"alerts/hazard-{topic_name(kind)}": {
            "id": f"hazard-{topic_name(kind)}",
            "severity": hazard.level,
            "text": f"Hazard: {kind}{f' in the {hazard.room}' if hazard.room else ''}.",
            "time": stamp(hazard.time_ms),
        }
        for kind, hazard in state.hazards.items()
    }


def topic_name(text: str) -> str:
    """A name as a topic may have it: a-z, 0-9 and `-`."""
    return "".join(letter if letter in "abcdefghijklmnopqrstuvwxyz0123456789-" else "-" for letter in text.lower())


CAPABILITY = Capability(
    requests={"hazard": _hazard},
    folds={"hazard/raised": _fold_raised, "hazard/announced": _fold_announced, "hazard/cleared": _fold_cleared},
    reactions={"senses/drone": _senses, "hazard/raised": _raised},
    documents=_documents,
)
