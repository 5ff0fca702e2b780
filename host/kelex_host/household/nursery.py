"""S6: the nursery watch: sleep and waking, crying, the air; whom to tell, and soothing before anybody is woken.

The drones listen and measure; they also raise the alarm by themselves where the house is gone. What is told here is
told to the first of the household's order who is at home, and by the rules of announcements to the next.
"""

from __future__ import annotations

from typing import Any

from kelex_host.bridge.requests import RequestError
from kelex_host.household import announcements, members, quiet
from kelex_host.household.facts import Fact, Moment
from kelex_host.household.state import State
from kelex_host.household.turn import Capability, Turn

# How far back inside its limits the air has to be before it counts as well again.
HYSTERESIS_C = 0.5


def _nursery(turn: Turn, fields: dict[str, Any], by: str | None) -> dict[str, Any]:
    low, high = limits(turn.state)
    wanted = fields["limits"] or {}
    new_low, new_high = (
        old if wanted.get(name) is None else wanted[name] for name, old in (("low", low), ("high", high))
    )
    if new_low >= new_high:
        raise RequestError("out_of_range", f"The limits leave no room: {new_low:g} is not below {new_high:g} °C.")
    if fields["limits"] is not None:
        turn.tell("nursery", "limits_set", low=new_low, high=new_high)
    if fields["watch"] is not None:
        turn.tell("nursery", "watch_on" if fields["watch"] else "watch_off", severity=_of_watch(fields["watch"]))
    if fields["infant"] is not None:
        turn.tell("nursery", "asleep" if fields["infant"] == "asleep" else "woke")
    nursery = turn.state.nursery
    low, high = limits(turn.state)
    return {"watch": nursery.watch, "infant": nursery.infant, "limits": {"low": low, "high": high}}


def _of_watch(on: bool) -> str:
    return "info" if on else "minor"


def limits(state: State) -> tuple[float, float]:
    """The limits of the air in °C: as they were set, else as configured."""
    nursery, home = state.nursery, state.home
    low = home.too_cold_c if nursery.low is None else nursery.low
    return low, home.too_hot_c if nursery.high is None else nursery.high


def rooms(state: State) -> set[str | None]:
    """Where infants are."""
    return members.rooms_of(state, [member.id for member in state.home.members if member.role == "infant"])


def _infants(state: State) -> str:
    names = [member.name for member in state.home.members if member.role == "infant"]
    return " and ".join(names) or "The infant"


# What the drones do by themselves where the house is gone


def _mind(turn: Turn, fact: Fact) -> None:
    """Every drone minds the nursery by the house's limits where an infant is, also when the house is gone."""
    low, high = limits(turn.state)
    for id, room in turn.home.drones.items():
        drone = turn.state.drones.get(id)
        if drone is not None and drone.online:
            watch = turn.state.nursery.watch and room in rooms(turn.state)
            turn.order(id, "mind", watch=watch, too_cold=low, too_hot=high)


# What the drones hear and measure


def _cry_started(turn: Turn, fact: Fact) -> None:
    room = turn.home.drones.get(fact.data["drone_id"], "")
    if turn.state.nursery.watch and not turn.state.nursery.crying:
        turn.tell("nursery", "cry_started", severity="moderate", room=room)


def _cry_ended(turn: Turn, fact: Fact) -> None:
    if turn.state.nursery.crying:
        turn.tell("nursery", "cry_ended", room=turn.state.nursery.crying)


def _cries(turn: Turn, fact: Fact) -> None:
    """He is soothed first where that is configured, else somebody is told at once."""
    if turn.state.nursery.infant == "asleep":
        turn.tell("nursery", "woke", rule="Who cries is awake.")
    if turn.home.soothe_s:
        for drone in turn.home.drones_in({fact.data["room"]}):
            turn.order(drone, "eye", color="amber", effect="breathe")
            turn.order(drone, "tone", name="lullaby", frequency_hz=None, duration_ms=None)
    else:
        _tell(turn, "crying", f"{_infants(turn.state)} is crying.", "Somebody has to see to an infant that cries.")


def _tick(turn: Turn) -> None:
    nursery = turn.state.nursery
    if nursery.soothe_ms and turn.now.at_ms >= nursery.soothe_ms:
        turn.note("nursery", "soothed", enough=False)
        rule = "He was soothed first, and cries on."
        _tell(turn, "crying", f"{_infants(turn.state)} is still crying.", rule)


def _due(state: State, now: Moment) -> int | None:
    return state.nursery.soothe_ms or None


def _calm(turn: Turn, fact: Fact) -> None:
    _withdraw(turn, "crying", "He cries no more.")
    if turn.home.soothe_s:
        for drone in turn.home.drones_in({fact.data["room"]}):
            turn.order(drone, "eye", color="off", effect=None)


