"""SQLite's write-ahead log, read as bytes: is it whole, and which pages are in it?

SQLite itself stops at the first frame whose checksum does not fit and drops the rest without a word: after a crash that
is a transaction that never ended, and after a damage it would be facts that were acknowledged. What the fields mean is
in SQLite's "Database File Format", section 4.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from kelex_host.memory.pages import PAGE_BYTES

HEADER_BYTES = 32
FRAME_BYTES = 24 + PAGE_BYTES
_MAGIC_LITTLE, _MAGIC_BIG = 0x377F0682, 0x377F0683


def is_whole(wal: bytes) -> bool:
    """Whether SQLite will read all that was committed to this log.

    A frame is one of this log's, and has to be whole, if it has either of the log's two salts; behind the last of them
    may stand frames of the log before, whose first salt is another, and whose second was drawn anew. A frame that was
    torn by a power cut counts as damage too: nobody can tell the two apart, and looking closer costs little.
    """
    if not wal:
        return True
    if len(wal) < HEADER_BYTES:
        return len(wal) == wal.count(0)
    magic, _, page_bytes, _, salt_1, salt_2, *sums = struct.unpack(">8I", wal[:HEADER_BYTES])
    order = {_MAGIC_LITTLE: "<", _MAGIC_BIG: ">"}.get(magic)
    if order is None or page_bytes != PAGE_BYTES or _sum(wal[:24], (0, 0), order) != tuple(sums):
        return not any(wal[:HEADER_BYTES]) and len(wal) == HEADER_BYTES
    state, before = tuple(sums), False
    for at in range(HEADER_BYTES, len(wal) - FRAME_BYTES + 1, FRAME_BYTES):
        _, _, own_1, own_2, *sums = struct.unpack(">6I", wal[at : at + 24])
        if own_1 != salt_1 and own_2 != salt_2:
            before = True
            continue
        if before:
            return False
        state = _sum(wal[at + 24 : at + FRAME_BYTES], _sum(wal[at : at + 8], state, order), order)
        if (own_1, own_2) != (salt_1, salt_2) or state != tuple(sums):
            return False
    return True


def unfinished_from(wal: bytes) -> int:
    """Where the last transaction begins, if that alone is not whole; else the log's length.

    A power cut leaves it so, before it was acknowledged: the next one begins only when this one is on the disk.
    """
    if len(wal) < HEADER_BYTES:
        return len(wal)
    magic, _, _, _, salt_1, salt_2, *sums = struct.unpack(">8I", wal[:HEADER_BYTES])
    order, state, begin = "<" if magic == _MAGIC_LITTLE else ">", tuple(sums), HEADER_BYTES
    for at in range(HEADER_BYTES, len(wal) - FRAME_BYTES + 1, FRAME_BYTES):
        _, pages, own_1, own_2, *sums = struct.unpack(">6I", wal[at : at + 24])
        state = _sum(wal[at + 24 : at + FRAME_BYTES], _sum(wal[at : at + 8], state, order), order)
        if (own_1, own_2) != (salt_1, salt_2) or state != tuple(sums):
            break
        if pages:  # with its last frame a transaction says how many pages there are
            begin = at + FRAME_BYTES
    rest = [at for at in range(begin, len(wal) - FRAME_BYTES + 1, FRAME_BYTES) if _is_of_this_log(wal, at)]
    ends_before = any(any(wal[at + 4 : at + 8]) for at in rest[:-1])
    return begin if rest and not ends_before else len(wal)


def pages_in(wal: bytes, begin: int) -> Iterator[tuple[int, bytes]]:
    """(number, content) of every page in the log from that place on, whole or not, the oldest first."""
    if len(wal) < HEADER_BYTES:
        return
    own: list[int] = []
    others: list[int] = []
    for at in range(max(HEADER_BYTES, begin), len(wal) - FRAME_BYTES + 1, FRAME_BYTES):
        (own if _is_of_this_log(wal, at) else others).append(at)
    for at in (*others, *own):
        yield int.from_bytes(wal[at : at + 4], "big"), wal[at + 24 : at + FRAME_BYTES]


def _is_of_this_log(wal: bytes, at: int) -> bool:
    """Whether a frame has one of the log's two salts."""
    return wal[at + 8 : at + 12] == wal[16:20] or wal[at + 12 : at + 16] == wal[20:24]


def _sum(data: bytes, sums: tuple[int, ...], order: str) -> tuple[int, int]:
    one, two = sums
    words = iter(struct.unpack(f"{order}{len(data) // 4}I", data))
    for word in words:
        one = (one + word + two) & 0xFFFFFFFF
        two = (two + next(words) + one) & 0xFFFFFFFF
    return one, two
