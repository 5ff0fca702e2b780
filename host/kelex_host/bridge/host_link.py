"""The host's end of a link to one drone: opens the session, acknowledges, resends orders, drops what comes twice.

Pure: bytes and times (seconds of a monotonic clock) come in, `Heard` values and bytes go out. The drone's end, and
the rules that both keep, are in `kelex_wire/drone_link.py`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kelex_wire import codec, frame, schema
from kelex_wire.errors import WireError

HELLO_S = 0.25
SILENT_S = 1.5
PING_S = 1.0
ACK_BYTES = 96
ACK_S = 0.2
ORDER_WINDOW = 4
ORDERS_HELD = 32
RESEND_S = 0.06
RESEND_MOST_S = 0.5
BOOTSTRAP = (schema.WELCOME, schema.BEACON)


@dataclass(frozen=True, slots=True)
class Online:
    """A session is open. `resumed` says that it goes on where it was: nothing was forgotten on either side.

    The drone's clock showed `welcome.time_ms` between `sent_s` and `received_s`.
    """

    welcome: Any
    resumed: bool
    sent_s: float
    received_s: float


@dataclass(frozen=True, slots=True)
class Offline:
    """The drone no longer answers, or its port is gone."""


@dataclass(frozen=True, slots=True)
class Incompatible:
    """The drone speaks Kelex's protocol with another schema."""

    identity: str


@dataclass(frozen=True, slots=True)
class Telemetry:
    number: int
    record: Any


@dataclass(frozen=True, slots=True)
class DroneEvent:
    """A numbered event, seen for the first time on this link. Say `settled` once it is in safe hands.

    `message` is the message's number in the schema; the event's own is `record.number`, counted from 1 in each boot.
    """

    boot: int
    message: int
    record: Any


@dataclass(frozen=True, slots=True)
class Verdict:
    """The drone's one answer to the order `order`."""

    order: int
    number: int
    record: Any


@dataclass(frozen=True, slots=True)
class OrderLost:
    """No verdict came: the session ended or time ran out. Whether the drone obeyed is not known."""

    order: int


@dataclass(frozen=True, slots=True)
class Pong:
    """One measurement of the drone's clock: its milliseconds, between two moments of ours."""

    sent_s: float
    received_s: float
    time_ms: int


Heard = Online | Offline | Incompatible | Telemetry | DroneEvent | Verdict | OrderLost | Pong


@dataclass(slots=True)
class _Order:
    order: int
    number: int
    values: tuple[Any, ...]
    deadline_s: float
    sent: bool = False


@dataclass(slots=True)
class Counters:
    """Figures of one link since the bridge started."""

    frames: int = 0
    frames_refused: int = 0
    frames_missed: int = 0
    events_repeated: int = 0
    orders_resent: int = 0
    sessions: int = 0
    bytes_received: int = 0


