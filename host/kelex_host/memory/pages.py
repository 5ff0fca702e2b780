"""The rows that are still in the pages of a damaged SQLite file, found without SQLite.

Each page is looked at by itself: no pointer from page to page is believed, but for those to the rest of a long row.
Whether a row is one that was written, its checksum says (see fact.py). What the fields mean is in SQLite's "Database
File Format", sections 1.6 and 2.1.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Any

PAGE_BYTES = 4096
ROW_BYTES_MOST = 64 * 1024 * 1024
_TABLE_LEAF = 13
_LEAF_HEADER_BYTES = 8
_FILE_HEADER_BYTES = 100
# Of a row of P bytes, at most _LOCAL_MOST stand in the leaf itself, and else at least _LOCAL_LEAST.
_LOCAL_MOST = PAGE_BYTES - 35
_LOCAL_LEAST = (PAGE_BYTES - 12) * 32 // 255 - 23
_INTEGER_BYTES = (0, 1, 2, 3, 4, 6, 8)

Values = list[Any]


def rows_in(page: bytes, first_of_file: bool, page_of: Callable[[int], bytes | None]) -> Iterator[tuple[int, Values]]:
    """(rowid, values) of each row that a page seems to have, whatever the rest of it is like.

    `page_of(number)` gives the pages in which long rows go on.
    """
    head = _FILE_HEADER_BYTES if first_of_file else 0
    # One bit of its kind may be wrong. Its count of rows is not believed alone: the pointers to rows end at the latest
    # where the rows begin.
    if (page[head] ^ _TABLE_LEAF).bit_count() > 1:
        return
    count, rows_begin = struct.unpack(">HH", page[head + 3 : head + 7])
    first = head + _LEAF_HEADER_BYTES
    end = min(max(first + 2 * count, rows_begin), PAGE_BYTES - 1)
    for at in range(first, end, 2):
        cell = page[at] << 8 | page[at + 1]
        if cell <= at:
            continue
        try:
            row = _row(page, cell, page_of)
        except (IndexError, ValueError, struct.error):
            continue
        yield row


def _row(page: bytes, at: int, page_of: Callable[[int], bytes | None]) -> tuple[int, Values]:
    """The row whose cell begins there. Raises IndexError, ValueError or struct.error where there is none."""
    length, at = _varint(page, at)
    rowid, at = _varint(page, at)
    if length > ROW_BYTES_MOST:
        raise ValueError(length)
    local = length
    if length > _LOCAL_MOST:
        local = _LOCAL_LEAST + (length - _LOCAL_LEAST) % (PAGE_BYTES - 4)
        local = local if local <= _LOCAL_MOST else _LOCAL_LEAST
    parts, missing = [page[at : at + local]], length - local
    onward = int.from_bytes(page[at + local : at + local + 4], "big")
    while missing > 0:
        rest = page_of(onward)
        if rest is None:
            raise ValueError(onward)
        parts.append(rest[4 : 4 + missing])
        missing -= len(parts[-1])
        onward = int.from_bytes(rest[:4], "big")
    payload = b"".join(parts)
    if len(payload) != length:
        raise ValueError(length)
    return rowid, _values(payload)


def _values(payload: bytes) -> Values:
    """The values of a record: a header of types, then what they describe."""
    end, at = _varint(payload, 0)
    body, values = end, []
    while at < end:
        kind = payload[at]
        if kind < 0x80:  # almost always
            at += 1
        else:
            kind, at = _varint(payload, at)
        if kind >= 12:
            size = (kind - 12) // 2
            raw = payload[body : body + size]
            value: Any = raw.decode() if kind & 1 else raw
        elif kind in (8, 9):
            size, value = 0, kind - 8
        elif kind == 7:
            size, value = 8, struct.unpack(">d", payload[body : body + 8])[0]
        else:
            size = _INTEGER_BYTES[kind]
            value = int.from_bytes(payload[body : body + size], "big", signed=True) if kind else None
        values.append(value)
        body += size
    if body != len(payload):
        raise ValueError(body)
    return values


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """(number, where what follows begins)."""
    number = 0
    for i in range(8):
        byte = data[at + i]
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            return number, at + i + 1
    number = number << 8 | data[at + 8]
    return number - (1 << 64) if number >> 63 else number, at + 9
