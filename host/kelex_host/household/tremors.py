"""S12: tremors, as the drones judge them. Their alarm raises the hazard, with its class and how hard it shakes; steps
and a drone's own joints are no alarm, and what the accelerometer reads meanwhile counts for nothing here.

A tremor is over when each drone that felt it has said so, CALM_MS ago: aftershocks belong to it. One that can say so
no more ends it too: it started anew, or it has been silent for SILENT_MS.
"""

from __future__ import annotations

from kelex_host.household import announcements, hazards, members
from kelex_host.household.facts import SEVERITIES, Fact, Moment, boot_and_number
from kelex_host.household.state import State, Tremor
from kelex_host.household.turn import Capability, Turn

KIND = "tremor"
CALM_MS = 20_000
SILENT_MS = 60_000
_SAID_SO = "The drone that felt it says that it is over."
_SILENT = "The drone that felt it is silent."
_ANEW = "The drone that felt it has started anew since."


def _felt(turn: Turn, fact: Fact) -> None:
    """A drone's alarm is raised, or graver than before. One of an earlier start of it is over with that start."""
    if fact.data["alarm"] != KIND or fact.data.get("earlier_boot"):
        return
    drone, peak = fact.data["drone_id"], fact.data["reading"]
    boot, _ = boot_and_number(fact.id)
    turn.note("tremor", "felt", drone=drone, boot=boot, peak=peak)
    known = turn.state.hazards.get(KIND)
    if known is None or SEVERITIES.index(fact.severity) > SEVERITIES.index(known.level):
        by_hand = known is not None and known.by_hand
        hazards.tell_raised(turn, KIND, fact.severity, turn.home.drones.get(drone), by_hand=by_hand, peak=peak)


def _over(turn: Turn, fact: Fact) -> None:
    if fact.data["alarm"] == KIND:
        _ends(turn, fact.data["drone_id"], CALM_MS, _SAID_SO, fact.data["reading"], fact.data["lasted_s"])


def _ends(turn: Turn, drone: str, after_ms: int, why: str, peak: float = 0.0, lasted_s: int = 0) -> None:
    """What a drone feels is over after so long, unless something else comes before."""
    felt = turn.state.tremors.get(drone)
    if felt is not None and (not felt.ends_ms or turn.now.at_ms + after_ms < felt.ends_ms):
        peak, lasted_s = max(peak, felt.peak), max(lasted_s, (turn.now.at_ms - felt.since_ms) // 1000)
        ends_ms = turn.now.at_ms + after_ms
        turn.note("tremor", "ending", drone=drone, ends_ms=ends_ms, why=why, peak=peak, lasted_s=lasted_s)


def _due(state: State, now: Moment) -> int | None:
    return min((felt.ends_ms for felt in state.tremors.values() if felt.ends_ms), default=None)


def _tick(turn: Turn) -> None:
    for drone, felt in list(turn.state.tremors.items()):
        if felt.ends_ms and turn.now.at_ms >= felt.ends_ms:
            turn.note("tremor", "over", drone=drone)
            if not turn.state.tremors:
                _clear(turn, felt)


def _clear(turn: Turn, felt: Tremor) -> None:
    """No drone feels it any more: everyone who was told of it is told how bad it was."""
    known = turn.state.hazards.get(KIND)
    if known is None or known.by_hand:
        return
    level, peak, lasted_s = known.level, felt.peak, felt.lasted_s
    hazards.tell_cleared(turn, KIND, felt.why, level=level, peak=peak, lasted_s=lasted_s)
    whom = members.everyone(turn.state)
    if level in hazards.PRIORITIES and whom:
        text = f"The tremor is over: {level}, {peak:.1f} m/s² at most, {lasted_s} s long."
        announcements.announce(turn, text, whom, "important", rule="Who was told of a tremor is told of its end.")


# A drone that can tell no more


def _online(turn: Turn, fact: Fact) -> None:
    drone = fact.data["drone"]
    felt = turn.state.tremors.get(drone)
    if felt is None:
        return
    if felt.boot != fact.data.get("boot", felt.boot):
        _ends(turn, drone, 0, _ANEW)
    elif felt.why == _SILENT:
        turn.note("tremor", "lasting", drone=drone)


def _silent(turn: Turn, fact: Fact) -> None:
    """A drone is offline; or the house begins, and has yet to hear of each of them."""
    for drone in list(turn.state.tremors) if fact.subject == "start" else [fact.data["drone"]]:
        _ends(turn, drone, SILENT_MS, _SILENT)


# Folds


def _fold(state: State, fact: Fact) -> None:
    data = fact.data
    known = state.tremors.get(data["drone"])
    if fact.type == "felt":
        since_ms, peak = (fact.at_ms, 0.0) if known is None else (known.since_ms, known.peak)
        state.tremors[data["drone"]] = Tremor(data["boot"], max(peak, data["peak"]), since_ms)
        return
    assert known is not None, "only what is felt ends"
    if fact.type == "over":
        del state.tremors[data["drone"]]
        for other in state.tremors.values():  # the house's tremor is one, and its end tells of all of it
            other.peak = max(other.peak, known.peak)
            other.since_ms = min(other.since_ms, known.since_ms)
    elif fact.type == "lasting":
        known.ends_ms, known.why = 0, ""
    else:
        known.ends_ms, known.why = data["ends_ms"], data["why"]
        known.peak, known.lasted_s = data["peak"], data["lasted_s"]


CAPABILITY = Capability(
    folds={f"tremor/{type}": _fold for type in ("felt", "ending", "lasting", "over")},
    reactions={
        "drone:alarm/raised": _felt,
        "drone:alarm/cleared": _over,
        "link/online": _online,
        "link/offline": _silent,
        "start/house": _silent,
    },
    due=_due,
    tick=_tick,
)
