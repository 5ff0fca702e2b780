"""The simulated telephone: contacts answer, refuse, keep silent or hang up, as `world contact` has them."""

from __future__ import annotations

from typing import NamedTuple

from kelex_host.household.phone import CONTACT, HOUSE, Limits, Line, Report

BEHAVIOURS = ("answer", "refuse", "silent", "hangup")
RING_S = 0.3
ANSWER_S = 1.0
_FORGET_S = float("inf")


class Manner(NamedTuple):
    """What a contact does when called, and after how many seconds: of ringing, for `hangup` of talking."""

    behaviour: str = "answer"
    after_s: float = 2.0


class SimulatedPhone:
    """A `Telephone` without any telephone."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._line = Line(limits)
        self._manners: dict[str, Manner] = {}
        self._contact = ""
        self._next_s = _FORGET_S

    def behave(self, mono_s: float, contact: str, behaviour: str, after_s: float) -> None:
        """A contact behaves so from now on, in a call that is under way, too."""
        assert behaviour in BEHAVIOURS, behaviour
        self._manners[contact] = Manner(behaviour, after_s)
        if self._line.call and contact == self._contact:
            self._plan(mono_s)

    def dial(self, mono_s: float, call_id: str, contact: str, number: str) -> list[Report]:
        """Call a contact; the number does not matter here."""
        reports = self._line.dial(mono_s, call_id, number or contact)
        if self._line.has(call_id):
            self._contact = contact
            self._next_s = mono_s + RING_S
        return reports

    def call_in(self, mono_s: float, call_id: str, contact: str) -> list[Report]:
        """A contact calls the house; nothing where the line is busy."""
        reports = self._line.incoming(mono_s, call_id, contact)
        if reports:
            self._contact, self._next_s = contact, _FORGET_S
        return reports

    def answer(self, mono_s: float, call_id: str) -> list[Report]:
        """Take an incoming call."""
        if not (self._line.has(call_id, "ringing") and self._line.call and self._line.call.incoming):
            return []
        return self._go(mono_s, "active", HOUSE)

    def reject(self, mono_s: float, call_id: str) -> list[Report]:
        """Refuse an incoming call."""
        return self._go(mono_s, "refused", HOUSE) if self._line.has(call_id, "ringing") else []

    def hang_up(self, mono_s: float, call_id: str) -> list[Report]:
        """End a call."""
        return self._go(mono_s, "ended", HOUSE) if self._line.has(call_id) else []

    def step(self, mono_s: float) -> list[Report]:
        """The contact does what it does when its time has come."""
        reports = self._line.step(mono_s)
        while self._line.call and self._next_s <= mono_s:
            state = self._line.call.state
            at_s, self._next_s = self._next_s, _FORGET_S
            manner = self._manner()
            if state == "dialling":
                reports += self._go(at_s, "ringing", CONTACT)
            elif state == "ringing" and manner.behaviour == "refuse":
                reports += self._go(at_s, "refused", CONTACT)
            elif state == "ringing":
                reports += self._go(at_s, "active", CONTACT)
            else:
                reports += self._go(at_s, "ended", CONTACT)
        return reports

    def due_s(self) -> float:
        """When `step` next has something to do."""
        return min(self._next_s, self._line.due_s()) if self._line.call else _FORGET_S

    def _go(self, mono_s: float, state: str, by: str) -> list[Report]:
        assert self._line.call is not None
        reports = self._line.heard(mono_s, self._line.call.call_id, state, by)
        self._plan(mono_s)
        return reports

    def _plan(self, mono_s: float) -> None:
        """When the contact next does something, given the state that the call is in now."""
        manner, call = self._manner(), self._line.call
        self._next_s = _FORGET_S
        if call is None:
            return
        if call.state == "dialling":
            self._next_s = mono_s + RING_S
        elif call.state == "ringing" and not call.incoming and manner.behaviour != "silent":
            self._next_s = mono_s + (ANSWER_S if manner.behaviour == "hangup" else max(0.0, manner.after_s - RING_S))
        elif manner.behaviour == "hangup":
            self._next_s = mono_s + manner.after_s

    def _manner(self) -> Manner:
        return self._manners.get(self._contact, Manner())
