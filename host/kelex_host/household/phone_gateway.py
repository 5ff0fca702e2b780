"""A telephone behind MQTT: any gateway that takes commands and tells of calls on the house's topics.

| topic                           | retained | who       | payload                                               |
|---------------------------------|----------|-----------|-------------------------------------------------------|
| `<base>/house/phone/available`  | yes      | gateway   | `online` or `offline` (its Last Will)                 |
| `<base>/house/phone/command`    | no       | the house | `command_schema`: dial, answer, reject, hang_up       |
| `<base>/house/phone/state`      | no       | gateway   | `state_schema`: a call and the state that it is in    |

All at QoS 1. A gateway makes up the `call_id` of a call that comes in, and repeats the house's for one that goes out.
"""

from __future__ import annotations

from typing import Any

import msgspec

from kelex_host.bridge.json_schemas import Schema, choice, record, text
from kelex_host.bridge.outbox import Message
from kelex_host.bridge.topics import Topics
from kelex_host.household.phone import (
    CONTACT,
    HOUSE,
    ID_CHARACTERS,
    OVER,
    PEER_CHARACTERS,
    RANKS,
    WHY_CHARACTERS,
    Limits,
    Line,
    Report,
)

ACTIONS = ("dial", "answer", "reject", "hang_up")
PAYLOAD_BYTES = 4096
_NO_GATEWAY = "no phone gateway is online; start one"


class State(msgspec.Struct, frozen=True):
    """What a gateway says of a call."""

    call_id: str
    state: str
    by: str = ""
    why: str = ""
    peer: str = ""


class PhoneGateway:
    """A `Telephone` that speaks MQTT: publish what `take` gives, hand in what comes on `filters`.

    `refused` counts payloads that are not what `state_schema` says.
    """

    def __init__(self, topics: Topics, limits: Limits | None = None) -> None:
        self.refused = 0
        self.online = False
        self._command, self._state = topics.house("phone/command"), topics.house("phone/state")
        self._available = topics.house("phone/available")
        self._line = Line(limits)
        self._out: list[Message] = []

    def filters(self) -> list[tuple[str, int]]:
        """What to subscribe to, with the QoS."""
        return [(self._available, 1), (self._state, 1)]

    def take(self) -> list[Message]:
        """What is to be published, once."""
        out, self._out = self._out, []
        return out

    def message(self, mono_s: float, topic: str, payload: bytes, retained: bool) -> list[Report]:
        """A message from the broker."""
        if topic == self._available:
            self.online = payload == b"online"
            return [] if self.online else self._line.broken(mono_s, "the phone gateway went offline; restart it")
        if topic != self._state or retained:
            return []
        try:
            said = _state(payload)
        except ValueError:
            self.refused += 1
            return []
        if said.state == "ringing" and self._line.call is None:
            return self._line.incoming(mono_s, said.call_id, said.peer)
        if not self._line.has(said.call_id):
            if said.state not in OVER:  # one too many: its gateway is not left in doubt
                self._say("reject" if said.state == "ringing" else "hang_up", said.call_id)
            return []
        return self._line.heard(mono_s, said.call_id, said.state, said.by, said.why)

    def broker_lost(self, mono_s: float) -> list[Report]:
        """Without a broker nothing is known of the gateway, nor of a call."""
        self.online = False
        return self._line.broken(mono_s, "the connection to the phone gateway is lost; see to the broker")

    def dial(self, mono_s: float, call_id: str, contact: str, number: str) -> list[Report]:
        """Have the gateway call."""
        if not self.online:
            return [Report(call_id, "failed", number, why=_NO_GATEWAY)]
        reports = self._line.dial(mono_s, call_id, number)
        if self._line.has(call_id):
            self._say("dial", call_id, number=number, contact=contact)
        return reports

    def answer(self, mono_s: float, call_id: str) -> list[Report]:
        """Take an incoming call; it is `active` when the gateway says so."""
        if self._line.has(call_id, "ringing"):
            self._say("answer", call_id)
        return []

    def reject(self, mono_s: float, call_id: str) -> list[Report]:
        """Refuse an incoming call."""
        if not self._line.has(call_id, "ringing"):
            return []
        self._say("reject", call_id)
        return self._line.heard(mono_s, call_id, "refused", HOUSE)

    def hang_up(self, mono_s: float, call_id: str) -> list[Report]:
        """End a call: over for the house at once, whatever the gateway does."""
        if not self._line.has(call_id):
            return []
        self._say("hang_up", call_id)
        return self._line.heard(mono_s, call_id, "ended", HOUSE)

    def step(self, mono_s: float) -> list[Report]:
        """Hang up what is over its limit."""
        reports = self._line.step(mono_s)
        for report in reports:
            self._say("hang_up", report.call_id)
        return reports

    def due_s(self) -> float:
        """When `step` next has something to do."""
        return self._line.due_s()

    def _say(self, action: str, call_id: str, **more: str) -> None:
        assert action in ACTIONS
        self._out.append(Message(self._command, msgspec.json.encode({"action": action, "call_id": call_id, **more})))


def _state(payload: bytes) -> State:
    """What a gateway said. Raises ValueError for what `state_schema` does not allow."""
    if len(payload) > PAYLOAD_BYTES:
        raise ValueError("too large")
    said = msgspec.json.decode(payload, type=State)
    fits = (
        said.state in RANKS
        and said.by in ("", HOUSE, CONTACT)
        and 1 <= len(said.call_id) <= ID_CHARACTERS
        and len(said.peer) <= PEER_CHARACTERS
        and len(said.why) <= WHY_CHARACTERS
        and all(part.isprintable() for part in (said.call_id, said.peer, said.why))
    )
    if not fits:
        raise ValueError("out of range")
    return said


def command_schema() -> Schema:
    """What the house asks of a gateway."""
    fields: dict[str, Any] = {
        "action": choice("What to do.", ACTIONS),
        "call_id": text("Which call; made up by the house for `dial`.", 1, ID_CHARACTERS),
        "number": text("What to dial: a number or an address, as configured; with `dial`.", most=PEER_CHARACTERS),
        "contact": text("The contact's id; with `dial`.", most=ID_CHARACTERS),
    }
    return record("A command to a phone gateway.", fields, ["number", "contact"])


def state_schema() -> Schema:
    """What a gateway tells of a call."""
    fields: dict[str, Any] = {
        "call_id": text("Which call; made up by the gateway for one that comes in.", 1, ID_CHARACTERS),
        "state": choice("The state that it is in now.", RANKS),
        "by": choice("Who brought that about; empty for neither.", ("", HOUSE, CONTACT)),
        "why": text("Why, for people.", most=WHY_CHARACTERS),
        "peer": text("Who calls; with the first `ringing` of a call that comes in.", most=PEER_CHARACTERS),
    }
    return record("The state of a call.", fields, ["by", "why", "peer"])
