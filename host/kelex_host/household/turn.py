"""One turn of the house: what came in, the facts that it led to, and what the world should do about them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from kelex_host.bridge.requests import RequestError
from kelex_host.household.facts import DRONE, EVENT, INPUT, NOTE, Fact, Input, Moment
from kelex_host.household.home import Home
from kelex_host.household.state import State

# More than any turn needs; beyond it, rules answer each other without end.
FACTS_MOST = 5_000


@dataclass(frozen=True, slots=True)
class Order:
    """Order a drone's verb, as a request would."""

    drone: str
    verb: str
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Speak:
    """Say this aloud, in these rooms; `id` names it, for `Hush`."""

    id: str
    text: str
    rooms: list[str]


@dataclass(frozen=True, slots=True)
class Hush:
    """Say no more of what `id` names."""

    id: str


@dataclass(frozen=True, slots=True)
class Phone:
    """Have the telephone `dial`, `answer`, `reject` or `hang_up`; `number` is what to dial."""

    action: str
    call_id: str
    contact: str
    number: str = ""


class Cause(Protocol):
    """Something that goes on: the fact that it began with, and the request's transaction."""

    fact: str
    transaction: str


Effect = Order | Speak | Hush | Phone
Request = Callable[["Turn", dict[str, Any], str | None], dict[str, Any] | RequestError]
Fold = Callable[[State, Fact], None]
Reaction = Callable[["Turn", Fact], None]


@dataclass(frozen=True, slots=True)
class Capability:
    """One theme of the household. Requests, folds and reactions go by name (see Fact.name).

    `requests` check first (raising RequestError) and tell facts then; the second argument are the checked fields, the
    third is who signed them. `due(state, now)` is when (at_ms) `tick` next has something to do; `documents(state)` are
    retained topics below `house/` with what stands there, None for nothing.
    """

    requests: dict[str, Request] = field(default_factory=dict)
    folds: dict[str, Fold] = field(default_factory=dict)
    reactions: dict[str, Reaction] = field(default_factory=dict)
    due: Callable[[State, Moment], int | None] | None = None
    tick: Callable[[Turn], None] | None = None
    documents: Callable[[State], dict[str, Any]] | None = None


class Turn:
    """`fold(state, fact)` keeps the state up with what is told."""

    def __init__(self, state: State, now: Moment, input: Input, fold: Fold) -> None:
        self.state = state
        self.now = now
        self.input = input
        self.facts: list[Fact] = []
        self.effects: list[Effect] = []
        self.fresh: deque[Fact] = deque()
        self._fold = fold
        self._seq = state.seq + 1  # the input's own
        self.input_id = str(input.data["event_id"]) if input.kind == DRONE else self._id()
        self.cause = self.input_id

    @property
    def home(self) -> Home:
        return self.state.home

    @property
    def number(self) -> int:
        """The number of the next fact: what is made of it is this journal's alone."""
        return self._seq + 1

    def tell(
        self, subject: str, type: str, *, severity: str = "info", rule: str = "", of: Cause | None = None, **data: Any
    ) -> Fact:
        """An event of the house happens; where it was its time, because `of` that."""
        return self._add(EVENT, subject, type, severity, rule, data, of)

    def note(self, subject: str, type: str, *, rule: str = "", **data: Any) -> Fact:
        """Something happens that only the house itself has to know."""
        return self._add(NOTE, subject, type, "info", rule, data)

    def order(self, drone: str, verb: str, **fields: Any) -> None:
        """Order a drone, unless that verb is guarded."""
        if verb not in self.home.guarded:
            self.effects.append(Order(drone, verb, fields))

    def do(self, effect: Effect) -> None:
        """Have the world do something."""
        self.effects.append(effect)

    def input_fact(self, answer: dict[str, Any] | None) -> Fact:
        """What came in, as the journal has it: with what it was answered, for the case that it comes again."""
        source = self.input
        if source.kind == DRONE:
            return self._drone_fact()
        data = source.data if answer is None or not source.transaction else {**source.data, "answer": answer}
        data = {**data, "signed_by": source.by} if source.by else data
        return self._fact(self.input_id, INPUT, source.kind, source.type, "info", "", data, "", source.transaction)

    def _drone_fact(self) -> Fact:
        data = dict(self.input.data)
        id, time_ms = data.pop("event_id"), data.pop("time_ms")
        subject, type, severity = data.pop("subject"), data.pop("event_type"), data.pop("severity")
        return Fact(id, DRONE, subject, type, time_ms, self.now.at_ms, severity, "", self.input.transaction, "", data)

    def _add(
        self,
        kind: str,
        subject: str,
        type: str,
        severity: str,
        rule: str,
        data: dict[str, Any],
        of: Cause | None = None,
    ) -> Fact:
        assert len(self.facts) < FACTS_MOST, f"{subject}/{type} goes on without end"
        self._seq += 1
        timely = of is not None and self.input.kind == "time"
        cause, transaction = (of.fact, of.transaction) if of and timely else (self.cause, self.input.transaction)
        fact = self._fact(self._id(), kind, subject, type, severity, rule, data, cause, transaction)
        self.facts.append(fact)
        self._fold(self.state, fact)
        self.fresh.append(fact)
        return fact

    def _fact(
        self,
        id: str,
        kind: str,
        subject: str,
        type: str,
        severity: str,
        rule: str,
        data: dict[str, Any],
        cause: str,
        transaction: str,
    ) -> Fact:
        now = self.now
        return Fact(id, kind, subject, type, now.wall_ms, now.at_ms, severity, cause, transaction, rule, data)

    def _id(self) -> str:
        return f"house-{self.state.epoch}-{self._seq}"
