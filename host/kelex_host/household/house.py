"""The household as a whole: its capabilities joined, and the one way in."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import msgspec

from kelex_host.bridge.requests import RequestError
from kelex_host.bridge.transactions import TAKEN, digest
from kelex_host.household import (
    announcements,
    briefing,
    calls,
    evacuation,
    hazards,
    keeping,
    lockdown,
    members,
    news,
    nursery,
    presence,
    projects,
    quiet,
    tremors,
    visitors,
)
from kelex_host.household.facts import DRONE, Fact, Input, Moment, boot_and_number
from kelex_host.household.state import Answer, Drone, State
from kelex_host.household.turn import Capability, Effect, Fold, Reaction, Request, Turn

CAPABILITIES: tuple[Capability, ...] = (
    members.CAPABILITY,
    presence.CAPABILITY,
    quiet.CAPABILITY,
    nursery.CAPABILITY,
    news.CAPABILITY,
    visitors.CAPABILITY,
    hazards.CAPABILITY,
    tremors.CAPABILITY,
    evacuation.CAPABILITY,
    lockdown.CAPABILITY,
    calls.CAPABILITY,
    projects.CAPABILITY,
    keeping.CAPABILITY,
    briefing.CAPABILITY,
    announcements.CAPABILITY,
)
ANSWERS_MOST = 1_000
ANSWER_KEPT_MS = 600_000

_REQUESTS: dict[str, Request] = {}
_FOLDS: dict[str, Fold] = {}
_REACTIONS: dict[str, list[Reaction]] = defaultdict(list)
for _capability in CAPABILITIES:
    assert not _REQUESTS.keys() & _capability.requests.keys()
    assert not _FOLDS.keys() & _capability.folds.keys()
    _REQUESTS |= _capability.requests
    _FOLDS |= _capability.folds
    for _name, _reaction in _capability.reactions.items():
        _REACTIONS[_name].append(_reaction)
VERBS = frozenset(_REQUESTS)


Outcome = tuple[list[Fact], list[Effect], dict[str, Any] | RequestError]


class House:
    """`state` is all that it knows; `take` is all that happens to it."""

    def __init__(self, state: State) -> None:
        self.state = state

    def take(self, now: Moment, input: Input) -> Outcome:
        """The facts that an input leads to, in order, what the world should do, and the answer to a request.

        Raises RequestError for a request that is refused; then nothing has happened. Where something has happened all
        the same (a launch was refused, and everybody is told), the answer is the error.
        """
        turn = Turn(self.state, now, input, fold)
        answer: dict[str, Any] | RequestError | None = None
        if input.kind == "request":
            again = self.state.answers.get(input.transaction)
            if again is not None and again.verb == input.type and now.at_ms - again.at_ms < ANSWER_KEPT_MS:
                if again.asked not in ("", digest(input.data)):
                    raise RequestError("not_allowed", TAKEN.format(input.transaction[:64]))
                return [], [], _answered(again.data)
            answer = self._ask(turn, input)
            if isinstance(answer, dict):
                answer = msgspec.to_builtins(answer)  # a copy: what it was is not to change with the state
        elif input.kind == "time":
            for capability in CAPABILITIES:
                if capability.tick:
                    capability.tick(turn)
                    _react(turn)
        elif input.kind == DRONE:
            turn.fresh.append(turn.input_fact(None))
        else:
            for reaction in _REACTIONS.get(f"{input.kind}/{input.type}", ()):
                reaction(turn, turn.input_fact(None))
        _react(turn)
        if not turn.facts and input.kind != DRONE:
            return [], turn.effects, answer or {}
        first = turn.input_fact(_kept(answer))
        fold(self.state, first)
        return [first, *turn.facts], turn.effects, answer or {}

    def due_ms(self, now: Moment) -> int | None:
        """When (at_ms) time next asks for something."""
        dues = (capability.due(self.state, now) for capability in CAPABILITIES if capability.due)
        return min((due for due in dues if due is not None), default=None)

    def documents(self) -> dict[str, Any]:
        """What has to stand at each retained topic below `house/`; None for nothing."""
        found: dict[str, Any] = {}
        for capability in CAPABILITIES:
            if capability.documents:
                found |= capability.documents(self.state)
        return found

    def _ask(self, turn: Turn, input: Input) -> dict[str, Any] | RequestError:
        try:
            return _REQUESTS[input.type](turn, input.data, input.by or None)
        except RequestError:
            assert not turn.facts, f"{input.type} was refused after something had happened already"
            raise


def _kept(answer: dict[str, Any] | RequestError | None) -> dict[str, Any] | None:
    """An answer as the journal has it."""
    return {"error": [answer.code, str(answer)]} if isinstance(answer, RequestError) else answer


def _answered(kept: dict[str, Any]) -> dict[str, Any] | RequestError:
    return RequestError(*kept["error"]) if "error" in kept else kept


def _react(turn: Turn) -> None:
    """Let every capability hear of what happened, in the order in which it happened."""
    while turn.fresh:
        fact = turn.fresh.popleft()
        turn.cause = fact.id
        for reaction in _REACTIONS.get(fact.name, ()):
            reaction(turn, fact)
    turn.cause = turn.input_id


def fold(state: State, fact: Fact) -> None:
    """Take a fact into the state: the only way in which it changes."""
    state.at_ms = max(state.at_ms, fact.at_ms)
    if fact.kind == DRONE:
        _fold_drone(state, fact)
    if fact.id.startswith(f"house-{state.epoch}-"):
        state.seq = max(state.seq, int(fact.id.rsplit("-", 1)[1]))
    if fact.kind == "input" and fact.subject == "request" and fact.transaction:
        _fold_answer(state, fact)
    known = _FOLDS.get(fact.name)
    if known:
        known(state, fact)


def _fold_answer(state: State, fact: Fact) -> None:
    asked = {name: value for name, value in fact.data.items() if name not in ("answer", "signed_by")}
    state.answers[fact.transaction] = Answer(fact.type, fact.data.get("answer", {}), fact.at_ms, digest(asked))
    for transaction in list(state.answers):
        young = fact.at_ms - state.answers[transaction].at_ms < ANSWER_KEPT_MS
        if young and len(state.answers) <= ANSWERS_MOST:
            break
        del state.answers[transaction]


def _fold_drone(state: State, fact: Fact) -> None:
    """Note the number of a drone's event: whatever comes again is known by it."""
    drone = state.drones.setdefault(fact.data["drone_id"], Drone())
    drone.boot, drone.number = boot_and_number(fact.id)
