"""Writes `wire.jsonl`: every message at its limits as bytes on the cable, and bytes that must be refused.

    uv run python tests/vectors/make.py

An encoder of its own, from the words of the specification (schema.py, frame.py) and not from their code: straight
`struct`, COBS byte by byte, CRC-32 by the standard's polynomial. A line that changes is a change of the protocol.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kelex_wire import schema

FILE = Path(__file__).parent / "wire.jsonl"
_WHOLE = {
    "b": (-(1 << 7), (1 << 7) - 1),
    "B": (0, (1 << 8) - 1),
    "h": (-(1 << 15), (1 << 15) - 1),
    "H": (0, (1 << 16) - 1),
    "i": (-(1 << 31), (1 << 31) - 1),
    "I": (0, (1 << 32) - 1),
}
Line = dict[str, Any]


def crc32(data: bytes) -> int:
    """CRC-32 (ISO 3309): polynomial 0xEDB88320 reflected, all ones before and after."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xEDB88320 if crc & 1 else crc >> 1
    return crc ^ 0xFFFFFFFF


def cobs(data: bytes) -> bytes:
    """Cheshire and Baker's encoding, for blocks below 254 bytes: each code says how far the next zero is."""
    coded, code_at = bytearray([0]), 0
    for byte in data:
        if byte:
            coded.append(byte)
        else:
            coded[code_at] = len(coded) - code_at
            code_at = len(coded)
            coded.append(0)
    coded[code_at] = len(coded) - code_at
    return bytes(coded)


def framed(number: int, seq: int, payload: bytes) -> bytes:
    """A frame's bytes, its closing zero included."""
    block = bytes([number, seq]) + payload
    return cobs(block + struct.pack("<I", crc32(block))) + b"\0"


def packed(fields: tuple[Any, ...], values: list[Any]) -> bytes:
    """A message's payload."""
    payload = b""
    for (_, code, _, _, _), value in zip(fields, values, strict=True):
        if code == "s":
            payload += value.encode()
        else:
            low, high = _WHOLE[code[0]]
            null = low if low < 0 else high
            payload += struct.pack("<" + code[0], null if value is None else value)
    return payload


def limits(field: tuple[Any, ...]) -> tuple[Any, Any]:
    """The lowest and the highest value of a field; of text, none and as much as there may be."""
    _, code, _, low, high = field
    if code == "s":
        return "", "é" * (high // 2)
    return _WHOLE[code[0]] if low is None else (low, high)


def good() -> Iterator[Line]:
    """Every message: all fields lowest, all highest, and None wherever that may be."""
    seq = 0
    for number, name, fields in schema.MESSAGES:
        lowest = [limits(field)[0] for field in fields]
        highest = [limits(field)[1] for field in fields]
        nothing = [None if field[1].endswith("?") else limits(field)[1] for field in fields]
        for values in [lowest, highest] + ([nothing] if None in nothing else []):
            payload = packed(fields, values)
            yield {
                "message": name, "number": number, "seq": seq, "values": values,
                "payload": payload.hex(), "frame": framed(number, seq, payload).hex(),
            }  # fmt: skip
            seq = (seq + 37) % 256


def bad() -> Iterator[Line]:
    """Bytes between two zeros, and the error that they are."""
    frame = framed(schema.PING, 7, struct.pack("<IH", 0x01020304, 5))[:-1]
    yield {
        "why": "one bit of it is another",
        "coded": (frame[:4] + bytes([frame[4] ^ 1]) + frame[5:]).hex(),
        "error": "FrameError",
    }
    yield {"why": "its last byte is missing", "coded": frame[:-1].hex(), "error": "FrameError"}
    yield {"why": "its first byte is missing", "coded": frame[1:].hex(), "error": "FrameError"}
    yield {"why": "only its CRC is there", "coded": cobs(struct.pack("<I", crc32(b""))).hex(), "error": "FrameError"}
    yield {
        "why": "longer than any frame",
        "coded": framed(schema.PING, 7, b"\1" * 201)[:-1].hex(),
        "error": "FrameError",
    }
    yield {"why": "no message has this number", "coded": framed(0x7F, 7, b"")[:-1].hex(), "error": "UnknownMessage"}
    for number, name, fields in schema.MESSAGES:
        payload = packed(fields, [limits(field)[1] for field in fields])
        for why, wrong in (
            (f"{name} with a byte too many", payload + b"\1"),
            (f"{name} without its last byte", payload[:-1]),
        ):
            if len(wrong) <= 200 and not (fields and fields[-1][1] == "s" and len(wrong) < len(payload)):
                yield {"why": why, "coded": framed(number, 7, wrong)[:-1].hex(), "error": "PayloadError"}
        for at, field in enumerate(fields):
            yield from beyond(number, name, fields, at, field)


def beyond(number: int, name: str, fields: tuple[Any, ...], at: int, field: tuple[Any, ...]) -> Iterator[Line]:
    """One field just outside its limits, where its code can carry that."""
    whole = _WHOLE.get(field[1][0])
    if whole is None or field[3] is None:
        return
    null = (whole[0] if whole[0] < 0 else whole[1]) if field[1].endswith("?") else None
    for value in (field[3] - 1, field[4] + 1):
        if whole[0] <= value <= whole[1] and value != null:
            values = [limits(other)[1] for other in fields]
            values[at] = value
            coded = framed(number, 7, packed(fields, values))[:-1]
            yield {"why": f"{name}.{field[0]} is {value}", "coded": coded.hex(), "error": "PayloadError"}


def lines() -> list[str]:
    """The whole file."""
    return [json.dumps(line) for line in [{"schema": f"{schema.SCHEMA_CRC:08x}"}, *good(), *bad()]]


if __name__ == "__main__":
    FILE.write_text("\n".join(lines()) + "\n", encoding="utf-8")
    print(f"{FILE.name}: {len(lines())} lines")
