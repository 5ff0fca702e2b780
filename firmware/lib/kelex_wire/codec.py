"""A record <-> the payload bytes of one message, by the schema's table, with every limit checked both ways."""

import struct
from collections import namedtuple

from kelex_wire.dialect import micropython
from kelex_wire.errors import PayloadError, UnknownMessage
from kelex_wire.schema import MESSAGES

# MicroPython's struct has no error of its own: what does not fit, it wraps without a word.
_STRUCT_CHECKS = hasattr(struct, "error")
_STRUCT_ERROR = getattr(struct, "error", ValueError)

# The whole range of each type, by its letter of `struct`.
RANGES = {
    "b": (-128, 127),
    "B": (0, 255),
    "h": (-32768, 32767),
    "H": (0, 65535),
    "i": (-(1 << 31), (1 << 31) - 1),
    "I": (0, (1 << 32) - 1),
}


class Message:
    """One row of the schema, compiled: its `record` type, `struct` format, and the checks its fields need."""

    def __init__(self, number, name, fields):
        self.number = number
        self.name = name
        self.fields = fields
        self.record = namedtuple(name, tuple(field[0] for field in fields))  # type: ignore[misc]  # made here
        self.text_limit = fields[-1][4] if fields and fields[-1][1] == "s" else -1
        fixed = fields[:-1] if self.text_limit >= 0 else fields
        self.format = "<" + "".join(field[1][0] for field in fixed)
        self.size = struct.calcsize(self.format)
        self.checks = tuple(_checks(fixed))
        self.nulls = tuple((i, _null_of(field[1])) for i, field in enumerate(fixed) if field[1][1:] == "?")


def _checks(fields):
    """(index, low, high) of each field that `struct` alone does not keep within its limits."""
    checks = []
    for i, (_, code, _, low, high) in enumerate(fields):
        whole = RANGES[code[0]]
        low, high = whole if low is None else (low, high)
        if (low, high) != whole or not _STRUCT_CHECKS:
            checks.append((i, low, high))
    return checks


def _null_of(code):
    low, high = RANGES[code[0]]
    return low if low < 0 else high


BY_NUMBER = {row[0]: Message(row[0], row[1], row[2]) for row in MESSAGES}


def message(number):
    """The compiled message of a number. Raises UnknownMessage."""
    try:
        return BY_NUMBER[number]
    except KeyError:
        raise UnknownMessage(number) from None


def encode(number, *values):
    """Payload bytes of a message from its fields' values, in the schema's order.

    Raises PayloadError for a value that is missing, of a wrong type or outside its limits.
    """
    row = message(number)
    if len(values) != len(row.fields):
        raise PayloadError("%s has %d fields, not %d" % (row.name, len(row.fields), len(values)))
    text = b""
    if row.text_limit >= 0:
        if not isinstance(values[-1], str):
            raise PayloadError("%s: %r is not text" % (row.name, values[-1]))
        text = values[-1].encode()
        values = values[:-1]
        if len(text) > row.text_limit:
            raise PayloadError("%s: text of %d bytes" % (row.name, len(text)))
    try:
        _check(row, values)
        return _packed(row, values) + text
    except (_STRUCT_ERROR, TypeError, OverflowError) as error:
        raise PayloadError("%s: %s" % (row.name, error)) from None


def decode(number, payload):
    """The record (a namedtuple named after the message) in a payload. Raises UnknownMessage or PayloadError."""
    row = message(number)
    size = len(payload)
    if row.text_limit < 0:
        if size != row.size:
            raise PayloadError("%s of %d bytes, not %d" % (row.name, size, row.size))
        values = list(struct.unpack(row.format, payload))
    else:
        if not row.size <= size <= row.size + row.text_limit:
            raise PayloadError("%s of %d bytes" % (row.name, size))
        values = list(struct.unpack(row.format, payload[: row.size]))
        values.append(_text(row, payload[row.size :]))
    for i, null in row.nulls:
        if values[i] == null:
            values[i] = None
    _check(row, values)
    return row.record(*values)


def _text(row, data):
    try:
        return bytes(data).decode()
    except UnicodeError:
        raise PayloadError("%s: text is not UTF-8" % row.name) from None


@micropython.native
def _packed(row, values):
    sent = list(values)
    for i, null in row.nulls:
        if sent[i] is None:
            sent[i] = null
    return struct.pack(row.format, *sent)


@micropython.native
def _check(row, values):
    for i, low, high in row.checks:
        value = values[i]
        if value is None:
            if row.fields[i][1][1:] != "?":
                raise PayloadError("%s.%s is missing" % (row.name, row.fields[i][0]))
        elif not low <= value <= high:
            raise PayloadError("%s.%s is %d, not within %d..%d" % (row.name, row.fields[i][0], value, low, high))
