"""Our codec, validation included, against pymavlink's v2: packing, then finding and parsing in a stream.

Pairs of messages with as many fields: `senses` and HIGHRES_IMU (15, and one extension), `stats` (19 or so) and
RC_CHANNELS (21). Both ends read the stream in pieces of a USB packet.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kelex_wire import codec, frame, schema
from measure import Row, of_ratio, side_by_side

MESSAGES = 3000
FIRST_MS = 45_678_901  # half a day after the start: few zero bytes
READ_BYTES = 64
# Idle permille, and so on; what is added to them later begins at 0.
STATS = (987, 3, 180000, 0, 0, 12, 0, 0, 1)
STATS += (0,) * (len(next(fields for number, _, fields in schema.MESSAGES if number == schema.STATS)) - 1 - len(STATS))
SENSES = (2150, 4500, 180, -5190, 1600, 40, 8150, 90, 64, 1, 0, 0, 0, 0)
WHY = (
    "half of the time is the frame, its COBS zero by zero in Python (a reading of the senses has thirteen), nearly all "
    "else the limits of every field, checked at both ends, and a record with names; struct alone takes a thirtieth"
)


def rows() -> list[Row]:
    try:
        from pymavlink.dialects.v20 import common
    except ImportError:
        why = "pymavlink is missing; install it with `uv sync --group bench`"
        return [Row("full codec / pymavlink v2", "skipped", "6x", "10x", why)]

    def highres(i: int) -> Any:
        return common.MAVLink_highres_imu_message(
            FIRST_MS + i, 0.1, 0.2, 9.8, 0.01, 0.02, 0.03, 0.4, 0.5, 0.6, 1013.25, 0.5, 120.0, 21.5, 63
        )

    def channels(i: int) -> Any:
        return common.MAVLink_rc_channels_message(FIRST_MS + i, 18, 987, 3, 1800, 0, 0, 12, 0, 0, 1, *[0] * 9, 1)

    pairs = (
        ("15 fields", lambda: ours(schema.SENSES, SENSES), lambda: mavlink(common, highres)),
        (f"{len(STATS) + 1} and 21 fields", lambda: ours(schema.STATS, STATS), lambda: mavlink(common, channels)),
    )
    return [
        of_ratio(f"full codec / pymavlink v2, {name}", side_by_side(mine, theirs), "messages/s", "6x", "10x", WHY)
        for name, mine, theirs in pairs
    ]


def ours(number: int, values: tuple[int, ...]) -> int:
    """Encode, frame, split, unframe and decode; how many messages came through."""
    stream = b"".join(
        frame.encode(number, i & 0xFF, codec.encode(number, FIRST_MS + i, *values)) for i in range(MESSAGES)
    )
    splitter = frame.Splitter()
    count = 0
    for at in range(0, len(stream), READ_BYTES):
        for coded in splitter.feed(stream[at : at + READ_BYTES]):
            kind, _, payload = frame.decode(coded)
            assert codec.decode(kind, payload).time_ms == FIRST_MS + count
            count += 1
    assert count == MESSAGES
    return count


def mavlink(common: Any, make: Callable[[int], Any]) -> int:
    """The same with pymavlink."""
    sender, receiver = common.MAVLink(None, srcSystem=1, srcComponent=1), common.MAVLink(None)
    packed = []
    for i in range(MESSAGES):
        packed.append(make(i).pack(sender))
        sender.seq = (sender.seq + 1) & 0xFF
    stream = b"".join(packed)
    count = 0
    for at in range(0, len(stream), READ_BYTES):
        for message in receiver.parse_buffer(stream[at : at + READ_BYTES]) or ():
            assert _time(message) == FIRST_MS + count
            count += 1
    assert count == MESSAGES
    return count


def _time(message: Any) -> Any:
    return message.time_usec if message.get_type() == "HIGHRES_IMU" else message.time_boot_ms
