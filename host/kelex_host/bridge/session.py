"""The session that a host's end has with its drone: how the next one is asked for, and the tags of its orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kelex_wire import codec, schema
from kelex_wire.tags import SessionTags

from kelex_host.bridge.order_window import Order, OrderWindow

HELLO_S = 0.25


@dataclass(slots=True)
class Session:
    """`pairing` is the key that the next new session is under, None for none; the one that is open keeps its own."""

    pairing: bytes | None = None
    number: int = 0  # 0 where there is none to go on with
    started: tuple[int, int] = (0, 0)  # which start of the board it is with
    nonce: int = 0
    hello_due_s: float = 0.0
    orders_before: int = 0  # how many orders waited when the greeting went out
    _first_order: int = 0
    _tags: SessionTags | None = None

    @property
    def is_tagged(self) -> bool:
        """Whether its orders have tags."""
        return self._tags is not None

    def ask(self, nonce: int, orders: OrderWindow) -> None:
        """The next greeting will be another one."""
        self.nonce = nonce
        # Should this become a new session, it begins with an order that was never sent before.
        self.orders_before = len(orders)
        self._first_order = orders.next_order

    def hello(self, now_s: float) -> tuple[int, int, int, int]:
        """The greeting's values; it is due again a little later."""
        self.hello_due_s = now_s + HELLO_S
        return schema.SCHEMA_CRC, self.nonce, self.number, self._first_order

    def welcomed(self, welcome: Any) -> tuple[bool, bool]:
        """The drone has answered: (whether the session goes on where it was, whether the board has started anew)."""
        resumed = welcome.session == self.number
        started = welcome.boot, welcome.start
        new_boot = started != self.started
        self.number = welcome.session
        self.started = started
        if not resumed:
            self._tags = SessionTags(self.pairing, self.nonce, *started, self.number) if self.pairing else None
        return resumed, new_boot

    def payload(self, order: Order) -> bytes:
        """An order's bytes in this session, its tag included."""
        payload: bytes = codec.encode(order.number, self.number, order.order, *order.values)
        return payload + self._tags.tag(order.number, order.index, payload) if self._tags else payload
