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
    3x  order      host -> drone, numbered in each session, obeyed at most once; a tag may follow (see tags.py)
    4x  verdict    drone -> host, the one answer to an order, kept and repeated when the order is repeated
    5x  event      an event too: one of an earlier boot
"""

from binascii import crc32

from kelex_wire import body, figures, gestures, tones

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
TOUCH = 0x24
DOOR = 0x25
DOORBELL = 0x26
GESTURE_STARTED = 0x27
GESTURE_DONE = 0x28
GESTURE_INTERRUPTED = 0x29
DID = 0x2A
FAULT = 0x2B
CRY = 0x2C
ALARM = 0x2D
REFLEX = 0x2E
ROLLED_BACK = 0x2F

ORDER_MOVE = 0x30
ORDER_STOP = 0x31
ORDER_GESTURE = 0x32
ORDER_EYE = 0x33
ORDER_TONE = 0x34
ORDER_HOLODISK = 0x35
ORDER_QUIET = 0x36
ORDER_IDENTIFY = 0x37
ORDER_REBOOT = 0x38
ORDER_STATS = 0x39
ORDER_PAIR = 0x3A
ORDER_UNPAIR = 0x3B
ORDER_MAINTENANCE = 0x3C
ORDER_SETTINGS = 0x3D

REFUSED = 0x40
MOVE_GRANTED = 0x41
STOPPED = 0x42
ACCEPTED = 0x43
STATS_TOLD = 0x44
IDENTIFIED = 0x45
SETTINGS_TOLD = 0x46

EARLIER = 0x50

LINK, TELEMETRY, EVENT, ORDER, VERDICT = 0, 1, 2, 3, 4


def kind_of(number):
    """LINK, TELEMETRY, EVENT, ORDER or VERDICT of a message number."""
    return EVENT if number == EARLIER else number >> 4


JOINTS = body.JOINTS
SETTINGS = body.SETTINGS
MAX_MOVE_MS = 10000

# Of each of these rows, the number sent is the place in it.
# Why a drone refuses an order, in the contract's error codes.
REFUSALS = ("out_of_range", "unknown_verb", "wrong_type", "busy", "not_allowed")
# What a drone did at an order that is no motion, as the event's type.
DEEDS = (
    "stopped", "eye_changed", "tone_started", "tone_muted", "holodisk_on", "holodisk_off", "quiet_on", "quiet_off",
    "identified", "rebooting", "paired", "unpaired", "maintenance",
)  # fmt: skip
# What it sees of somebody: nobody any more, somebody, or a movement that nothing has confirmed yet.
SEEN = ("cleared", "detected", "motion")
# What the drone does by itself, and the unit of the reading that made it so.
REFLEXES = (("hand", "mm"), ("stall", "mA"), ("tilt", "degrees"), ("low_battery", "mV"), ("heat", "Celsius"))
# What the drone judges to be wrong around it, and the unit of the reading that it judges by.
ALARMS = (("too_hot", "cC"), ("too_cold", "cC"), ("tremor", "mm/s2"), ("host_silent", "s"))
# How grave an alarm is, as the event's severity.
LEVELS = ("minor", "moderate", "severe", "extreme")
SLOTS, GIVEN_UP = figures.SLOTS, figures.GIVEN_UP
EYE_EFFECTS = ("steady", "breathe", "blink", "scan")

# Events that must not be lost: a drone keeps them in flash while nobody acknowledges them.
CRITICAL = (CRY, ALARM, REFLEX, EARLIER)
# How many values, beside its number and its time, a critical event has at most.
EARLIER_VALUES = 5

_ORDER = (("session", "I", "", None, None), ("order", "H", "", None, None))
_EVENT = (("number", "I", "", 1, 0xFFFFFFFF), ("time_ms", "I", "ms", None, None))
_OF_ORDER = (("order", "H", "", None, None),)
_SWITCH = (("on", "B", "", 0, 1),)
_TARGETS = tuple((name, "h?", "cdeg", low, high) for name, low, high in JOINTS)
_ANGLES = tuple((name, "h", "cdeg", low, high) for name, low, high in JOINTS)
_GESTURE = (("gesture", "B", "", 0, len(gestures.NAMES) - 1),)

# What a drone senses, None where a channel is faulty. A channel of 0 and 1 without a unit is a yes or no.
CHANNELS = (
    ("temperature", "h?", "cC", -4000, 12500),
    ("humidity", "H?", "c%", 0, 10000),
    ("light", "H?", "lx", 0, 1000),
    ("sound", "h?", "cdB", -9000, 0),
    ("range", "H?", "mm", 0, 2000),
    ("tremor", "H?", "mm/s2", 0, 60000),
    ("battery_voltage", "H?", "mV", 0, 13200),
    ("battery_level", "B?", "%", 0, 100),
    ("servo_current", "H?", "mA", 0, 3300),
    ("presence", "B?", "", 0, 1),
    ("touch", "B?", "", 0, 1),
    ("door", "B?", "", 0, 1),
    ("doorbell", "B?", "", 0, 1),
)
# What else can be faulty: a channel's number is its place in CHANNELS, a part's comes behind those.
PARTS = ("servos",)
FAULTS = tuple([channel[0] for channel in CHANNELS]) + PARTS

_STATS = figures.STATS

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
    # `parts`: bit n for the nth of PARTS being faulty.
    (SENSES, "senses", (("time_ms", "I", "ms", None, None),) + CHANNELS + (("parts", "B", "", 0, 1),)),
    # `eye_color` is 0xRRGGBB.
    (BODY, "body", (
        ("time_ms", "I", "ms", None, None),
        ("moving", "B", "", 0, 1),
        ("quiet", "B", "", 0, 1),
        ("failsafe", "B", "", 0, 1),
        ("holodisk", "B", "", 0, 1),
        ("gesture", "B?", "", 0, len(gestures.NAMES) - 1),
        ("eye_color", "I", "", 0, 0xFFFFFF),
        ("eye_effect", "B", "", 0, len(EYE_EFFECTS) - 1),
    ) + _ANGLES),
    (STATS, "stats", (("time_ms", "I", "ms", None, None),) + _STATS),
    (MOVE_DONE, "move_done", _EVENT + _OF_ORDER),
    (MOVE_INTERRUPTED, "move_interrupted", _EVENT + _OF_ORDER),
    (MOVE_REFUSED, "move_refused", _EVENT + _OF_ORDER + (("reason", "B", "", 0, len(REFUSALS) - 1),)),
    (PRESENCE, "presence", _EVENT + (("seen", "B", "", 0, len(SEEN) - 1),)),
    (TOUCH, "touch", _EVENT + _SWITCH),
    (DOOR, "door", _EVENT + _SWITCH),
    (DOORBELL, "doorbell", _EVENT),
    (GESTURE_STARTED, "gesture_started", _EVENT + _OF_ORDER + _GESTURE),
    (GESTURE_DONE, "gesture_done", _EVENT + _OF_ORDER + _GESTURE),
    (GESTURE_INTERRUPTED, "gesture_interrupted", _EVENT + _OF_ORDER + _GESTURE),
    (DID, "did", _EVENT + _OF_ORDER + (("deed", "B", "", 0, len(DEEDS) - 1),)),
    (FAULT, "fault", _EVENT + (("of", "B", "", 0, len(FAULTS) - 1),) + _SWITCH),
    # An infant begins to cry, or cries no more.
    (CRY, "cry", _EVENT + _SWITCH),
    # Raised again where it becomes graver. `lasted_s`: how long it has stood, told when it is over.
    (ALARM, "alarm", _EVENT + (("alarm", "B", "", 0, len(ALARMS) - 1),) + _SWITCH
     + (("level", "B", "", 0, len(LEVELS) - 1), ("reading", "h", "", None, None),
        ("lasted_s", "H", "s", None, None))),
    (REFLEX, "reflex", _EVENT + (("reflex", "B", "", 0, len(REFLEXES) - 1),) + _SWITCH
     + (("reading", "h", "", None, None),)),
    # The version in slot `given_up` was given up for the one that now runs.
    (ROLLED_BACK, "rolled_back", _EVENT + (
        ("given_up", "B", "", 0, len(SLOTS) - 1),
        ("slot", "B", "", 0, len(SLOTS) - 1),
        ("why", "B", "", 0, len(GIVEN_UP) - 1),
    )),
    # A critical event of an earlier boot, told again: the boot, the number and the time that it had there, its message
    # and, in their order, its other values; None behind the last of them.
    (EARLIER, "earlier", _EVENT + (("boot", "I", "", None, None), ("event", "I", "", 1, 0xFFFFFFFF),
     ("at_ms", "I", "ms", None, None), ("message", "B", "", MOVE_DONE, 0x2F))
     + tuple(("value_%d" % i, "i?", "", -0x3FFFFFFF, 0x3FFFFFFF) for i in range(EARLIER_VALUES))),
    # None leaves a joint as it is.
    (ORDER_MOVE, "order_move", _ORDER + (("duration_ms", "H", "ms", 0, MAX_MOVE_MS),) + _TARGETS),
    (ORDER_STOP, "order_stop", _ORDER),
    (ORDER_GESTURE, "order_gesture", _ORDER + _GESTURE + (("repeat", "B", "", 1, gestures.REPEAT_MOST),)),
    (ORDER_EYE, "order_eye", _ORDER + (
        ("color", "I", "", 0, 0xFFFFFF), ("effect", "B", "", 0, len(EYE_EFFECTS) - 1),
    )),
    # A tone by its place in the table, or, where that is None, one note.
    (ORDER_TONE, "order_tone", _ORDER + (
        ("name", "B?", "", 0, len(tones.NAMES) - 1),
        ("frequency_hz", "H", "Hz", 0, tones.HZ_MOST),
        ("duration_ms", "H", "ms", 0, tones.MS_MOST),
    )),
    (ORDER_HOLODISK, "order_holodisk", _ORDER + _SWITCH),
    (ORDER_QUIET, "order_quiet", _ORDER + _SWITCH),
    (ORDER_IDENTIFY, "order_identify", _ORDER),
    (ORDER_REBOOT, "order_reboot", _ORDER),
    (ORDER_STATS, "order_stats", _ORDER),
    # The pairing key's 32 bytes as eight words, the first byte being the lowest of the first.
    (ORDER_PAIR, "order_pair", _ORDER + tuple(("key_%d" % i, "I", "", None, None) for i in range(8))),
    (ORDER_UNPAIR, "order_unpair", _ORDER),
    # Start again into the prompt, for a new version.
    (ORDER_MAINTENANCE, "order_maintenance", _ORDER),
    # None leaves a setting as it is; the answer has them all.
    (ORDER_SETTINGS, "order_settings", _ORDER
     + tuple((name, code + "?", unit, low, high) for name, code, unit, low, high in SETTINGS)),
    (REFUSED, "refused", _OF_ORDER + (("reason", "B", "", 0, len(REFUSALS) - 1),)),
    (MOVE_GRANTED, "move_granted", _OF_ORDER + (("duration_ms", "I", "ms", None, None),) + _TARGETS),
    # Where the joints now are, and stay.
    (STOPPED, "stopped", _OF_ORDER + _ANGLES),
    # It is done, or (with a duration) under way.
    (ACCEPTED, "accepted", _OF_ORDER + (("duration_ms", "I", "ms", None, None),)),
    (STATS_TOLD, "stats_told", _OF_ORDER + _STATS),
    (SETTINGS_TOLD, "settings_told", _OF_ORDER + SETTINGS),
    # It shows itself for so long.
    (IDENTIFIED, "identified", _OF_ORDER + (("duration_ms", "I", "ms", None, None),)),
)

# Two ends may talk only when they hold the very same table.
_TABLES = (
    MESSAGES, REFUSALS, DEEDS, EYE_EFFECTS, FAULTS, SEEN, REFLEXES, ALARMS, LEVELS, SLOTS, GIVEN_UP,
    gestures.NAMES, tones.NAMES,
)
# fmt: on
SCHEMA_CRC = crc32(repr(_TABLES).encode())
