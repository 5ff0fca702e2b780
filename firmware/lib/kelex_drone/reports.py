"""What the host is told of body and senses, and when: at a change, and now and then all the same. Pure."""

from kelex_wire import schema
from kelex_wire.dialect import micropython
from kelex_wire.drone_link import elapsed_ms

BODY_MOVING_MS = 60
BODY_RESTING_MS = 2000


class Reports:
    """`told` is whether he moves, as this host was told last; None where it has to be told anew."""

    def __init__(self, now_ms, link, limbs, signals, sensing, failsafe):
        self.told = None
        self.body_told_ms = now_ms
        self._link = link
        self._limbs = limbs
        self._signals = signals
        self._sensing = sensing
        self._failsafe = failsafe

    @micropython.native
    def has_news(self, now_ms):
        """Whether a report is due and can go. One that finds no credit stays due until an acknowledgement brings it."""
        if self._is_body_due(now_ms):
            return self._link.has_credit_for(schema.BODY)
        if not self._sensing.settled or not self._link.has_credit_for(schema.SENSES):
            return False
        return self._sensing.senses.worth_telling(now_ms)

    @micropython.native
    def _is_body_due(self, now_ms):
        period_ms = BODY_MOVING_MS if self._limbs.busy or self.told else BODY_RESTING_MS
        return self.told is None or elapsed_ms(now_ms, self.body_told_ms) >= period_ms

    @micropython.native
    def tell(self, now_ms):
        """Report how he stands, or else what he senses: both in one step would hold an order up."""
        if self._is_body_due(now_ms):
            self.tell_body(now_ms)
            return
        senses = self._sensing.senses
        if self._link.telemetry(schema.SENSES, now_ms, *senses.values):
            senses.told(now_ms)

    @micropython.native
    def tell_body(self, now_ms):
        """Report how he stands."""
        moving = 1 if self._limbs.busy else 0
        signals = self._signals
        sent = self._link.telemetry(
            schema.BODY,
            now_ms,
            moving,
            signals.quiet,
            self._failsafe.active,
            signals.holodisk,
            self._limbs.gesturing.gesture,
            signals.eye.color,
            signals.eye.effect,
            *[joint.position for joint in self._limbs.motion.joints],
        )
        self.body_told_ms = now_ms
        self.told = moving if sent else None
