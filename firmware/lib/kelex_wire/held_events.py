"""The drone's events that its host has not acknowledged yet: how many are held of which kind, and which give way."""

from kelex_wire import codec, schema
from kelex_wire.dialect import micropython

EVENTS_HELD = 64
EVENTS_RESERVED = 16
EVENTS_OF_ORDERS = 10
EVENTS_CRITICAL = 24


class HeldEvents:
    """`items` are (event number, message number, payload), oldest first."""

    def __init__(self):
        self.items = []
        self.next = 1  # the number of the next event
        self.dropped = 0
        self.critical = 0  # how many of the items are critical
        self.critical_last = 0  # and the number of the newest that was

    @micropython.native
    def put(self, now_ms, number, values, most=EVENTS_HELD):
        """Hold another event, unless `most` are held already: then it is dropped, and counted."""
        if len(self.items) >= most:
            self.dropped = (self.dropped + 1) & 0xFFFF
            return
        self.items.append((self.next, number, codec.encode(number, self.next, now_ms, *values)))
        if number in schema.CRITICAL:
            self.critical += 1
            self.critical_last = self.next
        self.next += 1

    def most_unasked(self, number):
        """How many may be held before one that nobody ordered is dropped: it leaves room for those that end orders, and
        for critical ones.
        """
        most = EVENTS_HELD - EVENTS_OF_ORDERS
        return most if number in schema.CRITICAL else most - EVENTS_CRITICAL

    def forget(self):
        """The oldest one is in safe hands."""
        _, number, _ = self.items.pop(0)
        if number in schema.CRITICAL:
            self.critical -= 1

    def oldest(self):
        """The number of the oldest one held, or of the next."""
        return self.items[0][0] if self.items else self.next

    def critical_ones(self):
        """(message number, payload) of each critical one, oldest first."""
        return [(number, payload) for _, number, payload in self.items if number in schema.CRITICAL]
