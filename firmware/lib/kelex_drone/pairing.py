"""Whose orders this drone takes: the orders that change the pairing key. The key's use is in `kelex_wire/tags.py`."""

from kelex_wire import schema
from kelex_wire.drone_link import elapsed_ms
from kelex_wire.tags import key_bytes

# So long the pad has to be held before every host may unpair him: people touch it all day, and mean nothing by it.
HOLD_MS = 5000


class Pairing:
    """`keep(key)` puts a key, or None, into flash; it raises OSError where the flash cannot be written."""

    def __init__(self, link, limbs, keep):
        self._link = link
        self._limbs = limbs
        self._keep = keep
        self._apart_ms = 0  # when nobody touched the pad last

    def step(self, now_ms, touched):
        """See how long the pad has been held. A pad that is stuck counts as touched by nobody."""
        if touched != 1:
            self._apart_ms = now_ms
        self._link.gate.touched = touched == 1 and elapsed_ms(now_ms, self._apart_ms) >= HOLD_MS

    def order_pair(self, now_ms, order):
        """Take the key that the order brings. That the order may do so, the link has made sure of."""
        self._change(now_ms, order, key_bytes(order[2:]), "paired")

    def order_unpair(self, now_ms, order):
        """Forget the key: from the next session on, every host is obeyed."""
        self._change(now_ms, order, None, "unpaired")

    def _change(self, now_ms, order, key, deed):
        # A write to flash stops everything for 45 ms and more, and moving joints do not wait.
        if self._limbs.motion.moving or not self._kept(key):
            self._link.answer(schema.REFUSED, order.order, schema.REFUSALS.index("busy"))
            return
        self._link.gate.pair(key)
        self._link.answer(schema.ACCEPTED, order.order, 0)
        self._link.event(now_ms, schema.DID, order.order, schema.DEEDS.index(deed))

    def _kept(self, key):
        """Whether the flash has it now. Kept before it is told: a power cut must not undo what was said."""
        self._limbs.hold_still()
        try:
            self._keep(key)
        except OSError:
            return False
        return True
