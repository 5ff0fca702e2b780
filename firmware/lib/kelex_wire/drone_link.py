"""The drone's end of a link: sessions, credits, orders obeyed at most once, events resent until acknowledged.

`receive` takes bytes, `step` does what time asks for, `tx` collects bytes to send; the caller empties it. Times are
30-bit wrapped milliseconds (what MicroPython's small integers hold), compared with `elapsed_ms` only.

Three rules carry the promises:

- Orders are obeyed only in their order (the one expected next, in the current session), to a paired drone only with
  their tag; the last verdicts are kept, so an order that comes again is answered again and never obeyed again.
- An event is held until the host says that it is in safe hands, and resent in order from the oldest (go-back-N).
- No more than CREDIT_BYTES are on the way unacknowledged, beacons apart (one of them brings a lost acknowledgement).
  Where the host has its port open but does not read, USB takes 320 bytes; each write beyond blocks the board for
  500 ms. So a silent host gets nothing but a few short beacons.
"""

from kelex_wire import codec, frame, schema
from kelex_wire.dialect import micropython
from kelex_wire.errors import WireError
from kelex_wire.held_events import EVENTS_HELD, EVENTS_RESERVED, HeldEvents
from kelex_wire.order_gate import AGAIN, FORGED, OrderGate

CREDIT_BYTES = 256
HOST_SILENT_MS = 1500
BEACON_MS = 500
# Beacons of 16 bytes to a host that has not said a byte since: with the credit, what USB takes while nobody reads.
BEACONS_UNHEARD = 4
# The least between two beacons to a host that talks in a session that is not ours.
CORRECTION_MS = 50
EVENT_WINDOW = 4
RESEND_FIRST_MS = 150
RESEND_LAST_MS = 2000

_TICKS = 0x3FFFFFFF


@micropython.native
def elapsed_ms(now_ms, then_ms):
    """Milliseconds from `then_ms` to `now_ms`, both wrapped at 2^30."""
    return (now_ms - then_ms) & _TICKS


