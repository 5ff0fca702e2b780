"""The host's end of a link to one drone: opens the session, acknowledges, resends orders, drops what comes twice.

Pure: bytes and times (seconds of a monotonic clock) come in, `Heard` values and bytes go out. The drone's end, and
the rules that both keep, are in `kelex_wire/drone_link.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from kelex_wire import codec, frame, schema
from kelex_wire.errors import UnknownMessage, WireError

from kelex_host.bridge.heard import (
    Counters,
    DroneEvent,
    Heard,
    Incompatible,
    Offline,
    Online,
    OrderLost,
    Telemetry,
    Verdict,
)
from kelex_host.bridge.inbound import Inbound
from kelex_host.bridge.order_window import OrderWindow
from kelex_host.bridge.pings import Pings

HELLO_S = 0.25
SILENT_S = 1.5
_OURS = (schema.HELLO, schema.ACK, schema.PING)
BOOTSTRAP = (schema.WELCOME, schema.BEACON)


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
    _started: tuple[int, int] = (0, 0)
    _session: int = 0
    _nonce: int = 0
    _hello_due_s: float = 0.0
    _heard_s: float = 0.0
    _splitter: frame.Splitter = field(default_factory=frame.Splitter)
    _heard: list[Heard] = field(default_factory=list)
    _seq: int = 0
    _inbound: Inbound = field(default_factory=Inbound)
    _orders: OrderWindow = field(init=False)
    _first_order: int = 0
    _orders_before: int = 0  # how many orders waited when the greeting went out
    _pings: Pings = field(default_factory=Pings)
    _told_incompatible: bool = False

    def __post_init__(self) -> None:
        self._orders = OrderWindow(self.nonce() & 0xFFFF)

    def figures(self) -> dict[str, int]:
        """Counters of this link since the bridge started."""
        inbound = self._inbound
        return {
            **asdict(self.counters),
            "frames_missed": inbound.frames_missed,
            "events_repeated": inbound.events_repeated,
            "orders_resent": self._orders.resent,
        }

    # What the port and the bridge say

    def opened(self, now_s: float) -> None:
        """The port is open: greet whoever is there."""
        self._go_offline()  # a port that flaps may come back without having been told gone
        self._is_open = True
        self._splitter = frame.Splitter()
        self._inbound.open()
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
        order = self._orders.put(number, values, now_s + wait_s)
        self._send_orders(now_s)
        return order

    def settled(self, boot: int, number: int) -> None:
        """The events up to `number` are in safe hands: the drone may forget them."""
        if boot == self.boot:
            self._inbound.settle(number)

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
        if self._orders.expired(now_s):
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
        if now_s >= self._pings.due_s:
            self._ping(now_s)
        self._orders.repeat(now_s)
        self._send_orders(now_s)
        self._acknowledge(now_s)
        return self._take_heard()

    def due_s(self) -> float:
        """The moment at which `step` next has something to do."""
        due = self._orders.due_s(self.online)
        if self.online:
            return min(due, self._heard_s + SILENT_S, self._pings.due_s, self._inbound.ack_due_s)
        return min(due, self._hello_due_s) if self._is_open else due

    # The session

    def _greet(self, now_s: float) -> None:
        self._nonce = self.nonce()
        # Should this become a new session, it begins with an order that was never sent before.
        self._orders_before = len(self._orders)
        self._first_order = self._orders.next_order
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
        self._inbound.pause()
        if self.online:
            self.online = False
            self._heard.append(Offline())

    def _lose_orders(self, count: int) -> None:
        self._heard += [OrderLost(order.order, order.tried) for order in self._orders.drop(count)]

    def _take_heard(self) -> list[Heard]:
        heard, self._heard = self._heard, []
        return heard

    # What the drone says

    def _take(self, now_s: float, number: int, seq: int, size: int, payload: bytes) -> None:
        if not self.online and number not in BOOTSTRAP:
            return  # of a session that is over, or of another schema
        kind = schema.kind_of(number)
        if kind == schema.ORDER or number in _OURS:
            raise UnknownMessage("only a host says that: an echo")
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
        in_turn = self._inbound.arrived(now_s, seq, size)
        if kind == schema.TELEMETRY and in_turn:
            self._heard.append(Telemetry(number, record))
        elif kind == schema.EVENT:
            if self._inbound.is_new_event(record.number, accepting=self.accepting):
                self._heard.append(DroneEvent(self.boot, number, record))
        elif kind == schema.VERDICT:
            self._take_verdict(now_s, number, record)
        elif number == schema.PONG:
            pong = self._pings.answered(now_s, record.token, record.time_ms)
            if pong:
                self._heard.append(pong)

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
        self._inbound.begin(now_s, seq, welcome.oldest_event, new_boot=(welcome.boot, welcome.start) != self._started)
        self.boot = welcome.boot
        self._started = welcome.boot, welcome.start
        self._session = welcome.session
        self._heard_s = now_s
        self._pings.begin(now_s)
        self.online = True
        self._heard.append(Online(welcome, resumed, now_s))
        self._orders.restart()
        self._send_orders(now_s)

    def _take_beacon(self, now_s: float, beacon: Any) -> None:
        if self.online and (beacon.session != self._session or beacon.boot != self.boot):
            self._go_offline()
            self._greet(now_s)

    def _take_verdict(self, now_s: float, number: int, record: Any) -> None:
        if self._orders.answered(record.order):
            self._heard.append(Verdict(record.order, number, record))
            self._send_orders(now_s)

    # Sending

    def _send_orders(self, now_s: float) -> None:
        if self.online:
            for order in self._orders.to_send(now_s):
                self._send(order.number, self._session, order.order, *order.values)

    def _ping(self, now_s: float) -> None:
        token = self.nonce() & 0xFFFF
        self._pings.asked(now_s, token)
        self._send(schema.PING, self._session, token)

    def _acknowledge(self, now_s: float) -> None:
        if self.online and now_s >= self._inbound.ack_due_s:
            self._send(schema.ACK, self._session, *self._inbound.acknowledge())

    def _send(self, number: int, *values: Any) -> None:
        if self._is_open:
            self._seq = (self._seq + 1) & 0xFF
            self.tx += frame.encode(number, self._seq, codec.encode(number, *values))
