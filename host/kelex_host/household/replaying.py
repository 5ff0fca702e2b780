"""S15: a journal replayed: the same inputs at the same moments have to lead to the same facts, byte for byte."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kelex_host.household.facts import DRONE, INPUT, Fact, Input, Moment, encode
from kelex_host.household.house import House
from kelex_host.household.state import State


@dataclass(slots=True)
class Replayed:
    """What was replayed. `differs` is the first turn that came out otherwise: what the journal has, and what came."""

    turns: int = 0
    facts: int = 0
    differs: tuple[list[bytes], list[bytes]] | None = None


def replay(facts: Iterable[Fact], state: State) -> Replayed:
    """Replay what is behind `state`, to the end or to the first difference."""
    house, done = House(state), Replayed()
    for turn in turns(facts):
        if turn[0].kind != DRONE:  # it changes where the latest facts were lost by a damage
            state.epoch = turn[0].id.split("-")[1]
        came, _, _ = house.take(_moment(turn), input_of(turn[0]))
        had, got = [encode(fact) for fact in turn], [encode(fact) for fact in came]
        if had != got:
            done.differs = had, got
            return done
        done.turns += 1
        done.facts += len(turn)
    return done


def turns(facts: Iterable[Fact]) -> Iterator[list[Fact]]:
    """What came in, each with what it led to."""
    turn: list[Fact] = []
    for fact in facts:
        if fact.kind in (INPUT, DRONE) and turn:
            yield turn
            turn = []
        turn.append(fact)
    if turn:
        yield turn


def input_of(fact: Fact) -> Input:
    """What came in, of what the journal has of it."""
    data = dict(fact.data)
    if fact.kind == DRONE:
        told = {"event_id": fact.id, "subject": fact.subject, "event_type": fact.type}
        data |= {**told, "time_ms": fact.time_ms, "severity": fact.severity}
        return Input(DRONE, fact.subject, data, fact.transaction)
    data.pop("answer", None)
    by = data.pop("signed_by", "")
    return Input(fact.subject, fact.type, data, fact.transaction, by)


def _moment(turn: list[Fact]) -> Moment:
    """When it came in. A drone's event has its own time; what it led to has the house's."""
    return Moment(turn[0].at_ms, turn[-1].time_ms)
