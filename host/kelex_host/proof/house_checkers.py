"""What must hold of a household's life: nothing that was told or granted is forgotten, and MQTT shows what it knows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from kelex_host.household import journalling
from kelex_host.household.facts import INPUT, Fact
from kelex_host.household.house import ANSWER_KEPT_MS, ANSWERS_MOST, House, fold
from kelex_host.household.replaying import replay
from kelex_host.household.state import State, snapshot
from kelex_host.memory.journal import Journal
from kelex_host.proof.life import Life
from kelex_host.proof.life_trust import FORGERIES
from kelex_host.proof.story import Story

# What a request of the house may be refused with for want of a disk, or while it is not there.
_HINDRANCES = {"busy", "offline"}
# An order that is sent again after half a minute, or after the clock was set, is stale before it is replayed.
_ALSO = {"replayed": {"stale"}}
Answers = dict[str | None, list[dict[str, Any]]]


def check_household(story: Story) -> list[str]:
    """All checkers of the household."""
    household = story.life.household
    assert household is not None
    assert household.journal is not None
    facts = [journalling.fact_of(row) for row in household.journal.facts()]
    answers = _answers(story.life)
    return [
        *remembers_what_it_knows(story.life, facts),
        *decides_the_same_again(facts[: _unbroken(household.journal)]),
        *tells_what_it_knows(story.life, facts),
        *told_is_journalled(story.life, facts),
        *granted_is_journalled(story, facts, answers),
        *each_order_once(facts),
        *forgeries_are_refused(story, facts, answers),
        *members_are_obeyed(story, answers),
        *answered_exactly_once(story, answers),
        *stays_small(story.life),
    ]


def remembers_what_it_knows(life: Life, facts: Iterable[Fact]) -> list[str]:
    """What the running house knows is the fold of its journal, and nothing else."""
    assert life.household is not None
    assert life.household.keeper is not None
    state = life.household.keeper._house.state
    folded = State(epoch=state.epoch)
    for fact in facts:
        fold(folded, fact)
    folded.at_ms = state.at_ms  # time passes without a fact
    if snapshot(folded) == snapshot(state):
        return []
    names = [name for name in State.__struct_fields__ if getattr(folded, name) != getattr(state, name)]
    return [f"the journal does not say what the house knows of {', '.join(names)}"]


def decides_the_same_again(facts: Iterable[Fact]) -> list[str]:
    """The same inputs lead to the same facts, byte for byte."""
    done = replay(facts, State())
    if done.differs is None:
        return []
    return [f"decided anew after {done.turns} turns: {done.differs[1][:2]} instead of {done.differs[0][:2]}"]


def _unbroken(journal: Journal) -> int:
    """How many facts there are before the first that a torn write took: what came of it may be there without it."""
    return next((first - journal.first for first, _ in journal.contents()[0].lost), journal.last)


def tells_what_it_knows(life: Life, facts: Iterable[Fact]) -> list[str]:
    """What is retained below `house/` is what the journal comes to."""
    state = State()
    for fact in facts:
        fold(state, fact)
    wrong = []
    for leaf, wanted in House(state).documents().items():
        told = life.broker.retained.get(f"kelex/house/{leaf}")
        if (json.loads(told) if told else None) != (json.loads(json.dumps(wanted)) if wanted is not None else None):
            wrong.append(f"house/{leaf} is told as {(told or b'nothing')[:160]!r}, it is {str(wanted)[:160]}")
    return wrong


def told_is_journalled(life: Life, facts: list[Fact]) -> list[str]:
    """Every event was told, none that is not in the journal, in the journal's order, and no effect before its cause."""
    order = {fact.id: at for at, fact in enumerate(facts)}
    told: dict[str, int] = {}
    wrong: list[str] = []
    for message in life.broker.log:
        if "/event/" not in message.topic or message.topic.endswith("/event/trust"):
            continue  # refusals are no memories
        event = json.loads(message.payload)
        at = order.get(event["event_id"])
        if at is None:
            wrong.append(f"{event['event_id']} ({event['event_type']}) was told and is not in the journal")
        elif event["event_id"] not in told:
            if told and at < max(told.values()):
                wrong.append(f"{event['event_id']} was told after what came later")
            told[event["event_id"]] = at
            cause = event.get("cause")
            if cause in order and facts[order[cause]].is_published and cause not in told:
                wrong.append(f"{event['event_id']} was told before its cause {cause}")
    silent = [fact.id for fact in facts if fact.is_published and fact.id not in told]
    if silent:
        wrong.append(f"{len(silent)} events were never told, the first is {silent[0]}")
    return wrong


