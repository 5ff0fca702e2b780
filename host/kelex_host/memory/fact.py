"""A fact: something that happened, or was decided, and why. What the journal holds, and how a row of it is sealed.

Every row of the journal carries a CRC-32 over all the rest of it, because SQLite has no checksum in its pages: so a row
that can be read is a row as it was written, wherever in a damaged file it was found.
"""

from __future__ import annotations

from typing import Any
from zlib import crc32

import msgspec

from kelex_host.errors import JournalError

NAME_CHARACTERS_MOST = 128
DATA_BYTES_MOST = 64 * 1024
TIME_NS_END = 2**63
SEVERITIES = ("info", "minor", "moderate", "severe", "extreme")

# sequence, event_id, time_ns, subject, type, severity, data, cause, transaction, crc
Row = tuple[int, str, int, str, str, str, str, str | None, str | None, int]
FIELDS_IN_ROW = 10

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(dict[str, Any]).decode


class Damaged(Exception):
    """What was read from the journal is not what was written. Never leaves this package."""


class Fact(msgspec.Struct, frozen=True):
    """`time_ns` is the wall's (Unix time), for people; the order of facts is that of `sequence`, given by the journal.

    `data` is plain JSON. `cause` is the event_id of the fact that led to this one.
    """

    event_id: str
    time_ns: int
    subject: str
    type: str
    severity: str = "info"
    data: dict[str, Any] = {}
    cause: str | None = None
    transaction: str | None = None
    sequence: int = 0


def seal(*values: Any) -> int:
    """The CRC-32 of a row's values, in their order."""
    return crc32(_encode(values))


def row_of(fact: Fact, sequence: int) -> Row:
    """The row of a fact. Raises JournalError for one that no journal takes."""
    try:
        data = _encode(fact.data).decode()
        values = (
            sequence,
            fact.event_id,
            fact.time_ns,
            fact.subject,
            fact.type,
            fact.severity,
            data,
            fact.cause,
            fact.transaction,
        )
        crc = seal("fact", *values)
    except (TypeError, ValueError, RecursionError) as error:
        raise JournalError(
            f"The fact '{fact.event_id[:64]!a}' is not plain JSON ({str(error)[:120]}); leave it out."
        ) from None
    _check(fact, data)
    return (*values, crc)


def fact_of(row: Any) -> Fact:
    """The fact in a row. Raises Damaged."""
    *values, crc = row
    try:
        if len(row) != FIELDS_IN_ROW or seal("fact", *values) != crc:
            raise Damaged("a fact's checksum does not fit")
        sequence, event_id, time_ns, subject, type, severity, data, cause, transaction = values
        return Fact(event_id, time_ns, subject, type, severity, _decode(data), cause, transaction, sequence)
    except (TypeError, ValueError) as error:
        raise Damaged(f"a fact cannot be read: {error}") from None


def _check(fact: Fact, data: str) -> None:
    names = (fact.event_id, fact.subject, fact.type, fact.cause, fact.transaction)
    if not all(0 < len(name) <= NAME_CHARACTERS_MOST for name in names if name is not None):
        raise JournalError(
            f"The fact '{fact.event_id[:64]}' has a name that is empty or longer than {NAME_CHARACTERS_MOST} "
            "characters; shorten it."
        )
    if fact.severity not in SEVERITIES:
        raise JournalError(f"'{fact.severity[:64]}' is no severity; use one of {', '.join(SEVERITIES)}.")
    if len(data.encode()) > DATA_BYTES_MOST:
        raise JournalError(
            f"The fact '{fact.event_id[:64]}' has more than {DATA_BYTES_MOST} bytes of data; shorten it."
        )
    if not 0 <= fact.time_ns < TIME_NS_END:
        raise JournalError(f"The fact '{fact.event_id[:64]}' has a time that is out of range; set the clock.")
