"""A paired drone's orders, each with its tag, against pymavlink's signed messages: made, framed, found and verified."""

from __future__ import annotations

import time
from typing import Any

from kelex_wire import codec, frame, schema
from kelex_wire.tags import SessionTags
from measure import Row, of_ratio, side_by_side

ORDERS = 2000
READ_BYTES = 64
KEY = bytes(range(32))
SESSION = 7
WHY = (
    "an HMAC (RFC 2104) at each end takes half of our time, each of two SHA-256 one in the other; pymavlink signs by "
    "one SHA-256 over key and frame, and hmac.digest of CPython is no quicker than ours"
)
# A move of two joints.
VALUES = (1200, 3000, -1000, None, None, None, None, None, None)


def rows() -> list[Row]:
    try:
        from pymavlink.dialects.v20 import common
    except ImportError:
        why = "pymavlink is missing; install it with `uv sync --group bench`"
        return [Row("signed orders / pymavlink signed", "skipped", "3x", "4x", why)]
    return [
        of_ratio("signed orders / pymavlink signed", side_by_side(ours, lambda: theirs(common)), "/s", "3x", "4x", WHY)
    ]


def ours() -> int:
    """As the bridge and the drone do it: HMAC-SHA256 under the session's key, its counter never sent."""
    host, drone = (SessionTags(KEY, 11, 1, 5, SESSION) for _ in range(2))
    number, size = schema.ORDER_MOVE, codec.message(schema.ORDER_MOVE).size
    sent = []
    for i in range(ORDERS):
        payload = codec.encode(number, SESSION, i, *VALUES)
        sent.append(frame.encode(number, i & 0xFF, payload + host.tag(number, i, payload)))
    stream, splitter, count = b"".join(sent), frame.Splitter(), 0
    for at in range(0, len(stream), READ_BYTES):
        for coded in splitter.feed(stream[at : at + READ_BYTES]):
            kind, _, payload = frame.decode(coded)
            record = codec.decode(kind, payload[:size])
            assert drone.fits(kind, count, payload[:size], payload[size:])
            assert record.order == count
            count += 1
    assert count == ORDERS
    return count


def theirs(common: Any) -> int:
    """SET_POSITION_TARGET_LOCAL_NED, the order of theirs that is most like a move."""
    sender, receiver = common.MAVLink(None, srcSystem=1, srcComponent=1), common.MAVLink(None)
    for end in (sender, receiver):
        end.signing.secret_key = KEY
        end.signing.timestamp = int((time.time() - 1_420_070_400) * 1e5)  # theirs count from 2015, in 10 us
        end.signing.sign_outgoing = True
    sent = []
    for i in range(ORDERS):
        order = common.MAVLink_set_position_target_local_ned_message(
            i, 1, 1, 1, 0, 12.0, 30.0, -10.0, 0, 0, 0, 0, 0, 0, 0, 0
        )
        sent.append(order.pack(sender))
        sender.seq = (sender.seq + 1) & 0xFF
    stream, count = b"".join(sent), 0
    for at in range(0, len(stream), READ_BYTES):
        for message in receiver.parse_buffer(stream[at : at + READ_BYTES]) or ():
            assert message.time_boot_ms == count
            count += 1
    assert count == ORDERS
    return count
