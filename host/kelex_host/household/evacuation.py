"""S12: the evacuation: a checklist whose interlocks have to be closed, all of them, before anything can be launched.

The hatch is more than a tick on a list: while a door sensor says that it is open, it cannot be checked, and one that
opens again is not checked any more.
"""

from __future__ import annotations

from typing import Any

from kelex_host.bridge.requests import RequestError
from kelex_host.config.near import near
from kelex_host.household import announcements, members
from kelex_host.household.facts import Fact
from kelex_host.household.state import Evacuation, State
from kelex_host.household.turn import Capability, Turn

INTERLOCKS = ("infant", "crystal", "hatch")
HATCH = "hatch"
_NOT_BEGUN = "No evacuation has begun; begin one first."


def open_interlocks(state: State) -> list[str]:
    """What still stands in the way of a launch."""
    return [item for item in INTERLOCKS if item not in state.evacuation.checked]


def _evacuate(turn: Turn, fields: dict[str, Any], by: str | None) -> dict[str, Any] | RequestError:
    refused = None
    match fields["action"]:
        case "begin":
            _begin(turn)
        case "check":
            _check(turn, fields["item"])
        case "launch":
            refused = _launch(turn)
        case "abort":
            _need_begun(turn)
            turn.tell("evacuate", "aborted", severity="moderate")
    return refused or {"stage": turn.state.evacuation.stage or None, "open": open_interlocks(turn.state)}


def _begin(turn: Turn) -> None:
    if turn.state.evacuation.stage == "begun":
        raise RequestError("busy", "An evacuation has begun already; check its items, launch or abort it.")
    turn.tell("evacuate", "begun", severity="severe", open=list(INTERLOCKS))


def _need_begun(turn: Turn) -> None:
    if turn.state.evacuation.stage == "launched":
        raise RequestError("not_allowed", "It is launched: nothing can be checked or aborted any more.")
    if turn.state.evacuation.stage != "begun":
        raise RequestError("not_allowed", _NOT_BEGUN)


def _check(turn: Turn, item: str | None) -> None:
    if item is None:
        raise RequestError("missing_field", f"'check' needs the field 'item': one of {', '.join(INTERLOCKS)}.")
    _need_begun(turn)
    if item not in INTERLOCKS:
        raise RequestError("unknown_id", f"There is no item '{item[:64]}'{near(item[:64], INTERLOCKS)}")
    if item == HATCH and turn.state.doors_open:
        raise RequestError("not_allowed", f"The door at {turn.state.doors_open[0]} is open; close it first.")
    left = [one for one in open_interlocks(turn.state) if one != item]
    turn.tell("evacuate", "checked", item=item, open=left)


def _launch(turn: Turn) -> RequestError | None:
    _need_begun(turn)
    left = open_interlocks(turn.state)
    if not left:
        turn.tell("evacuate", "launched", severity="extreme")
        return None
    turn.tell("evacuate", "launch_refused", severity="severe", open=left)
    return RequestError("not_allowed", f"Nothing is launched while this is open: {', '.join(left)}. Check it first.")


def _door(turn: Turn, fact: Fact) -> None:
    """A door sensor tells; while it is open, the hatch is."""
    turn.note("evacuate", "door", drone=fact.data["drone_id"], open=fact.type == "opened")
    evacuation = turn.state.evacuation
    if fact.type == "opened" and evacuation.stage == "begun" and HATCH in evacuation.checked:
        rule = "A hatch that opens again is not checked any more."
        left = [item for item in INTERLOCKS if item == HATCH or item not in evacuation.checked]
        turn.tell("evacuate", "unchecked", severity="severe", rule=rule, item=HATCH, open=left)


def _begun(turn: Turn, fact: Fact) -> None:
    text = "Evacuation. Bring the infant and the crystal aboard, and close the hatch."
    announcements.announce(turn, text, members.everyone(turn.state), "emergency", rule="Everyone is told.")


def _fold(state: State, fact: Fact) -> None:
    evacuation, data = state.evacuation, fact.data
    match fact.type:
        case "begun":
            state.evacuation = Evacuation("begun")
        case "checked":
            evacuation.checked = [item for item in INTERLOCKS if item in evacuation.checked or item == data["item"]]
        case "unchecked":
            evacuation.checked = [item for item in evacuation.checked if item != data["item"]]
        case "launched":
            evacuation.stage = "launched"
        case "aborted":
            state.evacuation = Evacuation()
        case "door":
            others = [drone for drone in state.doors_open if drone != data["drone"]]
            state.doors_open = [*others, data["drone"]] if data["open"] else others


_EVENTS = ("begun", "checked", "unchecked", "launched", "aborted", "door")

CAPABILITY = Capability(
    requests={"evacuate": _evacuate},
    folds={f"evacuate/{type}": _fold for type in _EVENTS},
    reactions={"drone:door/opened": _door, "drone:door/closed": _door, "evacuate/begun": _begun},
)
