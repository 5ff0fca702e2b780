"""S3: what the drones do while something is told: a gesture, the eye, the holo-disk with the headline, and its end.

In quiet mode light and gesture stand for sound; only an emergency is loud.
"""

from __future__ import annotations

from collections.abc import Callable

from kelex_host.household import members
from kelex_host.household.facts import Fact
from kelex_host.household.state import Announcement, State
from kelex_host.household.turn import Hush, Reaction, Speak, Turn

# What begins when (ms after the start), in this order.
STEPS_MS = (0, 300, 600)
GESTURES = {"routine": "nod", "important": "present", "urgent": "alert", "emergency": "alert"}
EYES = {
    "routine": ("white", "steady"),
    "important": ("blue", "breathe"),
    "urgent": ("amber", "blink"),
    "emergency": ("red", "blink"),
}
TONES = {"important": "chime", "urgent": "alert", "emergency": "alarm"}


def is_loud(state: State, priority: str) -> bool:
    """Whether something of this priority may be heard now."""
    return priority == "emergency" or not state.quiet.causes


def tick(turn: Turn) -> None:
    """Take the steps of the presentation that are due."""
    one = turn.state.announcements.get(turn.state.current)
    if one is None:
        return
    while one.step < len(STEPS_MS) and turn.now.at_ms >= one.started_ms + STEPS_MS[one.step]:
        drones = _drones(turn.state, one)
        for drone in drones:
            _STEPS[one.step](turn, drone, one)
        turn.note("announcement", "presented", id=one.id, step=one.step + 1, drones=drones)


def dues(one: Announcement) -> list[int]:
    """When (at_ms) the next step is due."""
    return [one.started_ms + STEPS_MS[one.step]] if one.step < len(STEPS_MS) else []


def fold(state: State, fact: Fact) -> None:
    """A step was taken."""
    state.announcements[fact.data["id"]].step = fact.data["step"]
    state.lit = list(dict.fromkeys([*state.lit, *fact.data["drones"]]))


def fold_dark(state: State, fact: Fact) -> None:
    """Eyes and disks are dark again."""
    state.lit = [drone for drone in state.lit if drone not in fact.data["drones"]]


def _attention(turn: Turn, drone: str, one: Announcement) -> None:
    turn.order(drone, "gesture", name=GESTURES[one.priority], repeat=None)


def _eye(turn: Turn, drone: str, one: Announcement) -> None:
    color, effect = EYES[one.priority]
    turn.order(drone, "eye", color=color, effect=effect)
    if one.priority in TONES and is_loud(turn.state, one.priority):
        turn.order(drone, "tone", name=TONES[one.priority], frequency_hz=None, duration_ms=None)


def _headline(turn: Turn, drone: str, one: Announcement) -> None:
    turn.order(drone, "holodisk", on=True)


_STEPS: tuple[Callable[[Turn, str, Announcement], None], ...] = (_attention, _eye, _headline)


def _begin(turn: Turn, fact: Fact) -> None:
    one = turn.state.announcements.get(fact.data["id"])
    if one is None:  # settled within the same turn
        return
    if is_loud(turn.state, one.priority):
        rooms = sorted(room for room in members.rooms_of(turn.state, one.to) if room)
        turn.do(Speak(one.id, f"{one.address}: {one.text}" if one.address else one.text, rooms))
    tick(turn)


def end(turn: Turn, fact: Fact) -> None:
    """It is over, or something else begins: eye and disk go dark, but where what now speaks needs them."""
    turn.do(Hush(fact.data["id"]))
    current = turn.state.announcements.get(turn.state.current)
    needed = _drones(turn.state, current) if current else []
    dark = [drone for drone in turn.state.lit if drone not in needed]
    if dark:
        for drone in dark:
            turn.order(drone, "holodisk", on=False)
            turn.order(drone, "eye", color="off", effect=None)
        turn.note("announcement", "dark", drones=dark)


def _drones(state: State, one: Announcement) -> list[str]:
    return state.home.drones_in(members.rooms_of(state, one.to))


REACTIONS: dict[str, Reaction] = {
    "announcement/started": _begin,
    "announcement/resumed": _begin,
    "announcement/interrupted": end,
    "announcement/delivered": end,
    "announcement/repeated": end,
}