def granted_is_journalled(story: Story, facts: Iterable[Fact], answers: Answers) -> list[str]:
    """What was answered `ok` and told as an event is remembered as an input: nothing granted is forgotten."""
    obeyed = {fact.transaction for fact in facts if fact.kind == INPUT}
    changed = {
        json.loads(message.payload).get("transaction")
        for message in story.life.broker.log
        if message.topic.startswith("kelex/house/event/")
    }
    return [
        f"{transaction} ({asked.verb}) was granted, and is forgotten"
        for transaction, asked in story.asked_house.items()
        if transaction in changed - obeyed and any(one["status"] == "ok" for one in answers.get(transaction, []))
    ]


def each_order_once(facts: Iterable[Fact]) -> list[str]:
    """A request that came again within ten minutes by the house's clock, even after a restart, was obeyed once.

    A clock that was set ahead by an hour makes those minutes pass at the next restart: the house knows no better.
    """
    last_ms: dict[str, int] = {}
    again: Counter[str] = Counter()
    for fact in facts:
        if fact.kind == INPUT and fact.transaction:
            if fact.at_ms - last_ms.get(fact.transaction, fact.at_ms - ANSWER_KEPT_MS) < ANSWER_KEPT_MS:
                again[fact.transaction] += 1
            last_ms[fact.transaction] = fact.at_ms
    return [f"{transaction} was obeyed {1 + times} times by the house" for transaction, times in again.items()]


def forgeries_are_refused(story: Story, facts: Iterable[Fact], answers: Answers) -> list[str]:
    """Of what is forged, replayed, stale or not allowed nothing is obeyed, and each is told why."""
    obeyed, wrong = {fact.transaction for fact in facts}, []
    for transaction, asked in story.asked_house.items():
        if not asked.refusal:
            continue
        right = {asked.refusal, *_ALSO.get(asked.refusal, ()), *_HINDRANCES}
        codes = {a["error"]["code"] if a["status"] == "error" else "ok" for a in answers.get(transaction, [])}
        if not codes <= right:
            wrong.append(f"{transaction} ({asked.verb}) was answered {codes}, it has to be {asked.refusal}")
        if transaction in obeyed:
            wrong.append(f"{transaction} ({asked.verb}) was forged ({asked.refusal}) and obeyed")
    return wrong


def members_are_obeyed(story: Story, answers: Answers) -> list[str]:
    """Whatever forgers do, what a member signs is not taken for a forgery. Sent once more, it may be."""
    refusals = set(FORGERIES.values()) - {"not_allowed"}  # which it may be for other reasons
    return [
        f"{transaction} ({asked.verb}) is a member's own order, and his own order was refused as {answer['error']}"
        for transaction, asked in story.asked_house.items()
        if asked.signed and asked.times == 1
        for answer in answers.get(transaction, [])
        if answer["status"] == "error" and answer["error"]["code"] in refusals
    ]


def answered_exactly_once(story: Story, answers: Answers) -> list[str]:
    """Where nothing broke the bridge, its broker or its disk."""
    if not story.gentle:
        return []
    return [
        f"{transaction} ({asked.verb}) was asked {asked.times} times and answered {len(answers.get(transaction, []))}"
        for transaction, asked in story.asked_house.items()
        if len(answers.get(transaction, [])) != asked.times
    ]


def stays_small(life: Life) -> list[str]:
    """Nothing grows without end, and nothing waits any more."""
    assert life.household is not None
    assert life.household.keeper is not None
    keeper = life.household.keeper
    state, memories = keeper._house.state, keeper._memories
    sizes = {
        "answers kept": (len(state.answers), ANSWERS_MOST + 1),
        "facts waiting for the disk": (len(memories._waiting), 0),
        "announcements": (len(state.announcements), 500),
        "facts lost": (memories.lost, 0),
        "effects waiting": (len(keeper._waiting.effects), 0),
    }
    wrong = [f"{name}: {size}, {most} at most" for name, (size, most) in sizes.items() if size > most]
    if memories.trouble:
        wrong.append(f"the journal is in trouble at the end: {memories.trouble}")
    if memories.has_more:
        wrong.append("events of the journal still wait to be told")
    return wrong


def _answers(life: Life) -> Answers:
    """Every response of house and world, by transaction."""
    answers: Answers = {}
    for message in life.broker.log:
        if message.topic.startswith(("kelex/house/response/", "kelex/world/response/")):
            answer = json.loads(message.payload)
            answers.setdefault(answer.get("transaction"), []).append(answer)
    return answers
