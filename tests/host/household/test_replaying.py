"""A journal replays to the same decisions, byte for byte, whatever happened in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from random import Random
from typing import Any

import msgspec
import pytest
from host.household.bench import Bench
from host.household.test_projects import SHIP
from kelex_host.bridge.requests import RequestError
from kelex_host.household import journalling
from kelex_host.household.replaying import replay
from kelex_host.household.state import State, restore, snapshot
from kelex_host.memory.fact import Fact as Row
from kelex_host.memory.memory_journal import MemoryJournal


def wishes(random: Random) -> list[tuple[str, dict[str, Any]]]:
    """Anything that a household may be asked, sense or not."""
    member, room = random.choice(["jor-el", "lara", "kal-el"]), random.choice(["study", "nursery", "hall", None])
    return [
        ("announce", {"text": "x" * random.randrange(1, 90), "to": random.choice([["jor-el"], ["everyone"], ["lara"]]),
                      "priority": random.choice(["routine", "important", "urgent", "emergency"])}),
        ("ack", {"by": member}),
        ("news", {"title": "n", "severity": random.choice(["minor", "severe", "extreme"])}),
        ("presence", {"member": member, "room": room}),
        ("brief", {"member": member}),
        ("quiet", {"on": random.random() < 0.5}),
        ("nursery", {"infant": random.choice(["asleep", "awake"])}),
        ("visitor", {"who": "Non", "urgency": random.choice(["routine", "urgent"])}),
        ("hazard", {"kind": "gas", "level": random.choice(["none", "minor", "severe"])}),
        ("evacuate", {"action": random.choice(["begin", "check", "launch", "abort"]), "item": "hatch"}),
        ("lockdown", {"on": random.random() < 0.5}),
        ("call", {"to": "dru zott", "by": member}),
        ("project", SHIP),
        ("project", {"action": random.choice(["forbid_purchases", "allow_purchases"])}),
        ("project", {"action": "step_done", "project": "ship", "step": "hull"}),
        ("project", {"action": "cancel", "project": "ship"}),
    ]  # fmt: skip


_TREMOR = {"alarm": "tremor", "severity": "severe", "level": "severe", "reading": 2.5, "lasted_s": 4}
DRONE_EVENTS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("doorbell", "pressed", {}),
    ("door", "opened", {}),
    ("door", "closed", {}),
    ("presence", "detected", {}),
    ("cry", "cry_started", {}),
    ("cry", "cry_ended", {}),
    ("alarm", "raised", _TREMOR),
    ("alarm", "cleared", _TREMOR),
)


def lived(seed: int, moments: int = 150) -> Bench:
    """A household after many things happened to it."""
    random, bench = Random(seed), Bench({"lockdown": {"when_away": True}, "quiet": {"begin": "22:00", "end": "06:00"}})
    bench.online()
    for number in range(moments):
        what = random.randrange(20)
        if what < 12:
            verb, fields = random.choice(wishes(random))
            with suppress(RequestError):
                bench.ask(verb, signed_by=random.choice([None, "jor-el"]), transaction=f"t{number}", **fields)
        elif what < 15:
            subject, event_type, more = random.choice(DRONE_EVENTS)
            bench.drone_event(subject, event_type, **more)
        elif what < 18:
            bench.senses(
                temperature=random.uniform(15, 62),
                range=random.uniform(30, 2000),
                battery_level=random.uniform(5, 100),
            )
        elif what == 18:
            random.choice([bench.online, bench.offline, bench.restart])()
        bench.run(random.choice([0.1, 3, 30, 600, 1800]))
    return bench


@pytest.mark.parametrize("seed", range(8))
def test_a_life_replays_to_the_same_decisions(seed: int) -> None:
    bench = lived(seed)
    bench.check()
    facts = [journalling.fact_of(row) for row in bench.journal.facts()]
    assert len(facts) > 300
    state = State()
    done = replay(facts, state)
    assert done.differs is None
    assert done.facts == len(facts)
    assert snapshot(state) == snapshot(bench.keeper._house.state)


def test_a_snapshot_and_the_facts_behind_it_fold_to_the_same_state() -> None:
    bench = lived(1, 60)
    before = snapshot(bench.keeper._house.state)
    assert snapshot(restore(before)) == before
    bench.restart()
    assert snapshot(bench.keeper._house.state) == before


def test_a_changed_journal_is_found_out() -> None:
    bench = lived(3, 60)
    facts = [journalling.fact_of(row) for row in bench.journal.facts()]
    at = next(i for i, fact in enumerate(facts) if fact.type == "queued")
    changed = msgspec.structs.replace(facts[at], severity="minor" if facts[at].severity != "minor" else "info")
    assert replay([*facts[:at], changed, *facts[at + 1 :]], State()).differs


@pytest.mark.parametrize("year", [1970, 2099])
def test_an_event_of_another_age_is_told_once_with_its_own_time_and_the_house_goes_on(bench: Bench, year: int) -> None:
    bench.online()
    id = bench.drone_event("doorbell", "pressed", time=f"{year}-01-01T00:00:01+00:00")
    bench.run(5)
    assert [event["for"] for event in bench.events("arrived", subject="visitor")] == ["jor-el"]
    assert [event["time"][:4] for event in bench.events("pressed") if event["event_id"] == id] == [str(year)]
    assert bench.ask("news", title="A coup")["event_id"]
    bench.restart()
    bench.run(5)
    assert len(bench.events("arrived", subject="visitor")) == 1
    assert replay([journalling.fact_of(row) for row in bench.journal.facts()], State()).differs is None


class Damaged(MemoryJournal):
    """A journal of which the end may be lost."""

    def facts(self, after: int = 0) -> Iterator[Row]:
        return (fact for sequence, fact in sorted(self._facts.items()) if sequence > after)


def test_ids_of_facts_that_a_damage_took_are_not_given_to_others() -> None:
    journal = Damaged()
    bench = Bench(journal=journal)
    bench.ask("news", title="kept")
    kept = journal.last
    known = {bench.ask("news", title="lost")["event_id"]}
    for sequence in range(kept + 1, journal.last + 1):
        del journal._facts[sequence]
    bench.restart()
    assert bench.ask("news", title="new")["event_id"] not in known
    bench.restart()
    bench.ask("news", title="newer")
    ids = [event["event_id"] for event in bench.events("news_item")]
    assert len(ids) == len(set(ids)) == 4
    assert replay([journalling.fact_of(row) for row in journal.facts()], State()).differs is None
