"""What can be wrong with bytes from outside. The far end, or the cable, is always at fault; nothing here is a bug."""


class WireError(Exception):
    """The root of the wire's errors. `reason` is one of a few fixed words, fit for a counter's name."""

    reason = "wire"


class FrameError(WireError):
    """Bytes between two zeros are not a frame: bad COBS, too short, or a wrong CRC."""

    reason = "bad_frame"


class PayloadError(WireError):
    """A whole frame whose payload does not fit its message's schema."""

    reason = "bad_payload"


class UnknownMessage(PayloadError):
    """A whole frame of a message number that this schema does not have."""

    reason = "unknown_message"
