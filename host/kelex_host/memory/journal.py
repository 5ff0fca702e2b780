"""The journal on the disk: see port.py for what it promises.

What was damaged is put aside and rescued, at the start or wherever it is noticed, and what was asked for is done then.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from threading import RLock
from typing import TypeVar

from kelex_host.errors import JournalError, JournalWriteError
from kelex_host.memory.database import meaning
from kelex_host.memory.fact import Damaged, Fact
from kelex_host.memory.marks import Marks, Snapshot
from kelex_host.memory.port import BATCH_FACTS_MOST
from kelex_host.memory.rescue import finish, rescue
from kelex_host.memory.store import CHUNK_FACTS, Store
from kelex_host.shells.safe_file import make_private

FIRST_CHUNK_FACTS = 16
T = TypeVar("T")


class Journal:
    """Made where there is none, and for one process at a time. Raises JournalError."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """With `read_only`, a look at any journal, also one that a house uses: neither locked, changed nor rescued."""
        self.path = path
        self.notices: list[str] = []
        self._read_only = read_only
        self._threads = RLock()
        self._lock = -1 if read_only else lock(path)
        try:
            self._store = self._open()
        except BaseException:
            self._unlock()
            raise

    @property
    def first(self) -> int:
        return self._store.marks.first

    @property
    def last(self) -> int:
        return self._store.marks.last

    def append(self, batch: Sequence[Fact]) -> list[Fact]:
        if len(batch) > BATCH_FACTS_MOST:
            raise JournalError(f"A batch has {len(batch)} facts, and {BATCH_FACTS_MOST} is the most; make two of it.")
        return self._write(lambda store: store.append(batch))

    def mark_published(self, sequences: Iterable[int]) -> None:
        marks = self._store.marks
        for sequence in sequences:
            if 0 < sequence <= marks.last:
                marks.published.add(sequence)

    def unpublished(self, after: int = 0) -> Iterator[Fact]:
        at = max(after, self.first - 1)
        while gap := next(self._store.marks.published.gaps(at + 1, self.last), None):
            yield from self._facts(gap[0] - 1, gap[1])
            at = gap[1]

    def facts(self, after: int = 0) -> Iterator[Fact]:
        return self._facts(max(after, self.first - 1), self.last)

    def fact(self, event_id: str) -> Fact | None:
        return self._do(lambda store: store.find(event_id))

    def snapshot(self) -> Snapshot | None:
        return next(reversed(self._do(Store.snapshots)), None)

    def save_snapshot(self, snapshot: Snapshot) -> None:
        if not 0 < snapshot.sequence <= self.last:
            raise JournalError(f"There is no fact {snapshot.sequence} to take a snapshot at; the last is {self.last}.")
        self._write(lambda store: store.save_snapshot(snapshot))

    def compact(self, keep: int) -> int:
        return self._write(lambda store: store.compact(keep))

    def contents(self) -> tuple[Marks, list[Snapshot], Iterator[Fact]]:
        """All there is, for a crystal."""
        return self._store.marks, self._do(Store.snapshots), self.facts()

    def check(self) -> None:
        """Read all of it, also what no start reads: what is damaged anywhere is rescued now. Takes seconds."""
        self._do(Store.check)

    def flush(self) -> None:
        self._write(Store.flush)

    def close(self) -> None:
        try:
            if not self._read_only:
                self.flush()
        finally:
            try:
                with meaning(self.path):
                    self._store.close()
            finally:
                self._unlock()

    def _facts(self, after: int, until: int) -> Iterator[Fact]:
        """In chunks, since who reads may also write; small ones first, for who wants only a few."""
        amount = FIRST_CHUNK_FACTS
        while after < until:
            chunk = self._chunk(after, min(amount, until - after))
            yield from (fact for fact in chunk if fact.sequence <= until)
            after, amount = chunk[-1].sequence if chunk else until, min(4 * amount, CHUNK_FACTS)

    def _chunk(self, after: int, amount: int) -> list[Fact]:
        return self._do(lambda store: store.chunk(max(after, store.marks.first - 1), amount))

    def _write(self, work: Callable[[Store], T]) -> T:
        if self._read_only:
            raise JournalWriteError(f"The journal {self.path} is open for reading only; ask its house to write.")
        return self._do(work)

    def _do(self, work: Callable[[Store], T]) -> T:
        """Do it; where that meets a damage, rescue what there is, and do it on that. One thread at a time."""
        with self._threads:
            return self._do_alone(work)

    def _do_alone(self, work: Callable[[Store], T]) -> T:
        try:
            with meaning(self.path):
                return work(self._store)
        except Damaged as damage:
            self._rescue(damage)
        try:
            with meaning(self.path):
                return work(self._store)
        except Damaged as damage:
            raise self._damaged_again(damage) from None

    def _open(self) -> Store:
        try:
            with meaning(self.path):
                if not self._read_only:
                    finish(self.path)
                return Store(self.path, read_only=self._read_only)
        except Damaged as damage:
            self._refuse_to_mend(damage)
        self.notices.append(rescue(self.path))
        try:
            with meaning(self.path):
                return Store(self.path)
        except Damaged as damage:
            raise self._damaged_again(damage) from None

    def _rescue(self, damage: Damaged) -> None:
        self._refuse_to_mend(damage)
        before = self._store.marks
        with meaning(self.path):
            self._store.close()
        self.notices.append(rescue(self.path))
        self._store = self._open()
        marks = self._store.marks
        for first, last in before.published:  # newer than what was written down
            marks.published.add(first, last)
        if before.last > marks.last:
            marks.lost.add(marks.last + 1, before.last)
            marks.last = before.last
        self.flush()

    def _refuse_to_mend(self, damage: Damaged) -> None:
        if self._read_only:
            why = f"The journal {self.path} is damaged ({damage}); `kelex up` rescues what can be read."
            raise JournalError(why) from None

    def _damaged_again(self, damage: Damaged) -> JournalError:
        return JournalError(f"The journal {self.path} gets damaged again and again ({damage}); look at its disk.")

    def _unlock(self) -> None:
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1


def lock(path: Path) -> int:
    """Keep other houses away as long as this descriptor is open. Raises JournalError."""
    with meaning(path):
        make_private(path.parent)
        descriptor = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise JournalError(
            f"The journal {path} is in use by another house; stop that, or give this one another KELEX_HOME."
        ) from None
    return descriptor
