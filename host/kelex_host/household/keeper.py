"""Where the household meets journal, drones and broker.

Whatever the house decides is journalled first; only then are requests answered, events published, and drones ordered.
All that comes in while something is written waits, and is written together then. Where the journal cannot be written,
the house goes on as well as it can: it decides and acts, but publishes no event and grants no request until it can.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import msgspec

from kelex_host.bridge.now import Now
from kelex_host.bridge.outbox import Outbox
from kelex_host.bridge.reply import Reply
from kelex_host.bridge.requests import RequestError
from kelex_host.bridge.topics import Topics
from kelex_host.errors import JournalError
from kelex_host.household import why
from kelex_host.household.acting import Acting
from kelex_host.household.batch import Batch, Waiting
from kelex_host.household.beside import Beside
from kelex_host.household.facts import DRONE, Input, Moment, read_stamp
from kelex_host.household.home import Home
from kelex_host.household.house import VERBS, House
from kelex_host.household.keeping import Crystals, begin_crystal
from kelex_host.household.memories import Memories
from kelex_host.household.own_time import OwnTime
from kelex_host.household.phone import Report, Telephone
from kelex_host.household.ports import Drone, InlineWriter, Writer
from kelex_host.household.telling import Telling
from kelex_host.household.turn import Effect
from kelex_host.memory.fact import Fact as Row

RETRY_S = 1.0


class Keeper:
    """`act(now, effect)` carries out what is neither for a drone nor for the `telephone`.

    With a `writer` the journal is written elsewhere, while the house goes on; `beside` are others on its topics.
    """

    def __init__(
        self,
        home: Home,
        memories: Memories,
        telephone: Telephone | None = None,
        crystals: Crystals | None = None,
        act: Callable[[Now, Effect], None] = lambda now, effect: None,
        writer: Writer | None = None,
        beside: Beside | None = None,
    ) -> None:
        self.refused_writes = 0
        self._beside = beside or Beside()
        self._home = home
        self._memories = memories
        self._crystals = crystals
        self._acting = Acting(telephone, self._beside, act, self._take)
        self._house: House = memories.house
        self._time: OwnTime | None = None
        self._writer = writer or InlineWriter()
        self._is_writing = False
        self._waiting = Waiting()
        self._last = Now(0.0, 0.0)
        self._retry_s = 0.0

    def attach(
        self, topics: Topics, outbox: Outbox, drones: Mapping[str, Drone], notice: Callable[[str], None]
    ) -> None:
        """Say where all that goes; once, before anything else."""
        self._telling = Telling(topics, outbox, self._house, self._memories)
        self._acting.attach(outbox, drones, self._telling.forget)
        self._drones = drones
        self._notice = notice

    def start(self, now: Now, whereabouts: Mapping[str, str | None] | None = None) -> None:
        """Begin: with what was remembered, and what of it nobody has been told yet.

        `whereabouts` is where everybody is in a simulated house, whatever was remembered of that.
        """
        self._time = OwnTime(now, max(self._house.state.at_ms, round(now.wall_s * 1000)))
        for text in self._memories.take_notices():
            self._notice(text)
        self._take(now, Input("start", "house", {"home": msgspec.to_builtins(self._home)}))
        for member, room in (whereabouts or {}).items():
            if (person := self._house.state.people.get(member)) and person.room != room:
                self._take(now, Input("request", "presence", {"member": member, "room": room}))
        self._waiting.hurry()
        self.flush()

    def stop(self) -> None:
        """Write down what is not written yet. What the broker has of it may still be told, until `close`."""
        self._writer.close()
        self._waiting.hurry()
        self.flush()

    def close(self) -> None:
        """Let go of the journal; nothing comes in after that."""
        self._memories.close()

    # What comes in

    def knows(self, verb: str) -> bool:
        """Whether it answers this verb."""
        return verb in VERBS or verb == "why" or (verb == "crystal" and self._crystals is not None)

    def request(self, now: Now, verb: str, fields: dict[str, Any], by: str | None, reply: Reply) -> None:
        """Obey a request; its fields are checked. The reply comes once all is written down. Raises RequestError."""
        if self._memories.trouble:
            raise RequestError("busy", f"The house cannot write its journal now: {self._memories.trouble}")
        if verb == "crystal":
            assert self._crystals is not None
            begin_crystal(
                self._crystals, fields, reply, lambda input: self._take(self._last, input), self._waiting.answer
            )
            return
        if verb == "why":
            # Answered behind all that has happened: what it explains may be on its way into the journal.
            self._waiting.answer(reply, partial(why.explain, self._memories.find, fields["event_id"]))
            return
        answer = self._take(now, Input("request", verb, fields, reply.transaction or "", by or ""))
        self._waiting.answer(reply, answer)

    def seen(self, now: Now, verb: str, fields: dict[str, Any]) -> None:
        """What the simulated world did, as far as somebody would tell the house: who comes and goes."""
        if verb == "contact":
            self._acting.behave(now, fields["contact"], fields["behaviour"], fields["after_s"])
        if verb in ("enter", "leave") and self._home.member(fields["member"]):
            self._take(now, Input("request", "presence", {"member": fields["member"], "room": fields.get("room")}))

    def event(self, now: Now, drone: str, subject: str, told: dict[str, Any], settles: tuple[str, int, int]) -> None:
        """An event of a drone: from now on it is ours, and the drone may forget it once it is written down."""
        self._waiting.settles.append(settles)
        if self._memories.has_drone_event(drone, told["event_id"]):
            self._waiting.hurry()
            return
        data = {**told, "subject": subject, "drone_id": drone, "time_ms": read_stamp(told["time"])}
        transaction = data.pop("transaction", "")
        del data["time"]
        self._take(now, Input(DRONE, subject, data, transaction))

    def senses(self, now: Now, drone: str, document: dict[str, Any]) -> None:
        """What a drone senses."""
        self._take(now, Input("senses", "drone", {"drone": drone, "senses": document}))

    def online(self, now: Now, drone: str, boot: int) -> None:
        """A drone answers, in its start `boot`."""
        self._take(now, Input("link", "online", {"drone": drone, "boot": boot}))

    def offline(self, now: Now, drone: str) -> None:
        """A drone answers no more."""
        self._take(now, Input("link", "offline", {"drone": drone}))

    def heard(self, now: Now, kind: str, type: str, data: dict[str, Any]) -> None:
        """Something from outside that is neither a request nor a drone's: of a news feed, for example."""
        self._take(now, Input(kind, type, data))

    def called(self, now: Now, reports: list[Report]) -> None:
        """A telephone tells what has become of calls."""
        self._acting.called(now, reports)

    def filters(self) -> list[tuple[str, int]]:
        """What others beside the house are heard by: subscribed to at each new session with the broker."""
        return self._beside.filters()

    def message(self, now: Now, topic: str, payload: bytes, retained: bool) -> None:
        """A message that may be of one of them."""
        self.called(now, self._beside.message(now.mono_s, topic, payload, retained))

    def broker_lost(self, now: Now) -> None:
        """The broker is gone, and they with it."""
        self.called(now, self._beside.broker_lost(now.mono_s))

    def published(self, sequence: int) -> None:
        """The broker has an event."""
        self._memories.published(sequence)

    def step(self, now: Now) -> None:
        """Do what time asks for."""
        self._last = now
        moment = self._moment(now)
        due_ms = self._house.due_ms(moment)
        if due_ms is not None and due_ms <= moment.at_ms:
            self._take(now, Input("time", "due"))
        self._acting.step(now)

    def pass_hours(self, seconds: float) -> None:
        """So much of a day that is played passes at once; who asks for that has seen that nothing is due in it."""
        assert self._time is not None, "start comes first"
        self._time.pass_hours(seconds)
        # The moment last seen is looked at again, and has to be of the same clock.
        self._last = Now(self._last.mono_s, self._last.wall_s + seconds)

    def due_s(self) -> float:
        """When `step` next has something to do (mono_s)."""
        if self._time is None:
            return float("inf")
        due_ms = self._house.due_ms(self._moment(self._last))
        due_s = min(float("inf") if due_ms is None else self._time.due_s(due_ms), self._acting.due_s())
        if self._is_writing:  # its end wakes us
            return due_s
        # What cannot be written now waits for the next try, however long it has waited already.
        return min(due_s, self._retry_s if self._memories.trouble else self._waiting.write_s)

    # What goes out

    def flush(self) -> None:
        """Write down what has happened, then tell it, in this order."""
        self._acting.send()
        if self._is_writing or (self._memories.trouble and self._last.mono_s < self._retry_s):
            return
        urgent = self._waiting.effects or self._memories.trouble or self._telling.has_room
        if not urgent and self._last.mono_s < self._waiting.write_s:
            return
        batch = self._waiting.take(self._telling.news())
        write = self._memories.begin()
        self._is_writing = True
        if write is None:
            self._written(batch, [])
        else:
            self._writer.begin(write, lambda came: self._written(batch, came))

    def _written(self, batch: Batch, came: list[Row] | JournalError) -> None:
        """All of it is safe, or nothing; what has happened meanwhile is for the next one."""
        self._is_writing = False
        if isinstance(came, JournalError):
            self._memories.failed(came)
            self._waiting.settles[:0] = batch.settles
            self._retry_s = self._last.mono_s + RETRY_S
            self.refused_writes += 1
            if self.refused_writes == 1:
                self._notice(f"{came} Until then no request of the house is granted.")
            batch.refuse(self._last, came)
        else:
            self._memories.wrote(came)
            self.refused_writes = 0
            for settles in batch.settles:
                self._drones[settles[0]].settle(*settles[1:])
            self._telling.tell_events()
            batch.answer(self._last)
        self._telling.tell_documents(batch.documents)
        self._acting.act(self._last, batch.effects)

    def _take(self, now: Now, input: Input) -> dict[str, Any] | RequestError:
        self._last = now
        facts, effects, answer = self._house.take(self._moment(now), input)
        self._memories.keep(facts)
        self._waiting.effects += effects
        if len(facts) == 1 and input.kind == DRONE:
            self._waiting.hurry_a_little(now.mono_s)
        elif facts:
            self._waiting.hurry()
        return answer

    def _moment(self, now: Now) -> Moment:
        assert self._time is not None, "start comes first"
        if jumped := self._time.jumped(now):
            self._notice(jumped)
        return Moment(max(self._time.at_ms(now), self._house.state.at_ms), round(now.wall_s * 1000))
