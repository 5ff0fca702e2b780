"""SIP calls by Debian's baresip, spoken to by its module ctrl_tcp: JSON objects in netstrings (`<length>:<bytes>,`).

Seen with baresip 1.0.0 (Debian 12). A command is `{"command", "params", "token"}` and gets `{"response": true, "ok",
"data", "token"}`; calls show as `{"event": true, "type", "direction", "peeruri", "id", "param"}`:

| type             | means here                                                                          |
|------------------|-------------------------------------------------------------------------------------|
| CALL_INCOMING    | ringing, incoming; left out where the account answers by itself (answermode=auto)   |
| CALL_RINGING     | ringing (also CALL_PROGRESS: early media)                                           |
| CALL_ESTABLISHED | active                                                                              |
| CALL_CLOSED      | over; `param` says how: "486 ..." refused, "Connection reset by peer" hung up, ...   |

`hangup` and `accept` name no call, so baresip has to have one at most: `call_max_calls 1` in its configuration.
"""

from __future__ import annotations

import re
from collections import deque
from typing import Any

import msgspec

from kelex_host.household.phone import CONTACT, HOUSE, ID_CHARACTERS, PEER_CHARACTERS, Limits, Line, Report

FRAME_BYTES = 65_536
NUMBER_CHARACTERS = 200  # baresip 1.0.0 cuts a command off at 256
_LENGTH_DIGITS = 6
_NUMBER = re.compile(r"[!-~]+")
_STATUS = re.compile(r"(\d{3})\b")
_REFUSALS = ("486", "600", "603")
_BY_PEER, _BY_USER = "Connection reset by peer", "Connection reset by user"
_HELLO = "hello"
_NOT_THERE = "baresip is not running; start it with its module ctrl_tcp"


class TalkError(Exception):
    """What came is not netstrings of a sensible size: the connection is of no use."""


