"""The holo-phone's line, whatever telephone is behind it: the states of a call, one call at a time, and limits.

    dial ------> dialling ---> ringing ---> active ---> ended
    is called -------------->    |            |
                                 |            `-------> failed
                                 `--------> ended, refused, failed (from dialling, too)

A call only goes forward here. What a telephone says twice, late or about another call is dropped and counted. A call
that nobody answers, and one that never ends, end by themselves.

Each telephone is an adapter: `phone_simulated.py` (the contacts of the simulated house), `phone_gateway.py` (any
telephone that speaks MQTT), `shells/phone_sip.py` (SIP, by Debian's baresip).
"""

from __future__ import annotations

from typing import Protocol

import msgspec

RANKS = {"dialling": 0, "ringing": 1, "active": 2, "ended": 3, "refused": 3, "failed": 3}
OVER = ("ended", "refused", "failed")
HOUSE, CONTACT = "house", "contact"
ID_CHARACTERS = 64
PEER_CHARACTERS = 200
WHY_CHARACTERS = 200


class Report(msgspec.Struct, frozen=True):
    """A call is now in this state. `by` says who brought it about, of `house` and `contact`, empty for neither.

    `peer` is the number, or who calls; `why` is for people, the end of a sentence.
    """

    call_id: str
    state: str
    peer: str = ""
    by: str = ""
    why: str = ""
    incoming: bool = False


class Limits(msgspec.Struct, frozen=True):
    """Until the other side rings, until somebody answers, and for how long a call lasts at most."""

    dialling_s: float = 30.0
    ringing_s: float = 60.0
    active_s: float = 4 * 3600.0

    def of(self, state: str) -> float:
        """How long a call may be in a state."""
        return {"dialling": self.dialling_s, "ringing": self.ringing_s, "active": self.active_s}[state]


class Telephone(Protocol):
    """What the house asks of an adapter. Each method tells what came of it, and more follows by `step` or a callback.

    `mono_s` is monotonic. A call that is not there is no error: it may just have ended.
    """

    def dial(self, mono_s: float, call_id: str, contact: str, number: str) -> list[Report]:
        """Call somebody: `contact` is his id, `number` what to dial."""

    def answer(self, mono_s: float, call_id: str) -> list[Report]:
        """Take an incoming call."""

    def reject(self, mono_s: float, call_id: str) -> list[Report]:
        """Refuse an incoming call."""

    def hang_up(self, mono_s: float, call_id: str) -> list[Report]:
        """End a call."""

    def step(self, mono_s: float) -> list[Report]:
        """Do what is due."""

    def due_s(self) -> float:
        """When `step` next has something to do (mono_s)."""


class Call(msgspec.Struct):
    """The call on the line."""

    call_id: str
    peer: str
    incoming: bool
    state: str
    since_s: float


class Line:
    """The one line of the house. `ignored` counts what telephones said out of turn."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.call: Call | None = None
        self.ignored = 0
        self._limits = limits or Limits()

    def has(self, call_id: str, *states: str) -> bool:
        """Whether that call is on the line, in one of these states if any are given."""
        call = self.call
        return call is not None and call.call_id == call_id and (not states or call.state in states)

    def dial(self, mono_s: float, call_id: str, peer: str) -> list[Report]:
        """The house calls."""
        if self.call:
            return [Report(call_id, "failed", peer, why="the line is busy; hang up first")]
        return self._begin(Call(call_id, peer, False, "dialling", mono_s))

    def incoming(self, mono_s: float, call_id: str, peer: str) -> list[Report]:
        """The house is called; nothing where the line is busy: the caller is to be told so."""
        return [] if self.call else self._begin(Call(call_id, peer, True, "ringing", mono_s))

    def heard(self, mono_s: float, call_id: str, state: str, by: str = "", why: str = "") -> list[Report]:
        """A telephone says that the call is now in this state; it is told if that is news."""
        call = self.call
        if call is None or call.call_id != call_id or RANKS[state] <= RANKS[call.state]:
            self.ignored += 1
            return []
        if call.state == "active" and state == "refused":
            state = "ended"  # what was answered cannot be refused any more
        call.state, call.since_s = state, mono_s
        report = Report(call.call_id, state, call.peer, by, why[:WHY_CHARACTERS], call.incoming)
        if state in OVER:
            self.call = None
        return [report]

    def broken(self, mono_s: float, why: str) -> list[Report]:
        """The telephone is gone, and a call with it."""
        return self.heard(mono_s, self.call.call_id, "failed", why=why) if self.call else []

    def step(self, mono_s: float) -> list[Report]:
        """End a call that is over its limit. The adapter has to hang up."""
        if self.call is None or mono_s < self.due_s():
            return []
        if self.call.state == "active":
            hours = self._limits.active_s / 3600
            return self.heard(mono_s, self.call.call_id, "ended", HOUSE, f"a call lasts {hours:g} hours at most")
        why = "nobody answered" if self.call.state == "ringing" else "it did not ring in time"
        return self.heard(mono_s, self.call.call_id, "failed", why=why)

    def due_s(self) -> float:
        """When `step` next has something to do."""
        return self.call.since_s + self._limits.of(self.call.state) if self.call else float("inf")

    def _begin(self, call: Call) -> list[Report]:
        self.call = call
        return [Report(call.call_id, call.state, call.peer, CONTACT if call.incoming else HOUSE, "", call.incoming)]
