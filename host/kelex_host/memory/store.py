"""One open journal file: what is read from it is looked at, and raises Damaged where it is not what was written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from kelex_host.memory import database
from kelex_host.memory.fact import FIELDS_IN_ROW, Damaged, Fact, fact_of, row_of
from kelex_host.memory.marks import Marks, Snapshot, marks_of, snapshot_of, snapshot_row
from kelex_host.memory.port import BATCH_FACTS_MOST

CHUNK_FACTS = 1000
_INSERT_ANYHOW = f"INSERT INTO facts VALUES({', '.join('?' * FIELDS_IN_ROW)})"
_INSERT = f"{_INSERT_ANYHOW} ON CONFLICT(event_id) DO NOTHING"
_CHUNK = "SELECT * FROM facts WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?"
_SNAPSHOTS = "SELECT * FROM snapshots ORDER BY sequence"
_LATEST_TWO = "SELECT sequence FROM snapshots ORDER BY sequence DESC LIMIT 2"


class Store:
    """Every method may raise Damaged, or what `database.meaning` makes sense of."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self._db = database.connect_to_read(path) if read_only else database.connect(path)
        try:
            self.marks = marks_of(next(iter(self._all("SELECT * FROM marks")), None))
            if not read_only:
                self._check_start()
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        """Let go; SQLite then puts its log's content into the file."""
        self._db.close()

    def append(self, batch: Sequence[Fact]) -> list[Fact]:
        """See port.py."""
        last, added = self.marks.last, []
        try:
            with database.transaction(self._db):
                for fact in batch:
                    if self._db.execute(_INSERT, row_of(fact, self.marks.last + 1)).rowcount:
                        self.marks.last += 1
                        added.append(replace(fact, sequence=self.marks.last))
                    elif self.find(fact.event_id) is None:
                        raise Damaged("the index has a fact that is not there")
                self._put_marks()
        except BaseException:
            self.marks.last = last
            raise
        return added

    def chunk(self, after: int, amount: int) -> list[Fact]:
        """Up to so many facts behind that sequence, which lies within what is kept."""
        found = [fact_of(row) for row in self._all(_CHUNK, after, self.marks.last, amount)]
        before, lost = after, self.marks.lost
        for fact in found:
            if fact.sequence != before + 1 and not lost.covers(before + 1, fact.sequence - 1):
                raise Damaged("facts are gone")
            before = fact.sequence
        if len(found) < amount and not lost.covers(before + 1, self.marks.last):
            raise Damaged("the latest facts are gone")
        return found

    def find(self, event_id: str) -> Fact | None:
        """The fact with that event_id."""
        for row in self._all("SELECT * FROM facts WHERE event_id = ?", event_id):
            fact = fact_of(row)
            if fact.event_id != event_id:
                raise Damaged("the index leads to another fact")
            return fact
        return None

    def snapshots(self) -> list[Snapshot]:
        """The older and the newer one, as far as there are."""
        return [snapshot_of(row) for row in self._all(_SNAPSHOTS)]

    def save_snapshot(self, snapshot: Snapshot) -> None:
        """See port.py."""
        row = snapshot_row(snapshot)
        with database.transaction(self._db):
            self._db.execute("REPLACE INTO snapshots VALUES(?, ?, ?)", row)
            self._db.execute(f"DELETE FROM snapshots WHERE sequence NOT IN ({_LATEST_TWO})")
            self._put_marks()

    def compact(self, keep: int) -> int:
        """See port.py."""
        marks = self.marks
        older = next((sequence for (sequence,) in self._all(_LATEST_TWO)[1:]), None)
        was, first = marks.first, marks.first_to_keep(keep, older, BATCH_FACTS_MOST)
        if first == was:
            return 0
        try:
            with database.transaction(self._db):
                gone: int = self._db.execute("DELETE FROM facts WHERE sequence < ?", (first,)).rowcount
                marks.first = first
                self._put_marks()
        except BaseException:
            marks.first = was
            raise
        return gone

    def flush(self) -> None:
        """Write the marks down."""
        with database.transaction(self._db):
            self._put_marks()

    def check(self) -> None:
        """Read all there is, and have SQLite look at how it hangs together."""
        for (finding,) in self._all("PRAGMA integrity_check(1)"):
            if finding != "ok":
                raise Damaged(str(finding))
        self.snapshots()
        self._read_on(self.marks.first - 1)

    def _check_start(self) -> None:
        """What a start reads is looked at now; of what is older, the end, which has to be where the marks say it is."""
        since = max((snapshot.sequence for snapshot in self.snapshots()), default=0)
        oldest = self.marks.first - 1
        self._read_on(max(oldest, min(since, self.marks.last - 1)))

    def _read_on(self, after: int) -> None:
        while after < self.marks.last:
            found = self.chunk(after, CHUNK_FACTS)
            after = found[-1].sequence if found else self.marks.last

    def _put_marks(self) -> None:
        self._db.execute("REPLACE INTO marks VALUES(?, ?, ?)", self.marks.row())

    def _all(self, query: str, *values: Any) -> list[Any]:
        return database.rows(self._db, query, values)


def write_new(path: Path, marks: Marks, snapshots: Sequence[Snapshot], facts: Iterable[Fact]) -> None:
    """A journal of what another one held, with its sequences, in a new file. Raises JournalError, or sqlite3.Error."""
    with closing(database.make(path)) as connection, database.transaction(connection):
        connection.executemany("INSERT INTO snapshots VALUES(?, ?, ?)", map(snapshot_row, snapshots))
        connection.executemany(_INSERT_ANYHOW, (row_of(fact, fact.sequence) for fact in facts))
        connection.execute("REPLACE INTO marks VALUES(?, ?, ?)", marks.row())