class Netstrings:
    """Bytes that come in pieces become the texts in them."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """What is complete by now. Raises TalkError."""
        self._waiting += data
        found = []
        while (text := self._next()) is not None:
            found.append(text)
        return found

    def _next(self) -> bytes | None:
        colon = self._waiting.find(b":", 0, _LENGTH_DIGITS + 1)
        digits = bytes(self._waiting[: colon if colon >= 0 else _LENGTH_DIGITS + 1])
        if colon == 0 or (digits and not digits.isdigit()) or len(digits) > _LENGTH_DIGITS:
            raise TalkError("no length of a netstring")
        if colon < 0:
            return None
        length, start = int(digits), colon + 1
        if length > FRAME_BYTES:
            raise TalkError("a netstring that is too long")
        if len(self._waiting) <= start + length:
            return None
        if self._waiting[start + length] != ord(","):
            raise TalkError("no end of a netstring")
        text = bytes(self._waiting[start : start + length])
        del self._waiting[: start + length + 1]
        return text


class Baresip:
    """A `Telephone`: hand in what baresip sends, send what `take` gives.

    `refused` counts what was no JSON object; `problem` is a sentence for a person, once, when registering fails.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.connected = False
        self.refused = 0
        self.problem = ""
        self._line = Line(limits)
        self._reader = Netstrings()
        self._out: list[bytes] = []
        self._sip_id = ""  # baresip's id of the call on the line, once it is known
        self._others: deque[str] = deque(maxlen=32)  # ids of calls that are not on the line any more
        self._dialled = False  # baresip has taken our `dial`: the next new outgoing call is ours, and none before

    def take(self) -> bytes:
        """What is to be sent, once."""
        out, self._out = b"".join(self._out), []
        return out

    def opened(self) -> None:
        """A new connection: `connected` once baresip answers.

        A call that it has from before is not known here, and is ended; until that is done, nothing it says counts.
        """
        self.connected, self._reader = False, Netstrings()
        self._out.clear()
        self._say("hangup", token=_HELLO)

    def closed(self, mono_s: float) -> list[Report]:
        """The connection is gone, and a call with it."""
        self.connected = False
        self._out.clear()
        return self._over(self._line.broken(mono_s, "the connection to baresip is lost; see to it"))

    def received(self, mono_s: float, data: bytes) -> list[Report]:
        """Bytes from baresip. Raises TalkError when the connection is of no use any more."""
        reports: list[Report] = []
        for text in self._reader.feed(data):
            try:
                said = msgspec.json.decode(text, type=dict[str, Any])
            except msgspec.DecodeError:
                self.refused += 1
                continue
            reports += self._heard(mono_s, said)
        return reports

    def dial(self, mono_s: float, call_id: str, contact: str, number: str) -> list[Report]:
        """Call a SIP address (`sip:zod@host`), or what the account makes one of (`112`)."""
        why = "" if self.connected else _NOT_THERE
        if not _NUMBER.fullmatch(number) or len(number) > NUMBER_CHARACTERS:
            why = f"'{contact}' has no number that can be dialled; give the contact one, such as sip:zod@host"
        if why:
            return [Report(call_id, "failed", number[:PEER_CHARACTERS], why=why)]
        reports = self._line.dial(mono_s, call_id, number)
        if self._line.has(call_id):
            self._say("dial", number, call_id)
        return reports

    def answer(self, mono_s: float, call_id: str) -> list[Report]:
        """Take an incoming call; it is active when baresip says so."""
        if self._line.has(call_id, "ringing"):
            self._say("accept")
        return []

    def reject(self, mono_s: float, call_id: str) -> list[Report]:
        """Refuse an incoming call."""
        return self._end(mono_s, "refused") if self._line.has(call_id, "ringing") else []

    def hang_up(self, mono_s: float, call_id: str) -> list[Report]:
        """End a call: over for the house at once."""
        return self._end(mono_s, "ended") if self._line.has(call_id) else []

    def step(self, mono_s: float) -> list[Report]:
        """Hang up what is over its limit."""
        reports = self._line.step(mono_s)
        if reports:
            self._say("hangup")
        return self._over(reports)

    def due_s(self) -> float:
        """When `step` next has something to do."""
        return self._line.due_s()

    def _end(self, mono_s: float, state: str) -> list[Report]:
        assert self._line.call is not None
        self._say("hangup")
        return self._over(self._line.heard(mono_s, self._line.call.call_id, state, HOUSE))

    def _over(self, reports: list[Report]) -> list[Report]:
        """A call that has left the line: what baresip still says of it is not about the next one."""
        if self._line.call is None and reports:
            if self._sip_id:
                self._others.append(self._sip_id)
            self._sip_id, self._dialled = "", False
        return reports

    def _heard(self, mono_s: float, said: dict[str, Any]) -> list[Report]:
        texts = {name: value[:PEER_CHARACTERS] for name, value in said.items() if isinstance(value, str)}
        if said.get("response") is True and texts.get("token") == _HELLO:
            self.connected = True
        if not self.connected:
            return []
        if said.get("response") is True:
            return self._answered(mono_s, said.get("ok") is True, texts)
        kind, sip_id = texts.get("type", ""), texts.get("id", "")[:ID_CHARACTERS]
        if kind == "REGISTER_FAIL" and not self.problem:
            self.problem = f"baresip cannot register ({texts.get('param', '')}); correct its accounts file."
        direction, peer = texts.get("direction", ""), texts.get("peeruri", "")
        if kind == "CALL_INCOMING":
            return self._incoming(mono_s, sip_id, peer)
        reports: list[Report] = []
        if kind == "CALL_ESTABLISHED" and direction == "incoming" and self._line.call is None:
            reports = self._incoming(mono_s, sip_id, peer)  # an account that answers by itself says no more
        return reports + (self._of_call(mono_s, kind, texts) if self._is_ours(sip_id, direction) else [])

    def _of_call(self, mono_s: float, kind: str, texts: dict[str, str]) -> list[Report]:
        """An event of the call on the line."""
        assert self._line.call is not None
        call_id = self._line.call.call_id
        if kind in ("CALL_RINGING", "CALL_PROGRESS"):
            return self._line.heard(mono_s, call_id, "ringing", CONTACT)
        if kind == "CALL_ESTABLISHED":
            return self._line.heard(mono_s, call_id, "active", HOUSE if self._line.call.incoming else CONTACT)
        if kind == "CALL_CLOSED":
            state, by, why = _end_of(texts.get("param", ""), self._line.call.state)
            return self._over(self._line.heard(mono_s, call_id, state, by, why))
        return []

    def _incoming(self, mono_s: float, sip_id: str, peer: str) -> list[Report]:
        reports = self._line.incoming(mono_s, f"sip-{sip_id}", peer)
        if reports:
            self._sip_id = sip_id
        else:
            self._others.append(sip_id)  # baresip refuses it by itself (call_max_calls 1)
        return reports

    def _answered(self, mono_s: float, ok: bool, texts: dict[str, str]) -> list[Report]:
        """baresip's response to a command; only of `dial` it matters, whose token is the call."""
        call_id = texts.get("token", "")
        if not self._line.has(call_id, "dialling"):
            return []
        if ok:
            self._dialled = True
            return []
        why = f"baresip refuses to dial: {_clean(texts)}"
        return self._over(self._line.heard(mono_s, call_id, "failed", why=why))

    def _is_ours(self, sip_id: str, direction: str) -> bool:
        """Whether an event is about the call on the line; the first of an outgoing call makes its id known."""
        if not sip_id or sip_id in self._others:
            return False
        if self._dialled and not self._sip_id and direction == "outgoing":
            self._sip_id = sip_id
        return self._line.call is not None and sip_id == self._sip_id

    def _say(self, command: str, params: str = "", token: str = "") -> None:
        said = {"command": command, "params": params, "token": token}
        text = msgspec.json.encode({name: value for name, value in said.items() if value})
        self._out.append(b"%d:%s," % (len(text), text))


def _end_of(param: str, state: str) -> tuple[str, str, str]:
    """How a call ended, who did it, and why: from the text that baresip gives."""
    status = _STATUS.match(param)
    if param == _BY_USER:
        return "ended", HOUSE, ""
    if param == _BY_PEER:
        return "ended", CONTACT, ""
    if status and status[1] in _REFUSALS and state != "active":
        return "refused", CONTACT, ""
    if status and status[1] == "487":  # the caller gave up
        return "ended", CONTACT, ""
    return "failed", "", f"SIP says: {_clean({'data': param})}"


def _clean(texts: dict[str, str]) -> str:
    text = "".join(letter if letter.isprintable() else " " for letter in texts.get("data", "")).strip()
    return text or "nothing more"
