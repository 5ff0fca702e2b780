"""A damaged journal is put aside, and what can be read of it becomes a new one. Cut short, that is done again."""

from __future__ import annotations

import mmap
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from kelex_host.errors import JournalError
from kelex_host.memory import wal
from kelex_host.memory.database import beside, make, meaning, rows, transaction
from kelex_host.memory.fact import FIELDS_IN_ROW, Damaged, fact_of
from kelex_host.memory.marks import Marks, marks_of, snapshot_of
from kelex_host.memory.pages import PAGE_BYTES, Values, rows_in
from kelex_host.shells.safe_file import sync_directory

ASIDE_MOST = 8
_KEEP = f"REPLACE INTO facts VALUES({', '.join('?' * FIELDS_IN_ROW)})"


def finish(path: Path) -> None:
    """Put a rescued journal, which is whole, into its place. Raises OSError."""
    rescued = _rescued(path)
    if rescued.exists():
        for stale in beside(path)[1:]:  # SQLite would play an old log onto the new file
            stale.unlink(missing_ok=True)
        rescued.replace(path)
        sync_directory(path.parent)


def rescue(path: Path) -> str:
    """Make a new journal of what can be read; a sentence that tells what became of the old one. Raises JournalError."""
    with meaning(path):
        aside = _put_aside(path)
        new = path.with_name(f"{path.name}.new")
        for file in beside(new):
            file.unlink(missing_ok=True)
        with closing(make(new)) as connection:
            rows(connection, "PRAGMA synchronous=OFF")
            held, lost = _fill(connection, path)
        with new.open("rb") as written:
            os.fsync(written.fileno())
        new.replace(_rescued(path))
        sync_directory(path.parent)
        finish(path)
    lost_text = f"{lost} lost" if lost else "none known to be lost"
    return (
        f"The journal {path} was damaged or cut short: {held} facts of it are in use again, {lost_text}; what it was "
        f"is put aside as {aside.name}, which you can remove."
    )


def _fill(connection: sqlite3.Connection, damaged: Path) -> tuple[int, int]:
    """Put everything that can be read into the new journal; (how many facts it has, how many are lost)."""
    marks = Marks()
    with transaction(connection):
        log = beside(damaged)[1]
        data = log.read_bytes() if log.exists() else b""
        unfinished = wal.unfinished_from(data)
        for rowid, values in _rows(damaged, data[:unfinished], 0):
            with suppress(Damaged, JournalError, ValueError):
                _keep(connection, marks, rowid, values)
        _keep_batch(connection, marks, [*_rows(damaged, data, unfinished)])
        olds = rows(connection, "SELECT sequence FROM snapshots ORDER BY sequence DESC")
        for (sequence,) in olds[2:]:
            connection.execute("DELETE FROM snapshots WHERE sequence = ?", (sequence,))
        snapshot = olds[0][0] if olds else 0
        marks.last = max(marks.last, snapshot, _last_in(connection))
        connection.execute("DELETE FROM facts WHERE sequence < ?", (marks.first,))
        before, held = marks.first - 1, 0
        for (sequence,) in connection.execute("SELECT sequence FROM facts ORDER BY sequence"):
            if sequence > before + 1:
                marks.lost.add(before + 1, sequence - 1)
            before, held = sequence, held + 1
        if marks.last > before:
            marks.lost.add(before + 1, marks.last)
        connection.execute("REPLACE INTO marks VALUES(?, ?, ?)", marks.row())
    return held, len(marks.lost)


def _keep(connection: sqlite3.Connection, marks: Marks, rowid: int, values: Values) -> None:
    """Put one row to where it belongs. Raises Damaged for one that is none of ours, or damaged."""
    if not values:
        return
    values[0] = rowid  # the primary key's own place in the record is empty
    if len(values) == FIELDS_IN_ROW:
        fact_of(values)
        connection.execute(_KEEP, values)
    elif len(values) == 3 and rowid == 1 and (found := _marks_in(values)):
        marks.take(found)
    elif len(values) == 3:
        snapshot_of(values)
        connection.execute("REPLACE INTO snapshots VALUES(?, ?, ?)", values)


def _keep_batch(connection: sqlite3.Connection, marks: Marks, rows: list[tuple[int, Values]]) -> None:
    """Put the rows of the last batch, which was never said to be safe, to where they belong: all new ones, or none.

    Half of it would be facts without what they led to. Where it was safe and is damaged, all of it is lost.
    """
    last = max(marks.last, _last_in(connection))
    scratch = Marks()
    held = set()
    for rowid, values in rows:
        with suppress(Damaged, JournalError, ValueError):
            _keep(connection, scratch, rowid, values)
            held |= {rowid} if len(values) == FIELDS_IN_ROW else set()
    if not held >= {*range(last + 1, scratch.last + 1)} or scratch.last <= last:
        connection.execute("DELETE FROM facts WHERE sequence > ?", (last,))
        connection.execute("DELETE FROM snapshots WHERE sequence > ?", (last,))
    marks.take(scratch)


def _last_in(connection: sqlite3.Connection) -> int:
    """The latest sequence of all facts; 0 where there are none."""
    return rows(connection, "SELECT max(sequence) FROM facts")[0][0] or 0


def _marks_in(values: Values) -> Marks | None:
    try:
        return marks_of(values)
    except Damaged:
        return None


def _rows(damaged: Path, log: bytes, begin: int) -> Iterator[tuple[int, Values]]:
    """Every row in the file and in its log, the newest last; with a `begin`, those from there on in the log alone."""
    latest = dict(wal.pages_in(log, 0))
    with _mapped(damaged) as pages:

        def page_of(number: int) -> Any:
            return latest.get(number) or pages[(number - 1) * PAGE_BYTES : number * PAGE_BYTES] or None

        for at in range(0, 0 if begin else len(pages), PAGE_BYTES):
            yield from rows_in(pages[at : at + PAGE_BYTES].ljust(PAGE_BYTES, b"\0"), at == 0, page_of)
        for number, page in wal.pages_in(log, begin):
            yield from rows_in(page, number == 1, page_of)


@contextmanager
def _mapped(file: Path) -> Iterator[mmap.mmap | bytes]:
    """The bytes of a file, not all of them in memory."""
    with file.open("rb") as opened:
        if os.fstat(opened.fileno()).st_size == 0:
            yield b""
            return
        with mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            yield mapped


def _put_aside(path: Path) -> Path:
    """Give the file and its log a second name, the first free one; the oldest of too many go."""
    numbers = [
        int(file.suffix[9:]) for file in path.parent.glob(f"{path.name}.damaged-*") if file.suffix[9:].isdecimal()
    ]
    number = max(numbers, default=0) + 1
    for old in sorted(numbers)[: -ASIDE_MOST + 1 or None] if len(numbers) >= ASIDE_MOST else ():
        for file in beside(path.with_name(f"{path.name}.damaged-{old}")):
            file.unlink(missing_ok=True)
    aside = path.with_name(f"{path.name}.damaged-{number}")
    for file, name in zip(beside(path)[:2], beside(aside), strict=False):
        if file.exists():
            try:
                os.link(file, name)
            except OSError:  # a file system without links
                shutil.copyfile(file, name)
    sync_directory(path.parent)
    return aside


def _rescued(path: Path) -> Path:
    return path.with_name(f"{path.name}.rescued")
