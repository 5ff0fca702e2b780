"""What the journal says of itself, and the snapshots: sealed rows as those of the facts are (see fact.py)."""

from __future__ import annotations

from typing import Any

import msgspec

from kelex_host.errors import JournalError
from kelex_host.memory.fact import Damaged, seal
from kelex_host.memory.ranges import Ranges

VERSION = 1
STATE_BYTES_MOST = 16 * 1024 * 1024


class Marks:
    """Which sequences the journal holds (`first` to `last`), which were published, which were lost by a damage."""

    def __init__(self, first: int = 1, last: int = 0, published: Any = (), lost: Any = ()) -> None:
        self.first, self.last = first, last
        self.published, self.lost = Ranges(published), Ranges(lost)

    def row(self) -> tuple[int, bytes, int]:
        """As the file has it: one row, replaced each time."""
        data = msgspec.json.encode([VERSION, self.first, self.last, [*self.published], [*self.lost]])
        return 1, data, seal("marks", data)

    def take(self, other: Marks) -> None:
        """Take over what another copy says: what was published stays published, whichever of them says so."""
        self.first, self.last = max(self.first, other.first), max(self.last, other.last)
        for name in ("published", "lost"):
            for first, last in getattr(other, name):
                getattr(self, name).add(first, last)

    def first_to_keep(self, keep: int, older_snapshot: int | None, most: int) -> int:
        """What `first` may become by a compaction that takes at most so many facts (see port.py)."""
        if older_snapshot is None:
            return self.first
        waiting = next(self.published.gaps(self.first, self.last), (self.last + 1, 0))[0]
        return max(self.first, min(self.last - keep + 1, waiting, older_snapshot + 1, self.first + most))


def marks_of(row: Any) -> Marks:
    """The marks in a row. Raises Damaged; JournalError where a newer version wrote them."""
    if row is None or len(row) != 3 or seal("marks", row[1]) != row[2]:
        raise Damaged("the journal's marks are gone, or their checksum does not fit")
    version, first, last, published, lost = msgspec.json.decode(row[1])
    if version != VERSION:
        raise JournalError(f"The journal is of version {version}, and this Kelex reads {VERSION}; bring it up to date.")
    return Marks(first, last, published, lost)


class Snapshot(msgspec.Struct, frozen=True):
    """The state that all facts up to `sequence`, that one too, fold to; plain JSON."""

    sequence: int
    state: Any


def snapshot_row(snapshot: Snapshot) -> tuple[int, bytes, int]:
    """The row of a snapshot. Raises JournalError for a state that is no JSON, or too large."""
    try:
        data = msgspec.json.encode(snapshot.state)
    except (TypeError, ValueError, RecursionError) as error:
        raise JournalError(f"The state is not plain JSON ({str(error)[:120]}); a snapshot has to be.") from None
    if len(data) > STATE_BYTES_MOST:
        raise JournalError(f"The state has {len(data)} bytes, and {STATE_BYTES_MOST} is the most; forget what is old.")
    return snapshot.sequence, data, _seal_state(snapshot.sequence, data)


def snapshot_of(row: Any) -> Snapshot:
    """The snapshot in a row. Raises Damaged."""
    if len(row) != 3 or not isinstance(row[1], bytes) or _seal_state(row[0], row[1]) != row[2]:
        raise Damaged("the checksum of a snapshot does not fit")
    return Snapshot(row[0], msgspec.json.decode(row[1]))


def _seal_state(sequence: int, data: bytes) -> int:
    return seal("snapshot", sequence, data)
