"""The journal's SQLite file: its tables, its settings, and what SQLite's errors mean to us.

`synchronous=FULL` forces the log to the disk at each commit. With NORMAL, a power cut would forget the last commits,
which were acknowledged: 0.3 ms a commit against 0.02 ms, on an SSD, is what that costs.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kelex_host.errors import JournalError, JournalWriteError
from kelex_host.memory import wal
from kelex_host.memory.fact import Damaged
from kelex_host.memory.marks import Marks
from kelex_host.memory.pages import PAGE_BYTES
from kelex_host.shells.safe_file import make_private, sync_directory

CACHE_KIB = 8 * 1024
BUSY_S = 5.0
_TABLES = """
CREATE TABLE marks(id INTEGER PRIMARY KEY, marks BLOB NOT NULL, crc INTEGER NOT NULL);
CREATE TABLE snapshots(sequence INTEGER PRIMARY KEY, state BLOB NOT NULL, crc INTEGER NOT NULL);
CREATE TABLE facts(
    sequence INTEGER PRIMARY KEY, event_id TEXT NOT NULL UNIQUE, time_ns INTEGER NOT NULL, subject TEXT NOT NULL,
    type TEXT NOT NULL, severity TEXT NOT NULL, data TEXT NOT NULL, cause TEXT, "transaction" TEXT, crc INTEGER NOT NULL
);
"""
# What hinders us from outside, and may pass; each other error of SQLite means that the file is not what we wrote.
_HINDRANCES = {
    sqlite3.SQLITE_FULL: "the disk is full; free some space",
    sqlite3.SQLITE_READONLY: "it is read-only; make it writable",
    sqlite3.SQLITE_IOERR: "the disk refuses; look at its health, and at the space left",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; look at the rights, and at the space left",
    sqlite3.SQLITE_LOCKED: "another part of this program holds it; try again",
    sqlite3.SQLITE_BUSY: "another program holds it; end that",
    sqlite3.SQLITE_NOMEM: "there is no memory left; end other programs",
    sqlite3.SQLITE_PERM: "it may not be touched; look at the rights",
}
# Of the file's header, what never changes: the page's size, WAL twice, no reserved bytes, three fixed fractions.
_HEADER = b"SQLite format 3\0" + PAGE_BYTES.to_bytes(2, "big") + bytes((2, 2, 0, 64, 32, 32))


def connect(path: Path) -> sqlite3.Connection:
    """The journal in `path`, made where there is none. Raises Damaged, or JournalError for what hinders it."""
    with meaning(path):
        _look_at(path)
        new = not path.exists() or path.stat().st_size == 0
        if new:
            _make(path)
        connection = _open(f"file:{quote(str(path))}?mode=rw")
        for pragma in ("journal_mode=WAL", "synchronous=FULL", f"cache_size=-{CACHE_KIB}", "wal_autocheckpoint=1000"):
            rows(connection, f"PRAGMA {pragma}")
    return connection


def connect_to_read(path: Path) -> sqlite3.Connection:
    """The same for somebody who only looks, also while a house uses it. Raises Damaged or JournalError."""
    if not path.is_file():
        raise JournalError(f"There is no journal {path}; name another file.")
    with meaning(path):
        try:
            connection = _open(f"file:{quote(str(path))}?mode=ro")
            connection.execute("BEGIN")  # what is read is the state of one moment, whatever the house does meanwhile
            rows(connection, "SELECT * FROM marks")
        except sqlite3.OperationalError as error:
            if _code(error) not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
                raise
            connection = _open(f"file:{quote(str(path))}?mode=ro&immutable=1")  # a copy where nothing can be written
    return connection


@contextmanager
def meaning(path: Path) -> Iterator[None]:
    """Errors of SQLite and of the system as what they mean to us: Damaged, or JournalWriteError with a sentence."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise  # a fault of ours
    except sqlite3.Error as error:
        why = _HINDRANCES.get(_code(error))
        if why is None:
            raise Damaged(str(error)) from None
        raise JournalWriteError(f"The journal {path} cannot be used: {why}.") from None
    except (UnicodeDecodeError, OverflowError) as error:
        raise Damaged(str(error)) from None
    except OSError as error:
        raise JournalWriteError(f"The journal {path} cannot be used ({error.strerror}); mend that.") from None


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is done within it, or nothing. On the disk when it ends."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def rows(connection: sqlite3.Connection, query: str, values: tuple[Any, ...] = ()) -> list[Any]:
    """All that a query finds. A cursor that is not read to its end would keep its lock until it is collected, which
    only where references are counted is at once.
    """
    return connection.execute(query, values).fetchall()


def make(path: Path) -> sqlite3.Connection:
    """An empty journal with its tables, in a new file of mode 0600, whose rows come at once. Raises sqlite3.Error."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = _open(f"file:{quote(str(path))}?mode=rw")
    rows(connection, f"PRAGMA page_size={PAGE_BYTES}")
    rows(connection, "PRAGMA journal_mode=WAL")
    connection.executescript(f"BEGIN; {_TABLES} COMMIT;")
    connection.execute("INSERT INTO marks VALUES(?, ?, ?)", Marks().row())
    return connection


def _make(path: Path) -> None:
    """Make it beside its place and put it there whole."""
    make_private(path.parent)
    new = path.with_name(f"{path.name}.new")
    for file in beside(new):
        file.unlink(missing_ok=True)
    make(new).close()
    new.replace(path)
    sync_directory(path.parent)


def _look_at(path: Path) -> None:
    """See that the file's header is ours, and its log whole. Before SQLite does: it would drop a damaged log's end."""
    _, log, _ = beside(path)
    if path.exists():
        with path.open("rb") as file:
            header = file.read(100)
        if header and (not header.startswith(_HEADER) or header[56:60] != bytes((0, 0, 0, 1))):
            raise Damaged("its first page is not ours")
    if log.exists() and not wal.is_whole(log.read_bytes()):
        raise Damaged("its log is not whole")


def beside(path: Path) -> tuple[Path, Path, Path]:
    """The files that SQLite makes of one: itself, its log, its index of the log."""
    return path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")


def _open(uri: str) -> sqlite3.Connection:
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_S, check_same_thread=False)


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary error code; -1 where the error is Python's own."""
    return getattr(error, "sqlite_errorcode", -1) & 0xFF
