"""What the house asks of a journal, and what it can rely on.

- `append` returns when the facts are safe: neither kill -9 nor a power cut takes them then. All of a batch, or nothing.
- An event_id is written once: a fact whose event_id is there already is left out of what `append` returns.
- The order is that of `sequence`, which never comes again; no clock has a say in it.
- `mark_published` is written down with the next batch, or by `flush`. Cut short before that, a fact is published twice,
  under its one event_id; never not at all.
- `save_snapshot`, then `compact`, forget old facts. The last two snapshots are kept, and all facts since the older one,
  so that each of the two and the facts behind it fold to the same state.

Every method may raise JournalError; JournalWriteError where nothing was written and it can be tried again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from kelex_host.memory.fact import Fact
from kelex_host.memory.marks import Snapshot

BATCH_FACTS_MOST = 10_000


class JournalPort(Protocol):
    """`Journal` keeps it in SQLite (journal.py), `MemoryJournal` in a list, for simulation (memory_journal.py)."""

    # Sentences for a person, about what was damaged and rescued; who tells them, clears them.
    notices: list[str]

    @property
    def first(self) -> int:
        """The sequence of the oldest fact that is kept."""

    @property
    def last(self) -> int:
        """The sequence of the latest fact; 0 where there is none."""

    def append(self, batch: Sequence[Fact]) -> list[Fact]:
        """Make these facts safe; those of them that are new, with their sequences."""

    def mark_published(self, sequences: Iterable[int]) -> None:
        """The broker has acknowledged them."""

    def unpublished(self, after: int = 0) -> Iterator[Fact]:
        """The facts behind that sequence that still have to be published, in their order."""

    def facts(self, after: int = 0) -> Iterator[Fact]:
        """The facts behind that sequence, as far as they are kept, in their order."""

    def fact(self, event_id: str) -> Fact | None:
        """The fact with that event_id; None where it is not there, or not any more."""

    def snapshot(self) -> Snapshot | None:
        """The latest snapshot."""

    def save_snapshot(self, snapshot: Snapshot) -> None:
        """Make it safe."""

    def compact(self, keep: int) -> int:
        """Forget up to BATCH_FACTS_MOST old facts; how many went.

        Kept are the latest `keep`, all behind the older snapshot, and all behind the first one not yet published.
        """

    def flush(self) -> None:
        """Write down what was published."""

    def close(self) -> None:
        """Flush, and let go."""
