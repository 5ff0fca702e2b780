"""A journal that is kept in a list, for simulation: the same promises as port.py's, but those about the disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from kelex_host.errors import JournalError
from kelex_host.memory.fact import Fact, row_of
from kelex_host.memory.marks import Marks, Snapshot, snapshot_of, snapshot_row
from kelex_host.memory.port import BATCH_FACTS_MOST


class MemoryJournal:
    """It takes and refuses what the one on the disk does."""

    def __init__(self) -> None:
        self.notices: list[str] = []
        self._marks = Marks()
        self._facts: dict[int, Fact] = {}
        self._sequences: dict[str, int] = {}
        self._snapshots: dict[int, Any] = {}  # as rows: nobody changes one by changing his state

    @property
    def first(self) -> int:
        return self._marks.first

    @property
    def last(self) -> int:
        return self._marks.last

    def append(self, batch: Sequence[Fact]) -> list[Fact]:
        if len(batch) > BATCH_FACTS_MOST:
            raise JournalError(f"A batch has {len(batch)} facts, and {BATCH_FACTS_MOST} is the most; make two of it.")
        for fact in batch:
            row_of(fact, 0)
        added = []
        for fact in batch:
            if fact.event_id not in self._sequences:
                self._marks.last += 1
                added.append(replace(fact, sequence=self._marks.last))
                self._sequences[fact.event_id] = self._marks.last
        self._facts |= {fact.sequence: fact for fact in added}
        return added

    def mark_published(self, sequences: Iterable[int]) -> None:
        for sequence in sequences:
            if 0 < sequence <= self._marks.last:
                self._marks.published.add(sequence)

    def unpublished(self, after: int = 0) -> Iterator[Fact]:
        return (fact for fact in self.facts(after) if fact.sequence not in self._marks.published)

    def facts(self, after: int = 0) -> Iterator[Fact]:
        return (self._facts[at] for at in range(max(after + 1, self.first), self.last + 1))

    def fact(self, event_id: str) -> Fact | None:
        return self._facts.get(self._sequences.get(event_id, 0))

    def snapshot(self) -> Snapshot | None:
        return snapshot_of(self._snapshots[max(self._snapshots)]) if self._snapshots else None

    def save_snapshot(self, snapshot: Snapshot) -> None:
        if not 0 < snapshot.sequence <= self.last:
            raise JournalError(f"There is no fact {snapshot.sequence} to take a snapshot at; the last is {self.last}.")
        self._snapshots[snapshot.sequence] = snapshot_row(snapshot)
        self._snapshots = {sequence: self._snapshots[sequence] for sequence in sorted(self._snapshots)[-2:]}

    def compact(self, keep: int) -> int:
        marks = self._marks
        older = min(self._snapshots) if len(self._snapshots) > 1 else None
        first = marks.first_to_keep(keep, older, BATCH_FACTS_MOST)
        gone = [self._facts.pop(at) for at in range(marks.first, first)]
        for fact in gone:
            del self._sequences[fact.event_id]
        marks.first = first
        return len(gone)

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass
