"""Ways to break the household: what it tells too early, forgets, does twice, or knows from nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from typing import Any

from kelex_host.bridge.outbox import Message
from kelex_host.errors import JournalError
from kelex_host.household.facts import Fact, document, topic_of
from kelex_host.household.house import House
from kelex_host.household.keeper import Keeper
from kelex_host.household.memories import Memories
from kelex_host.household.telling import Telling, encode_json
from kelex_host.household.turn import Turn
from kelex_host.memory import rescue
from kelex_host.proof.mutants.mutant import Mutant, Patch

_HOST = ("disk", "host", "broker")


def publish_before_journalling(patch: Patch) -> None:
    """An event goes to the broker before it is safe."""
    flush = Keeper.flush

    def early(memories: Memories) -> set[str]:
        told: set[str] = memories.__dict__.setdefault("told_early", set())
        return told

    def careless(self: Keeper) -> None:
        telling, told = self._telling, early(self._memories)
        for fact in self._memories._waiting:
            if fact.is_published and fact.id not in told:
                told.add(fact.id)
                telling._outbox.put(Message(topic_of(telling._topics, fact), encode_json(document(fact))))
        flush(self)

    def tell_the_rest(self: Telling) -> None:
        for sequence, fact in self._memories.to_publish(self._outbox.room):
            if fact.id in early(self._memories):
                self._memories.published(sequence)
            else:
                self._outbox.put(Message(topic_of(self._topics, fact), encode_json(document(fact)), fact=sequence))

    patch.setattr(Keeper, "flush", careless)
    patch.setattr(Telling, "tell_events", tell_the_rest)


def settle_before_journalling(patch: Patch) -> None:
    """A drone may forget its event as soon as it was heard."""
    event = Keeper.event

    def careless(self: Keeper, now: Any, drone: str, subject: str, told: Any, settles: tuple[str, int, int]) -> None:
        event(self, now, drone, subject, told, settles)
        self._drones[drone].settle(*settles[1:])

    patch.setattr(Keeper, "event", careless)


def forget_what_could_not_be_written(patch: Patch) -> None:
    """A full disk is taken for one that has written all."""

    def careless(self: Memories, error: JournalError) -> None:
        self._writing = []

    patch.setattr(Memories, "failed", careless)


def mark_published_before_the_broker_has_it(patch: Patch) -> None:
    """What was handed to the outbox counts as published."""
    to_publish = Memories.to_publish

    def careless(self: Memories, room: int) -> Iterator[tuple[int, Fact]]:
        for sequence, fact in to_publish(self, room):
            self.published(sequence)
            with suppress(JournalError):  # of a disk that takes nothing now
                self._journal.flush()
            yield sequence, fact

    patch.setattr(Memories, "to_publish", careless)


def forget_the_tail_of_the_journal(patch: Patch) -> None:
    """A new process takes all of the journal for published."""
    begin = Memories.__init__

    def careless(self: Memories, *of_a_journal: Any) -> None:
        begin(self, *of_a_journal)
        self._is_behind = False

    patch.setattr(Memories, "__init__", careless)


def take_a_drones_event_twice(patch: Patch) -> None:
    """A drone's event that comes again after a restart is news."""
    patch.setattr(Memories, "has_drone_event", lambda self, drone, id: False)


def obey_a_request_again_after_a_restart(patch: Patch) -> None:
    """The answers that were given are not looked at."""
    take = House.take

    def careless(self: House, *of_a_turn: Any) -> Any:
        self.state.answers.clear()
        return take(self, *of_a_turn)

    patch.setattr(House, "take", careless)


def know_what_is_in_no_fact(patch: Patch) -> None:
    """Something is written into the state past the journal."""
    take = House.take

    def careless(self: House, *of_a_turn: Any) -> Any:
        came = take(self, *of_a_turn)
        self.state.lockdown_ms += 1
        return came

    patch.setattr(House, "take", careless)


def decide_by_something_else_than_the_input(patch: Patch) -> None:
    """A fact depends on how often the process was asked."""
    tell, asked = Turn.tell, count()

    def careless(self: Turn, subject: str, type: str, **data: Any) -> Fact:
        return tell(self, subject, type, **data, asked=next(asked))

    patch.setattr(Turn, "tell", careless)


def tell_a_document_once_only(patch: Patch) -> None:
    """What stands on MQTT of the mode is the first that was told."""
    news = Telling.news

    def careless(self: Telling) -> dict[str, bytes]:
        return {leaf: told for leaf, told in news(self).items() if leaf != "mode" or leaf not in self._told}

    patch.setattr(Telling, "news", careless)


def lose_the_cause(patch: Patch) -> None:
    """What came of something is told before it."""
    to_publish = Memories.to_publish

    def careless(self: Memories, room: int) -> Iterator[tuple[int, Fact]]:
        yield from reversed(list(to_publish(self, room)))

    patch.setattr(Memories, "to_publish", careless)


def lose_the_latest_fact_in_a_rescue(patch: Patch) -> None:
    """Of a damaged journal the last fact is left where it is."""
    fill = rescue._fill

    def careless(connection: Any, damaged: Any) -> Any:
        came = fill(connection, damaged)
        connection.execute("DELETE FROM facts WHERE sequence = (SELECT max(sequence) FROM facts)")
        return came

    patch.setattr(rescue, "_fill", careless)


MUTANTS = (
    Mutant(publish_before_journalling, "was told a", True, _HOST),
    Mutant(settle_before_journalling, "arrived", True, _HOST),
    Mutant(forget_what_could_not_be_written, "journal", True, ("disk",)),
    Mutant(mark_published_before_the_broker_has_it, "never told", True, _HOST),
    Mutant(forget_the_tail_of_the_journal, "never told", True, _HOST),
    Mutant(take_a_drones_event_twice, "decided anew", True, ("disk",), {"power_cut": 30}),
    Mutant(obey_a_request_again_after_a_restart, "times by the house", True, _HOST),
    Mutant(know_what_is_in_no_fact, "does not say what the house knows", True, ()),
    Mutant(decide_by_something_else_than_the_input, "decided anew", True, ()),
    Mutant(tell_a_document_once_only, "is told as", True, ()),
    Mutant(lose_the_cause, "before its cause", True, ()),
    Mutant(lose_the_latest_fact_in_a_rescue, "the latest facts are gone", True, ("disk",)),
)