@dataclass(slots=True)
class HostLink:
    """One drone's link. `nonce()` gives a fresh 32-bit number that no other session used."""

    nonce: Callable[[], int]
    counters: Counters = field(default_factory=Counters)
    tx: bytearray = field(default_factory=bytearray)
    online: bool = False
    boot: int = 0
    accepting: bool = True  # while False, events are left with the drone

    _is_open: bool = False
    _session: int = 0
    _nonce: int = 0
    _greeted_s: float = 0.0
    _hello_due_s: float = 0.0
    _heard_s: float = 0.0
    _splitter: frame.Splitter = field(default_factory=frame.Splitter)
    _heard: list[Heard] = field(default_factory=list)
    _seq: int = 0
    _drone_seq: int = -1
    _unacked_bytes: int = 0
    _ack_due_s: float = float("inf")
    _event_seen: int = 0
    _event_settled: int = 0
    _next_order: int = 0
    _first_order: int = 0
    _orders_before: int = 0  # how many orders waited when the greeting went out
    _orders: deque[_Order] = field(default_factory=deque)
    _orders_sent_s: float = 0.0
    _resend_s: float = RESEND_S
    _ping_due_s: float = 0.0
    _pings: dict[int, float] = field(default_factory=dict)
    _told_incompatible: bool = False

    def __post_init__(self) -> None:
        self._next_order = self.nonce() & 0xFFFF

    # What the port and the bridge say

    def opened(self, now_s: float) -> None:
        """The port is open: greet whoever is there."""
        self._is_open = True
        self._splitter = frame.Splitter()
        self._drone_seq = -1
        self._told_incompatible = False
        self._greet(now_s)

    def closed(self, now_s: float) -> list[Heard]:
        """The port is gone. The session may be resumed when it is back."""
        self._is_open = False
        self.tx.clear()
        self._go_offline()
        return self._take_heard()

    def order(self, now_s: float, number: int, values: tuple[Any, ...], wait_s: float) -> int | None:
        """Send an order; its number, or None when too many wait already.

        Its Verdict, or OrderLost within `wait_s`, follows. Raises PayloadError for values outside the schema.
        """
        codec.encode(number, 0, 0, *values)
        if len(self._orders) >= ORDERS_HELD:
            return None
        order = self._next_order
        self._next_order = (order + 1) & 0xFFFF
        self._orders.append(_Order(order, number, values, now_s + wait_s))
        self._send_orders(now_s)
        return order

    def settled(self, boot: int, number: int) -> None:
        """The events up to `number` are in safe hands: the drone may forget them."""
        if boot == self.boot and number > self._event_settled:
            self._event_settled = number
            self._ack_due_s = 0.0

    def receive(self, now_s: float, data: bytes) -> list[Heard]:
        """Take bytes from the port."""
        self.counters.bytes_received += len(data)
        overlong = self._splitter.overlong
        for coded in self._splitter.feed(data):
            try:
                number, seq, payload = frame.decode(coded)
                self._take(now_s, number, seq, len(coded) + 1, payload)
            except WireError:
                self.counters.frames_refused += 1
        self.counters.frames_refused += self._splitter.overlong - overlong
        self._acknowledge(now_s)
        return self._take_heard()

    # What time asks for

    def step(self, now_s: float) -> list[Heard]:
        """Greet, ping, acknowledge and resend what is due; notice silence."""
        if self._orders and self._orders[0].deadline_s <= now_s:
            # Whatever was sent might still be obeyed later: only a new session rules that out.
            self._lose_orders(len(self._orders))
            self._restart(now_s)
        if not self._is_open:
            return self._take_heard()
        if self.online and now_s - self._heard_s >= SILENT_S:
            self._go_offline()
            self._greet(now_s)
        if not self.online:
            if now_s >= self._hello_due_s:
                self._send_hello(now_s)
            return self._take_heard()
        if now_s >= self._ping_due_s:
            self._ping(now_s)
        if self._orders and self._orders[0].sent and now_s - self._orders_sent_s >= self._resend_s:
            self._resend_orders(now_s)
        self._acknowledge(now_s)
        return self._take_heard()

    def due_s(self) -> float:
        """The moment at which `step` next has something to do."""
        if not self._is_open:
            due = float("inf")
        elif not self.online:
            due = self._hello_due_s
        else:
            due = min(self._heard_s + SILENT_S, self._ping_due_s, self._ack_due_s)
            if self._orders:
                due = min(due, self._orders_sent_s + self._resend_s)
        if self._orders:
            due = min(due, self._orders[0].deadline_s)
        return due

    # The session

    def _greet(self, now_s: float) -> None:
        self._nonce = self.nonce()
        self._greeted_s = now_s
        # Should this become a new session, it begins with an order that was never sent before.
        self._orders_before = len(self._orders)
        self._first_order = self._next_order
        self._send_hello(now_s)

    def _send_hello(self, now_s: float) -> None:
        self._hello_due_s = now_s + HELLO_S
        self._send(schema.HELLO, schema.SCHEMA_CRC, self._nonce, self._session, self._first_order)

    def _restart(self, now_s: float) -> None:
        """End the session for good and ask for a new one."""
        self._session = 0
        self._go_offline()
        self._greet(now_s)

    def _go_offline(self) -> None:
        self._pings.clear()
        self._ack_due_s = float("inf")
        if self.online:
            self.online = False
            self._heard.append(Offline())

    def _lose_orders(self, count: int) -> None:
        for _ in range(count):
            self._heard.append(OrderLost(self._orders.popleft().order))

    def _take_heard(self) -> list[Heard]:
        heard, self._heard = self._heard, []
        return heard

    # What the drone says

    def _take(self, now_s: float, number: int, seq: int, size: int, payload: bytes) -> None:
        if number not in BOOTSTRAP and not self.online:
            return  # of a session that is over, or of another schema
        record = codec.decode(number, payload)
        self.counters.frames += 1
        if number == schema.WELCOME:
            self._take_welcome(now_s, seq, record)
            return
        if number == schema.BEACON:
            self._take_beacon(now_s, record)
            if not self.online:
                return
        self._heard_s = now_s
        late = self._count_gap(seq)
        self._unacked_bytes += size
        self._ack_due_s = min(self._ack_due_s, now_s + ACK_S)
        kind = schema.kind_of(number)
        if kind == schema.EVENT:
            self._take_event(number, record)
        elif kind == schema.TELEMETRY:
            if not late:
                self._heard.append(Telemetry(number, record))
        elif kind == schema.VERDICT:
            self._take_verdict(now_s, number, record)
        elif number == schema.PONG:
            sent_s = self._pings.pop(record.token, None)
            if sent_s is not None:
                self._heard.append(Pong(sent_s, now_s, record.time_ms))

    def _count_gap(self, seq: int) -> bool:
        """Count the frames missed before this one; True for one that is older than what came already."""
        ahead = (seq - self._drone_seq) & 0xFF
        if self._drone_seq >= 0 and (ahead == 0 or ahead >= 128):
            return True
        if self._drone_seq >= 0:
            self.counters.frames_missed += ahead - 1
        self._drone_seq = seq
        return False

    def _take_welcome(self, now_s: float, seq: int, welcome: Any) -> None:
        if welcome.nonce != self._nonce or self.online:
            return
        if welcome.schema_crc != schema.SCHEMA_CRC:
            if not self._told_incompatible:
                self._told_incompatible = True
                self._heard.append(Incompatible(welcome.identity))
            return
        resumed = welcome.session == self._session
        if not resumed:
            self._lose_orders(self._orders_before)
            self.counters.sessions += 1
        if welcome.boot != self.boot or welcome.oldest_event > self._event_seen + 1:
            # A new boot, or a drone that met another host in between: its oldest event is where we begin.
            self._event_seen = self._event_settled = welcome.oldest_event - 1
        self.boot = welcome.boot
        self._session = welcome.session
        self._drone_seq = seq
        self._heard_s = now_s
        self._ack_due_s = now_s
        self._ping_due_s = now_s
        self._resend_s = RESEND_S
        self.online = True
        self._heard.append(Online(welcome, resumed, self._greeted_s, now_s))
        self._resend_orders(now_s)

    def _take_beacon(self, now_s: float, beacon: Any) -> None:
        if self.online and (beacon.session != self._session or beacon.boot != self.boot):
            self._go_offline()
            self._greet(now_s)

    def _take_event(self, number: int, record: Any) -> None:
        if record.number == self._event_seen + 1 and self.accepting:
            self._event_seen += 1
            self._heard.append(DroneEvent(self.boot, number, record))
        elif record.number <= self._event_seen:
            self.counters.events_repeated += 1
            self._ack_due_s = 0.0

    def _take_verdict(self, now_s: float, number: int, record: Any) -> None:
        if self._orders and self._orders[0].sent and record.order == self._orders[0].order:
            self._orders.popleft()
            self._heard.append(Verdict(record.order, number, record))
            self._resend_s = RESEND_S
            self._send_orders(now_s)

    # Sending

    def _send_orders(self, now_s: float) -> None:
        if not self.online:
            return
        for i, order in enumerate(self._orders):
            if i >= ORDER_WINDOW:
                break
            if not order.sent:
                order.sent = True
                self._orders_sent_s = now_s
                self._send(order.number, self._session, order.order, *order.values)

    def _resend_orders(self, now_s: float) -> None:
        for order in self._orders:
            self.counters.orders_resent += order.sent
            order.sent = False
        self._resend_s = min(2 * self._resend_s, RESEND_MOST_S)
        self._send_orders(now_s)

    def _ping(self, now_s: float) -> None:
        token = self.nonce() & 0xFFFF
        self._ping_due_s = now_s + PING_S
        self._pings = {token: now_s}
        self._send(schema.PING, self._session, token)

    def _acknowledge(self, now_s: float) -> None:
        if self.online and (now_s >= self._ack_due_s or self._unacked_bytes >= ACK_BYTES):
            self._ack_due_s = float("inf")
            self._unacked_bytes = 0
            self._send(schema.ACK, self._session, self._drone_seq, self._event_settled)

    def _send(self, number: int, *values: Any) -> None:
        if self._is_open:
            self._seq = (self._seq + 1) & 0xFF
            self.tx += frame.encode(number, self._seq, codec.encode(number, *values))
