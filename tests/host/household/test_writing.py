"""The journal is written beside the house's work: what comes in meanwhile waits, and nothing is told too early."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from host.household.bench import Bench
from kelex_host.bridge.reply import Reply
from kelex_host.bridge.requests import RequestError
from kelex_host.errors import JournalWriteError
from kelex_host.household import journalling, memories
from kelex_host.household.replaying import replay
from kelex_host.household.state import State, snapshot
from kelex_host.memory.memory_journal import MemoryJournal


class SlowWriter:
    """Does nothing until it is told to."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Callable[[], Any], Callable[[Any], None]]] = []
        self._is_closed = False

    def begin(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self.waiting.append((work, done))
        if self._is_closed:
            self.go_on()

    def go_on(self) -> None:
        """What is under way is done."""
        work, done = self.waiting.pop(0)
        done(work())

    def close(self) -> None:
        self._is_closed = True
        while self.waiting:
            self.go_on()


class FullDisk(MemoryJournal):
    """A journal on a disk that may be full."""

    full = False

    def append(self, batch: Any) -> Any:
        if self.full:
            raise JournalWriteError("The journal cannot be used: the disk is full; free some space.")
        return super().append(batch)


class FaultyJournal(MemoryJournal):
    """A journal with a fault of ours in it; once it has written, or before."""

    fails = ""

    def append(self, batch: Any) -> Any:
        if self.fails == "before":
            raise ZeroDivisionError("nobody has foreseen this")
        added = super().append(batch)
        if self.fails == "behind":
            raise ZeroDivisionError("nobody has foreseen this either")
        return added


@pytest.fixture
def slow(make: Callable[..., Bench]) -> tuple[Bench, SlowWriter]:
    """A household whose journal takes its time."""
    bench, writer = make(), SlowWriter()
    bench.keeper._writer = writer
    return bench, writer


def asked(bench: Bench, title: str, answers: list[Any]) -> None:
    """A request whose answers are kept."""
    fields = {"title": title, "summary": None, "severity": None, "source": None}
    reply = Reply(
        title, lambda now, data: answers.append((title, "ok")), lambda now, e: answers.append((title, e.code))
    )
    bench.keeper.request(bench.now, "news", fields, None, reply)
    bench.pump()


def test_nothing_is_answered_or_told_before_it_is_written(slow: tuple[Bench, SlowWriter]) -> None:
    bench, writer = slow
    answers: list[Any] = []
    asked(bench, "one", answers)
    assert (answers, bench.events("news_item")) == ([], [])
    writer.go_on()
    bench.pump()
    assert answers == [("one", "ok")]
    assert len(bench.events("news_item")) == 1


def test_what_comes_in_meanwhile_is_written_together_behind_it(slow: tuple[Bench, SlowWriter]) -> None:
    bench, writer = slow
    answers: list[Any] = []
    for title in ("one", "two", "three"):
        asked(bench, title, answers)
    assert len(writer.waiting) == 1, "one at a time"
    writer.go_on()
    bench.pump()
    assert answers == [("one", "ok")]
    writer.go_on()
    bench.pump()
    assert answers == [("one", "ok"), ("two", "ok"), ("three", "ok")]
    assert [event["title"] for event in bench.events("news_item")] == ["one", "two", "three"]


def test_an_event_that_the_broker_has_meanwhile_is_not_told_again(slow: tuple[Bench, SlowWriter]) -> None:
    bench, writer = slow
    bench.acknowledging = False
    answers: list[Any] = []
    asked(bench, "one", answers)
    writer.go_on()
    bench.pump()
    asked(bench, "two", answers)
    bench.keeper.published(next(row.sequence for row in bench.journal.facts() if row.type == "news_item"))
    writer.go_on()
    bench.acknowledging = True
    bench.restart()
    assert [event["title"] for event in bench.events("news_item")] == ["one", "two"]


def test_a_stop_writes_all_that_waits(slow: tuple[Bench, SlowWriter]) -> None:
    bench, _ = slow
    answers: list[Any] = []
    for title in ("one", "two"):
        asked(bench, title, answers)
    bench.keeper.stop()
    assert answers == [("one", "ok"), ("two", "ok")]


def test_on_a_full_disk_nothing_is_granted_and_the_house_goes_on() -> None:
    journal = FullDisk()
    bench = Bench(journal=journal)
    answers: list[Any] = []
    journal.full = True
    asked(bench, "lost", answers)
    assert answers == [("lost", "busy")]
    bench.senses(temperature=31)
    bench.run(2)
    assert bench.orders("gesture", "eye"), "somebody is warned all the same"
    assert not bench.events("too_hot"), "and nothing is told that may be forgotten"
    assert any("disk is full" in notice for notice in bench.notices)
    journal.full = False
    bench.run(2)
    asked(bench, "kept", answers)
    assert answers[-1] == ("kept", "ok")
    assert [event["event_type"] for event in bench.events("too_hot")] == ["too_hot"]
    facts = [journalling.fact_of(row) for row in journal.facts()]
    assert replay(facts, State()).differs is None


@pytest.mark.parametrize("when", ["before", "behind"])
def test_whatever_fails_in_the_journal_is_said_and_nobody_waits_for_ever(when: str) -> None:
    journal = FaultyJournal()
    bench = Bench(journal=journal)
    answers: list[Any] = []
    journal.fails = when
    asked(bench, "lost", answers)
    assert answers == [("lost", "busy")]
    assert not bench.events("news_item")
    assert any("ZeroDivisionError" in notice and "restart" in notice for notice in bench.notices)
    journal.fails = ""
    bench.run(2)
    asked(bench, "kept", answers)
    assert answers[-1] == ("kept", "ok")
    assert [event["title"] for event in bench.events("news_item")] == ["lost", "kept"], "each told, and once"


def test_what_cannot_be_read_to_explain_an_event_is_said(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(event_id: str) -> None:
        raise JournalWriteError("The journal cannot be used: the disk refuses; look at its health.")

    monkeypatch.setattr(bench.journal, "fact", refuse)
    with pytest.raises(RequestError, match="the disk refuses"):
        bench.ask("why", event_id="house-1-1")


def test_old_facts_go_and_the_snapshot_folds_to_the_same_state(
    make: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memories, "SNAPSHOT_EACH", 50)
    monkeypatch.setattr(memories, "KEPT_MOST", 100)
    bench = make()
    for number in range(200):
        bench.ask("news", title=f"item {number}")
    assert bench.journal.first > 100
    assert bench.journal.last - bench.journal.first < 300
    before = snapshot(bench.keeper._house.state)
    bench.restart()
    assert snapshot(bench.keeper._house.state) == before
