"""What a drone takes for an order: the tag's check, the order's turn, the verdicts that are kept.

Nothing of it moves before the tag is found right: no window, no verdict, no sign of life. Who cannot make tags can
therefore not lock out who can, as one forged packet does where the counter is advanced first (pymavlink).

An unpaired drone asks for no tag, and overlooks one: so a host that has a key can still talk to a drone that lost its.
"""

from kelex_wire import codec, schema
from kelex_wire.tags import TAG_BYTES, SessionTags

VERDICTS_KEPT = 8
ORDERS_HELD = 8
# What becomes of an order.
TAKEN, AGAIN, FORGED = 0, 1, 2


class OrderGate:
    """`pairing` is the key that the next session is under, None for none. `orders` are new ones, to be obeyed.

    While `touched`, somebody stands by the drone and means it (see kelex_drone/pairing.py): no tag is asked of who
    unpairs it.
    """

    def __init__(self, pairing):
        self.pairing = pairing
        self.touched = False
        self.orders = []
        self.repeated = 0
        self.forged = 0
        self._tags = None
        self._closed = True
        self._expected = 0
        self._index = 0  # of the expected order in its session
        self._verdicts = [None] * VERDICTS_KEPT  # (order, message number, payload)

    def begin(self, hello, boot, start, session):
        """A new session begins: nothing of the one before holds any longer."""
        self._tags = SessionTags(self.pairing, hello.nonce, boot, start, session) if self.pairing else None
        self._closed = False
        self._expected = hello.first_order
        self._index = 0
        self._verdicts = [None] * VERDICTS_KEPT
        self.orders.clear()

    def pair(self, pairing):
        """Have another key, or None. This session ends with it: what was taken is answered, but no more is taken."""
        self.pairing = pairing
        self._tags = None  # to hear an answer again nobody needs one
        self._closed = True

    def read(self, number, payload):
        """The record of an order in a payload with a tag or without. Raises PayloadError."""
        size = codec.message(number).size
        return codec.decode(number, payload[:size] if len(payload) == size + TAG_BYTES else payload)

    def take(self, number, record, payload):
        """TAKEN: it is among `orders`. AGAIN: see `verdict`. FORGED: it is to be refused, and was never there."""
        if self._tags is not None and self.touched and number == schema.ORDER_UNPAIR:
            self._expected = record.order  # the host that was refused so far has counted on
        elif not self._may(number, record, payload):
            self.forged = (self.forged + 1) & 0xFFFF
            return FORGED
        if record.order == self._expected and len(self.orders) < ORDERS_HELD and not self._closed:
            self._expected = (self._expected + 1) & 0xFFFF
            self._index += 1
            self.orders.append((number, record))
            return TAKEN
        self.repeated = (self.repeated + 1) & 0xFFFF
        return AGAIN

    def _may(self, number, record, payload):
        if self._tags is None:
            return True
        size = codec.message(number).size
        ahead = (record.order - self._expected) & 0xFFFF
        index = self._index + (ahead - 0x10000 if ahead > 0x7FFF else ahead)
        return self._tags.fits(number, index, payload[:size], payload[size:])

    def keep(self, order, number, payload):
        """Keep the verdict on an order, for when it comes again."""
        self._verdicts[order % VERDICTS_KEPT] = (order, number, payload)

    def verdict(self, order):
        """(order, message number, payload) of the verdict on an order; None if there is none, or no longer."""
        kept = self._verdicts[order % VERDICTS_KEPT]
        return kept if kept and kept[0] == order else None