def _senses(turn: Turn, fact: Fact) -> None:
    """The air of a room with an infant: outside its limits, or well within them again."""
    state, celsius = turn.state, fact.data["senses"].get("temperature")
    room = state.home.drones.get(fact.data["drone"])
    if celsius is None or not state.nursery.watch or room not in rooms(state):
        return
    low, high = limits(state)
    climate = state.nursery.climate
    told: dict[str, Any] = {"celsius": celsius, "room": room}
    if celsius > high and climate != "too_hot":
        turn.tell("nursery", "too_hot", severity="severe", limit=high, **told)
    elif celsius < low and climate != "too_cold":
        turn.tell("nursery", "too_cold", severity="severe", limit=low, **told)
    elif climate and low + HYSTERESIS_C <= celsius <= high - HYSTERESIS_C:
        turn.tell("nursery", "comfortable", **told)


def _climate(turn: Turn, fact: Fact) -> None:
    _withdraw(turn, "climate", "The air has changed.")
    if fact.type != "comfortable":
        what = "warm" if fact.type == "too_hot" else "cold"
        text = f"It is too {what} for {_infants(turn.state)}: {fact.data['celsius']:.1f} degrees."
        _tell(turn, "climate", text, "The air has to be within its limits where an infant is.")


def _tell(turn: Turn, about: str, text: str, rule: str) -> None:
    to = members.first_to_tell(turn.state)
    id, _ = announcements.announce(turn, text, to, "urgent", rule=rule)
    turn.note("nursery", "telling", about=about, id=id)


def _withdraw(turn: Turn, about: str, rule: str) -> None:
    if about in turn.state.nursery.telling:
        announcements.withdraw(turn, turn.state.nursery.telling[about], rule)
        turn.note("nursery", "telling", about=about, id=None)


def _sleeps(turn: Turn, fact: Fact) -> None:
    """An infant's sleep makes the house quiet."""
    asleep = fact.type == "asleep"
    if turn.home.quiet_infant and asleep != (quiet.INFANT in turn.state.quiet.causes):
        quiet.switch(turn, quiet.INFANT, asleep, rule="The house is quiet while the infant sleeps.")


# Folds


def _fold(state: State, fact: Fact) -> None:
    nursery, data = state.nursery, fact.data
    match fact.type:
        case "watch_on" | "watch_off":
            nursery.watch = fact.type == "watch_on"
        case "asleep" | "woke":
            nursery.infant = "asleep" if fact.type == "asleep" else "awake"
        case "limits_set":
            nursery.low, nursery.high = data["low"], data["high"]
        case "cry_started":
            nursery.crying = data["room"]
            nursery.soothe_ms = fact.at_ms + round(state.home.soothe_s * 1000) if state.home.soothe_s else 0
        case "cry_ended":
            nursery.crying, nursery.soothe_ms = "", 0
        case "soothed":
            nursery.soothe_ms = 0
        case "too_hot" | "too_cold" | "comfortable":
            nursery.climate = "" if fact.type == "comfortable" else fact.type
            nursery.celsius = data["celsius"]
        case "telling":
            nursery.telling.pop(data["about"], None)
            if data["id"]:
                nursery.telling[data["about"]] = data["id"]


def _documents(state: State) -> dict[str, Any]:
    nursery = state.nursery
    low, high = limits(state)
    alerts: dict[str, Any] = {}
    if nursery.climate:
        text = f"It is {nursery.climate.replace('_', ' ')} in the nursery."
        alerts["alerts/nursery-climate"] = {"id": "nursery-climate", "severity": "severe", "text": text}
    if nursery.crying:
        text = f"{_infants(state)} is crying."
        alerts["alerts/nursery-crying"] = {"id": "nursery-crying", "severity": "moderate", "text": text}
    return alerts | {
        "nursery": {
            "watch": nursery.watch,
            "infant": nursery.infant,
            "crying": bool(nursery.crying),
            "climate": nursery.climate or "comfortable",
            "limits": {"low": low, "high": high},
        }
    }


_EVENTS = ("watch_on", "watch_off", "asleep", "woke", "limits_set", "cry_started", "cry_ended", "soothed", "too_hot",
           "too_cold", "comfortable", "telling")  # fmt: skip

CAPABILITY = Capability(
    requests={"nursery": _nursery},
    folds={f"nursery/{type}": _fold for type in _EVENTS},
    reactions={
        "drone:cry/cry_started": _cry_started,
        "drone:cry/cry_ended": _cry_ended,
        "nursery/cry_started": _cries,
        "nursery/cry_ended": _calm,
        "nursery/asleep": _sleeps,
        "nursery/woke": _sleeps,
        "nursery/too_hot": _climate,
        "nursery/too_cold": _climate,
        "nursery/comfortable": _climate,
        "senses/drone": _senses,
        "drone/online": _mind,
        "nursery/watch_on": _mind,
        "nursery/watch_off": _mind,
        "nursery/limits_set": _mind,
    },
    due=_due,
    tick=_tick,
    documents=_documents,
)
