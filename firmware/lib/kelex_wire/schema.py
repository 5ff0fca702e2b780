"""Every message once: its number, name, fields, units and limits. All else is derived from this table.

A field is `(name, code, unit, low, high)`. `code` is a letter of `struct` (little-endian): b B h H i I. With a `?`
behind it the field may be None, sent as the type's lowest (signed) or highest (unsigned) value. `s` is text, allowed
last only, `high` being its most bytes. Low and high are inclusive; both None: all that the code can carry.

Whole numbers only: a float on the RP2040 has single precision and costs heap. Angles are centidegrees (`cdeg`),
temperatures centidegrees Celsius (`cC`), humidity hundredths of a percent (`c%`).

A message's kind is its number's high digit:

    0x  link       about the link itself; the numbers 0x01, 0x02 and 0x06 and their fields never change, so that
                   two ends with different schemas can still say so
    1x  telemetry  drone -> host, the latest wins, a lost one is counted and forgotten
    2x  event      drone -> host, numbered from 1 in each boot, resent until acknowledged
    3x  order      host -> drone, numbered in each session, obeyed at most once
    4x  verdict    drone -> host, the one answer to an order, kept and repeated when the order is repeated
"""

from binascii import crc32

HELLO = 0x01
WELCOME = 0x02
ACK = 0x03
PING = 0x04
PONG = 0x05
BEACON = 0x06

SENSES = 0x10
BODY = 0x11
STATS = 0x12

MOVE_DONE = 0x20
MOVE_INTERRUPTED = 0x21
MOVE_REFUSED = 0x22
PRESENCE = 0x23

ORDER_MOVE = 0x30
ORDER_STOP = 0x31

REFUSED = 0x40
MOVE_GRANTED = 0x41
STOPPED = 0x42

LINK, TELEMETRY, EVENT, ORDER, VERDICT = 0, 1, 2, 3, 4


def kind_of(number):
    """LINK, TELEMETRY, EVENT, ORDER or VERDICT of a message number."""
    return number >> 4


# name, lowest and highest angle (cdeg) that any drone's joint may be ordered to; a board may narrow it further.
JOINTS = (
    ("head_pan", -9000, 9000),
    ("head_tilt", -3000, 4500),
    ("left_shoulder", -9000, 9000),
    ("left_elbow", 0, 9000),
    ("left_gripper", 0, 6000),
    ("right_shoulder", -9000, 9000),
    ("right_elbow", 0, 9000),
    ("right_gripper", 0, 6000),
)

MAX_MOVE_MS = 10000

# Why a drone refuses an order: the number sent is the place in this row. The words are the contract's error codes.
REFUSALS = ("out_of_range", "unknown_verb", "wrong_type", "busy")

_ORDER = (("session", "I", "", None, None), ("order", "H", "", None, None))
_EVENT = (("number", "I", "", 1, 0xFFFFFFFF), ("time_ms", "I", "ms", None, None))
_TARGETS = tuple((name, "h?", "cdeg", low, high) for name, low, high in JOINTS)
_ANGLES = tuple((name, "h", "cdeg", low, high) for name, low, high in JOINTS)

# fmt: off
MESSAGES = (
    # The host's greeting. `resume` is the session it would go on with, or 0.
    (HELLO, "hello", (
        ("schema_crc", "I", "", None, None),
        ("nonce", "I", "", None, None),
        ("resume", "I", "", None, None),
        ("first_order", "H", "", None, None),
    )),
    # The drone's answer. `start` is a random word of this start of the board, should two have the same boot number
    # (its flash was wiped). `oldest_event` is the number of the first event that it still holds, or will next make.
    (WELCOME, "welcome", (
        ("schema_crc", "I", "", None, None),
        ("nonce", "I", "", None, None),
        ("session", "I", "", None, None),
        ("boot", "I", "", None, None),
        ("start", "H", "", None, None),
        ("oldest_event", "I", "", 1, 0xFFFFFFFF),
        ("time_ms", "I", "ms", None, None),
        ("identity", "s", "", 0, 40),
    )),
    # `seq`: the frame up to which all is off the cable; `event`: the event up to which all is in safe hands.
    (ACK, "ack", (
        ("session", "I", "", None, None),
        ("seq", "B", "", None, None),
        ("event", "I", "", None, None),
    )),
    (PING, "ping", (("session", "I", "", None, None), ("token", "H", "", None, None))),
    (PONG, "pong", (("token", "H", "", None, None), ("time_ms", "I", "ms", None, None))),
    # All that a drone says to a silent host: "boot N is here, in session S (0: none)".
    (BEACON, "beacon", (("boot", "I", "", None, None), ("session", "I", "", None, None))),
    (SENSES, "senses", (
        ("time_ms", "I", "ms", None, None),
        ("temperature", "h?", "cC", -4000, 12500),
        ("humidity", "H?", "c%", 0, 10000),
        ("presence", "B?", "", 0, 1),
    )),
    (BODY, "body", (("time_ms", "I", "ms", None, None), ("moving", "B", "", 0, 1)) + _ANGLES),
    (STATS, "stats", (
        ("time_ms", "I", "ms", None, None),
        ("idle", "H", "permille", 0, 1000),
        ("overruns", "H", "", None, None),
        ("heap_free", "I", "bytes", None, None),
        ("frames_refused", "H", "", None, None),
        ("orders_repeated", "H", "", None, None),
        ("telemetry_skipped", "H", "", None, None),
        ("events_waiting", "B", "", None, None),
        ("events_dropped", "H", "", None, None),
        ("reset_cause", "B", "", None, None),
    )),
    (MOVE_DONE, "move_done", _EVENT + (("order", "H", "", None, None),)),
    (MOVE_INTERRUPTED, "move_interrupted", _EVENT + (("order", "H", "", None, None),)),
    (MOVE_REFUSED, "move_refused", _EVENT + (
        ("order", "H", "", None, None), ("reason", "B", "", 0, len(REFUSALS) - 1),
    )),
    (PRESENCE, "presence", _EVENT + (("present", "B", "", 0, 1),)),
    # None leaves a joint as it is.
    (ORDER_MOVE, "order_move", _ORDER + (("duration_ms", "H", "ms", 0, MAX_MOVE_MS),) + _TARGETS),
    (ORDER_STOP, "order_stop", _ORDER),
    (REFUSED, "refused", (("order", "H", "", None, None), ("reason", "B", "", 0, len(REFUSALS) - 1))),
    (MOVE_GRANTED, "move_granted", (
        ("order", "H", "", None, None), ("duration_ms", "H", "ms", None, None),
    ) + _TARGETS),
    # Where the joints now are, and stay.
    (STOPPED, "stopped", (("order", "H", "", None, None),) + _ANGLES),
)

# fmt: on

# Two ends may talk only when they hold the very same table.
SCHEMA_CRC = crc32(repr(MESSAGES).encode() + repr(REFUSALS).encode())
