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
from kelex_host.bridge.session import Session

SILENT_S = 1.5
_OURS = (schema.HELLO, schema.ACK, schema.PING)
BOOTSTRAP = (schema.WELCOME, schema.BEACON)
_NOT_ALLOWED = schema.REFUSALS.index("not_allowed")


@dataclass(slots=True)
class HostLink:
    """One drone's link. `nonce()` gives a fresh 32-bit number that no other session used.

    `session.pairing` is the key shared with the drone, None where they are not paired.
    """

    nonce: Callable[[], int]
    counters: Counters = field(default_factory=Counters)
    tx: bytearray = field(default_factory=bytearray)
    online: bool = False
    boot: int = 0
    accepting: bool = True  # while False, events are left with the drone
    any_schema: bool = False  # take a drone of another schema too: for the orders that never change
    session: Session = field(default_factory=Session)

    _is_open: bool = False
    _heard_s: float = 0.0
    _splitter: frame.Splitter = field(default_factory=frame.Splitter)
    _heard: list[Heard] = field(default_factory=list)
    _seq: int = 0
    _inbound: Inbound = field(default_factory=Inbound)
    _orders: OrderWindow = field(init=False)
    _pings: Pings = field(default_factory=Pings)
    _told_incompatible: bool = False

    def __post_init__(self) -> None:
        self._orders = OrderWindow(self.nonce() & 0xFFFF)

    def figures(self) -> dict[str, int]:
        """Counters of this link since the bridge started."""
        return {
            **asdict(self.counters),
            "frames_missed": self._inbound.frames_missed,
            "events_repeated": self._inbound.events_repeated,
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

    def renew(self, now_s: float, pairing: bytes | None) -> None:
        """End the session for good and ask for a new one, which is under this pairing key."""
        self.session.pairing = pairing
        self.session.number = 0
        self._go_offline()
        self._greet(now_s)

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
            self.renew(now_s, self.session.pairing)
        if not self._is_open:
            return self._take_heard()
        if self.online and now_s - self._heard_s >= SILENT_S:
            self._go_offline()
            self._greet(now_s)
        if not self.online:
            if now_s >= self.session.hello_due_s:
                self._send(schema.HELLO, *self.session.hello(now_s))
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
        return min(due, self.session.hello_due_s) if self._is_open else due

    # The session

    def _greet(self, now_s: float) -> None:
        self.session.ask(self.nonce(), self._orders)
        self._send(schema.HELLO, *self.session.hello(now_s))

    def _go_offline(self) -> None:
        self._inbound.pause()
        if self.online:
            self.online = False
            self._heard.append(Offline())

    def _lose_orders(self, count: int) -> None:
        self._heard += [OrderLost(lost.order, lost.tried, lost.forbidden) for lost in self._orders.drop(count)]

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
        if welcome.nonce != self.session.nonce or self.online:
            return
        if welcome.schema_crc != schema.SCHEMA_CRC and not self.any_schema:
            if not self._told_incompatible:
                self._told_incompatible = True
                self._heard.append(Incompatible(welcome.identity))
            return
        resumed, new_boot = self.session.welcomed(welcome)
        if resumed:
            self._orders.restart()
        else:
            self._lose_orders(self.session.orders_before)
            self._orders.begin()
            self.counters.sessions += 1
        self._inbound.begin(now_s, seq, welcome.oldest_event, new_boot=new_boot)
        self.boot = welcome.boot
        self._heard_s = now_s
        self._pings.begin(now_s)
        self.online = True
        self._heard.append(Online(welcome, resumed, now_s))
        self._send_orders(now_s)

    def _take_beacon(self, now_s: float, beacon: Any) -> None:
        if self.online and (beacon.session != self.session.number or beacon.boot != self.boot):
            self._go_offline()
            self._greet(now_s)

    def _take_verdict(self, now_s: float, number: int, record: Any) -> None:
        if number == schema.REFUSED and record.reason == _NOT_ALLOWED and self.session.is_tagged:
            # It may be what somebody else's forgery of the same number was told. If ours was right, its own answer is
            # still to come, and if the drone has another key, none will.
            self._orders.forbid(record.order)
        elif self._orders.answered(record.order):
            self._heard.append(Verdict(record.order, number, record))
            self._send_orders(now_s)

    # Sending

    def _send_orders(self, now_s: float) -> None:
        if self.online:
            for order in self._orders.to_send(now_s):
                self._send_payload(order.number, self.session.payload(order))

    def _ping(self, now_s: float) -> None:
        token = self.nonce() & 0xFFFF
        self._pings.asked(now_s, token)
        self._send(schema.PING, self.session.number, token)

    def _acknowledge(self, now_s: float) -> None:
        if self.online and now_s >= self._inbound.ack_due_s:
            self._send(schema.ACK, self.session.number, *self._inbound.acknowledge())

    def _send(self, number: int, *values: Any) -> None:
        self._send_payload(number, codec.encode(number, *values))

    def _send_payload(self, number: int, payload: bytes) -> None:
        if self._is_open:
            self._seq = (self._seq + 1) & 0xFF
            self.tx += frame.encode(number, self._seq, payload)