class DroneLink:
    """`boot` numbers this start of the board, `start` is a random 16-bit word; `identity` is a text for people.

    `pairing` is the key shared with the host, None while the drone is unpaired.
    """

    def __init__(self, boot, start, identity, pairing=None):
        self.boot = boot
        self.start = start
        self.identity = identity
        self.tx = bytearray(1)  # a zero first: whatever text was sent before us is no part of our first frame
        self.gate = OrderGate(pairing)
        self.orders = self.gate.orders  # (number, record) of new orders, for the drone to take and to answer
        self.session = 0
        self.host_heard = False  # whether the host has lately said something in our session
        self.greetings = 0  # modulo 256; with each, what was sent before may not have come to anybody
        self.frames_refused = 0
        self.telemetry_skipped = 0
        self.held = HeldEvents()
        self._splitter = frame.Splitter()
        self._sessions = 0
        self._nonce = None
        self._heard_ms = 0
        self._sent_ms = _TICKS + 1 - BEACON_MS  # when the last frame went out, as `step` saw it; a beacon is due
        self._sent_seq = 0
        self._beacons = 0  # since the host's last byte
        self._seq = 0
        self._acked_seq = 0
        self._sizes = bytearray(256)  # bytes of each frame on the way, by its seq
        self._in_flight_bytes = 0
        self._events_sent = 0  # how many of the held events are on the way
        self._resend_ms = RESEND_FIRST_MS
        self._event_sent_ms = 0

    # What the drone says

    def has_credit_for(self, number):
        """Whether a telemetry record would be sent now. Allocates nothing."""
        size = codec.BY_NUMBER[number].size + frame.OVERHEAD_BYTES
        return self.host_heard and self._in_flight_bytes + size <= CREDIT_BYTES

    def telemetry(self, number, *values):
        """Send a telemetry record if the host listens and there is credit for it; says whether it was sent."""
        if not self.host_heard:
            return False
        if self._send_within_credit(number, codec.encode(number, *values)):
            return True
        self.telemetry_skipped = (self.telemetry_skipped + 1) & 0xFFFF
        return False

    def event(self, now_ms, number, *values):
        """Hold an event for the host until it is acknowledged. A full store drops the new one and counts it."""
        self.held.put(now_ms, number, values)
        self._send_events(now_ms)

    def notice(self, now_ms, number, *values):
        """An event that nobody ordered."""
        self.held.put(now_ms, number, values, self.held.most_unasked(number))
        self._send_events(now_ms)

    def answer(self, number, order, *values):
        """Give the one verdict on an order, and keep it for when the order comes again."""
        payload = codec.encode(number, order, *values)
        self.gate.keep(order, number, payload)
        self._send_within_credit(number, payload)

    def has_room_for_events(self):
        """Whether an order's events can surely be held; some room is left for what happens without an order."""
        return len(self.held.items) < EVENTS_HELD - EVENTS_RESERVED

    def events_waiting(self):
        """How many events the host has not yet acknowledged."""
        return len(self.held.items)

    # What time asks for

    @micropython.native
    def step(self, now_ms):
        """Resend what is due, keep the beacon alight. Allocates nothing while there is nothing to send."""
        if self.host_heard and elapsed_ms(now_ms, self._heard_ms) >= HOST_SILENT_MS:
            self.host_heard = False
        if self.host_heard and self.held.items:
            if self._events_sent and elapsed_ms(now_ms, self._event_sent_ms) >= self._resend_ms:
                self._events_sent = 0
                self._resend_ms = min(2 * self._resend_ms, RESEND_LAST_MS)
            self._send_events(now_ms)
        if self._seq != self._sent_seq:
            self._sent_ms = now_ms
        elif self._beacons < BEACONS_UNHEARD and elapsed_ms(now_ms, self._sent_ms) >= BEACON_MS:
            self._sent_ms = now_ms
            self._beacons += 1
            self._send(schema.BEACON, codec.encode(schema.BEACON, self.boot, self.session))
        self._sent_seq = self._seq

    def due_ms(self, now_ms):
        """Milliseconds until `step` has something to do."""
        due = BEACON_MS
        if self._beacons < BEACONS_UNHEARD:
            due -= elapsed_ms(now_ms, self._sent_ms)
        # Events that no credit let go are sent when the next acknowledgement brings credit: nothing to wake for.
        if self.host_heard and self._events_sent:
            due = min(due, self._resend_ms - elapsed_ms(now_ms, self._event_sent_ms))
        return max(due, 0)

    # What the host says

    def receive(self, now_ms, data):
        """Take bytes from the cable. New orders land in `orders`."""
        if data:
            self._beacons = 0
        before = self._splitter.overlong
        for coded in self._splitter.feed(data):
            try:
                number, _, payload = frame.decode(coded)
                if schema.kind_of(number) == schema.ORDER:
                    self._take_order(now_ms, number, payload)
                else:
                    self._take(now_ms, number, codec.decode(number, payload))
            except WireError:
                self._refuse_frame()
        if self._splitter.overlong != before:
            self._refuse_frame()

    def _refuse_frame(self):
        self.frames_refused = (self.frames_refused + 1) & 0xFFFF

    def _take(self, now_ms, number, record):
        if number == schema.HELLO:
            self._heard(now_ms)
            self._greet(now_ms, record)
        elif number == schema.ACK or number == schema.PING:
            if not self._is_ours(now_ms, record):
                return
            self._heard(now_ms)
            if number == schema.ACK:
                self._take_ack(now_ms, record)
            else:
                self._send_within_credit(schema.PONG, codec.encode(schema.PONG, record.token, now_ms))
        else:
            self._refuse_frame()

    def _is_ours(self, now_ms, record):
        """Whether that was said in our session; whoever talks in another one hears soon which one is."""
        if record.session == self.session and self.session:
            return True
        if elapsed_ms(now_ms, self._sent_ms) >= CORRECTION_MS:
            self._sent_ms = (now_ms - BEACON_MS) & _TICKS
        return False

    def _heard(self, now_ms):
        self.host_heard = True
        self._heard_ms = now_ms

    def _greet(self, now_ms, hello):
        resumes = self.session and (hello.resume == self.session or hello.nonce == self._nonce)
        if not resumes:
            self._sessions += 1
            if self._sessions > 0xFFFF:
                # No session comes twice in a boot, however often somebody greets: see tags.py.
                self._sessions = 1
                self.start = (self.start + 1) & 0xFFFF
            self.session = self.start << 16 | self._sessions
            self.gate.begin(hello, self.boot, self.start, self.session)
        self.greetings = (self.greetings + 1) & 0xFF
        self._nonce = hello.nonce
        self._acked_seq = self._seq
        self._in_flight_bytes = 0
        self._events_sent = 0
        self._resend_ms = RESEND_FIRST_MS
        told = hello.nonce, self.session, self.boot, self.start, self.held.oldest(), now_ms, self.identity
        self._send(schema.WELCOME, codec.encode(schema.WELCOME, schema.SCHEMA_CRC, *told))

    def _take_ack(self, now_ms, ack):
        ahead = (ack.seq - self._acked_seq) & 0xFF
        if ahead <= (self._seq - self._acked_seq) & 0xFF:
            for _ in range(ahead):
                self._acked_seq = (self._acked_seq + 1) & 0xFF
                self._in_flight_bytes -= self._sizes[self._acked_seq]
            assert self._in_flight_bytes >= 0
        while self.held.items and self.held.items[0][0] <= ack.event:
            self.held.forget()
            self._events_sent = max(self._events_sent - 1, 0)
            self._resend_ms = RESEND_FIRST_MS
        self._send_events(now_ms)

    def _take_order(self, now_ms, number, payload):
        order = self.gate.read(number, payload)
        if not self._is_ours(now_ms, order):
            return
        became = self.gate.take(number, order, payload)
        if became == FORGED:
            refusal = codec.encode(schema.REFUSED, order.order, schema.REFUSALS.index("not_allowed"))
            self._send_within_credit(schema.REFUSED, refusal)
            return
        self._heard(now_ms)
        if became == AGAIN:
            verdict = self.gate.verdict(order.order)
            if verdict:
                self._send_within_credit(verdict[1], verdict[2])

    # Sending

    def _send_events(self, now_ms):
        while self._events_sent < min(EVENT_WINDOW, len(self.held.items)):
            _, number, payload = self.held.items[self._events_sent]
            if not self._send_within_credit(number, payload):
                return
            self._events_sent += 1
            self._event_sent_ms = now_ms

    def _send_within_credit(self, number, payload):
        size = len(payload) + frame.OVERHEAD_BYTES
        if not self.host_heard or self._in_flight_bytes + size > CREDIT_BYTES:
            return False
        self._send(number, payload)
        return True

    @micropython.native
    def _send(self, number, payload):
        self._seq = (self._seq + 1) & 0xFF
        coded = frame.encode(number, self._seq, payload)
        self.tx += coded
        if self.host_heard:
            self._sizes[self._seq] = len(coded)
            self._in_flight_bytes += len(coded)
        else:
            # To a silent host nothing is on the way: what it will not read, it will not acknowledge.
            self._acked_seq = self._seq
            self._in_flight_bytes = 0
