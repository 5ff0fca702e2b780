"""S9: the memory crystal of a running house, and the forgetting of a drone that is no more.

What takes its time with the crystal's file is done elsewhere (`Crystals`); the house hears how it went.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from kelex_host.bridge.reply import Reply
from kelex_host.bridge.requests import RequestError
from kelex_host.errors import KelexError
from kelex_host.household.facts import Fact, Input
from kelex_host.household.state import State
from kelex_host.household.turn import Capability, Forget, Turn

_TOLD = {"save": "saved", "verify": "verified", "restore": "restored"}
# What is retained of a drone.
DRONE_LEAVES = ("availability", "senses", "body")
_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
_ID = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


class Crystals(Protocol):
    """Saves, verifies and restores; how many memories are in the crystal, or what is wrong, comes later."""

    def begin(self, action: str, file: str, secret: str, done: Callable[[int | KelexError], None]) -> None:
        """Begin; `done` is called once, on the house's own loop."""


def check_name(file: str) -> None:
    """See that it is a name and no path. Raises RequestError."""
    if set(file) - _NAME or file.startswith("."):
        raise RequestError("out_of_range", f"'{file[:64]}' is no name for a crystal; use a-z, 0-9, '.', '_' and '-'.")


def begin_crystal(
    crystals: Crystals,
    fields: dict[str, Any],
    reply: Reply,
    take: Callable[[Input], object],
    answer: Callable[[Reply, dict[str, Any] | RequestError], None],
) -> None:
    """Begin; `take` hears how it went, and then there is an answer. Raises RequestError."""
    action, file = fields["action"], fields["file"]
    check_name(file)

    def done(came: int | KelexError) -> None:
        facts, why = (0, str(came)) if isinstance(came, KelexError) else (came, "")
        take(Input("crystal_done", action, {"file": file, "facts": facts, "why": why}, reply.transaction or ""))
        answer(reply, RequestError("not_allowed", why) if why else {"file": file, "facts": facts})

    crystals.begin(action, file, fields["passphrase"] or "crystal", done)


def _crystal(turn: Turn, fact: Fact) -> None:
    """It is done, or failed."""
    said = fact.data
    if said["why"]:
        turn.tell("crystal", "failed", severity="moderate", action=fact.type, file=said["file"], why=said["why"])
    else:
        turn.tell("crystal", _TOLD[fact.type], file=said["file"], facts=said["facts"])


def _forget(turn: Turn, fields: dict[str, Any], by: str | None) -> dict[str, Any]:
    drone = fields["drone"]
    if set(drone) - _ID or len(drone) > 32:
        raise RequestError("unknown_id", f"'{drone[:64]}' is no drone's id; those are of a-z, 0-9 and -.")
    known = turn.state.drones.get(drone)
    if known is not None and known.online:
        raise RequestError("not_allowed", f"The drone '{drone}' is online; unplug it first, and it can be forgotten.")
    turn.tell("forget", "forgotten", drone=drone)
    turn.do(Forget(drone))
    return {"drone": drone}


def _fold(state: State, fact: Fact) -> None:
    state.drones.pop(fact.data["drone"], None)


CAPABILITY = Capability(
    requests={"forget": _forget},
    folds={"forget/forgotten": _fold},
    reactions={f"crystal_done/{action}": _crystal for action in _TOLD},
)
