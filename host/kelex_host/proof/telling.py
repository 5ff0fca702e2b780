"""A life that can be read: when, who, what and why; of what was planned, asked, answered, told, and noticed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import msgspec
from kelex_sim.broker import Message

from kelex_host.household.facts import Fact
from kelex_host.household.journalling import fact_of
from kelex_host.proof.life import Life
from kelex_host.proof.story import START_S, live
from kelex_host.proof.verdict import Trial
from kelex_host.story.narrator import sentence

PLAN, REQUEST, ANSWER, EVENT, STATE, NOTICE = KINDS = ("plan", "request", "answer", "event", "state", "notice")
_PAYLOAD_CHARACTERS = 160


class Line(msgspec.Struct, frozen=True):
    """`at_s` counts from the power-up; `kind` is one of KINDS; `why` is empty where nobody knows."""

    at_s: float
    who: str
    kind: str
    what: str
    why: str = ""

    def __str__(self) -> str:
        told = f"{self.at_s:9.3f}  {self.who:8} {self.kind:8} {self.what}"
        return f"{told}  ({self.why})" if self.why else told


def tell(trial: Trial) -> list[Line]:
    """Live it, and tell of it in the order of time; of one that ended in an error, what was before that."""
    life = Life(trial.seed, trial.rooms(), household=trial.has_household)
    with suppress(Exception):  # `judge` tells which
        live(trial.seed, trial.seconds, life, trial.plan())
    journal = life.household.journal if life.household else None
    facts = {fact.id: fact for fact in map(fact_of, journal.facts())} if journal else {}
    lines = [*_planned(trial), *(line for message in life.broker.log for line in _said(message, facts))]
    lines += [Line(at_us / 1e6, "house", NOTICE, text) for at_us, text in life.notices]
    return sorted(lines, key=lambda line: line.at_s)


def _planned(trial: Trial) -> Iterator[Line]:
    """What happens; by its number `--only` knows it."""
    plan = trial.plan()
    numbers = range(len(plan)) if trial.only is None else trial.only
    for number, happening in zip(numbers, plan, strict=False):
        what = happening.what.replace("_", " ")
        yield Line(START_S + happening.at_us / 1e6, "plan", PLAN, what, f"happening {number}")


def _said(message: Message, facts: Mapping[str, Fact]) -> Iterator[Line]:
    """A message, unless it is one of the many that only say how things stand."""
    _, *scope, kind, leaf = message.topic.split("/")
    who, at_s = scope[-1] if scope else kind, message.time_us / 1e6
    if leaf == "availability":
        yield Line(at_s, kind, STATE, message.payload.decode())
    elif kind == "request":
        yield Line(at_s, "someone", REQUEST, f"{who}, {leaf} {_plain(message.payload)}")
    elif kind == "response":
        yield _answered(at_s, who, leaf, json.loads(message.payload))
    elif kind == "event":
        event = json.loads(message.payload)
        yield Line(at_s, who, EVENT, f"{event['event_id']}: {sentence(leaf, event)}", _why(event, facts))


def _plain(payload: bytes) -> str:
    """On one line, and of nonsense the beginning."""
    text = payload[:_PAYLOAD_CHARACTERS].decode("utf-8", "replace")
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _answered(at_s: float, who: str, verb: str, answer: dict[str, Any]) -> Line:
    error = answer.get("error")
    what = f"{verb}: {error['code']}" if error else f"{verb}: ok {json.dumps(answer.get('data'))}"
    return Line(at_s, who, ANSWER, f"{answer.get('transaction')} {what}", error["message"] if error else "")


def _why(event: dict[str, Any], facts: Mapping[str, Fact]) -> str:
    """The rule by which it came to that, and what led to it."""
    fact, cause = facts.get(event["event_id"]), facts.get(str(event.get("cause")))
    after = f"after {cause.transaction or cause.id}, {cause.name}" if cause else ""
    return " ".join(filter(None, (fact.rule if fact else "", after)))
