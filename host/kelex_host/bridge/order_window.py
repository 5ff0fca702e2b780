"""Orders on their way to one drone: in order, a few at a time, and again until each has its verdict (go-back-N)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from itertools import islice
from math import inf
from typing import Any

WINDOW = 4
HELD_MOST = 32
RESEND_S = 0.06
RESEND_MOST_S = 0.5


@dataclass(slots=True)
class Order:
    """An order: its number in the session, its message's number in the schema, its values after those two.

    `index` counts the session's orders from 0, without wrapping; it is right in what `to_send` gives.
    """

    order: int
    number: int
    values: tuple[Any, ...]
    deadline_s: float
    sent: bool = False  # and not yet to be sent again
    tried: bool = False  # it was sent at least once: the drone may have it
    index: int = 0
    forbidden: bool = False


@dataclass(slots=True)
class OrderWindow:
    """`next_order` is the number of the next new order; it counts on through sessions, wrapping at 2^16."""

    next_order: int
    resent: int = 0
    _orders: deque[Order] = field(default_factory=deque)
    _index: int = 0  # of the oldest one in its session
    _sent_s: float = 0.0
    _resend_s: float = RESEND_S

    def __len__(self) -> int:
        return len(self._orders)

    def put(self, number: int, values: tuple[Any, ...], deadline_s: float) -> int | None:
        """Line up an order; its number, or None when too many wait already."""
        if len(self._orders) >= HELD_MOST:
            return None
        order = self.next_order
        self.next_order = (order + 1) & 0xFFFF
        self._orders.append(Order(order, number, values, deadline_s))
        return order

    def to_send(self, now_s: float) -> list[Order]:
        """The orders to send now: those of the window that are not on their way."""
        new = []
        for ahead, order in enumerate(islice(self._orders, WINDOW)):
            if not order.sent:
                order.sent = order.tried = True
                order.index = self._index + ahead
                self._sent_s = now_s
                new.append(order)
        return new

    def answered(self, order: int) -> bool:
        """A verdict came; whether it is the one awaited, that is, the oldest order's."""
        if not self._orders or not self._orders[0].sent or self._orders[0].order != order:
            return False
        self._orders.popleft()
        self._index += 1
        self._resend_s = RESEND_S
        return True

    def forbid(self, order: int) -> None:
        """Somebody's order of that number was refused for want of the right tag: this one's, or a forged one."""
        for mine in self._orders:
            mine.forbidden |= mine.sent and mine.order == order

    def begin(self) -> None:
        """A new session begins with the oldest order."""
        self._index = 0
        self.restart()

    def restart(self) -> None:
        """A session begins or goes on: whatever was on its way is to be sent again."""
        self._resend_s = RESEND_S
        self._send_again()

    def repeat(self, now_s: float) -> None:
        """If no verdict came in time, let everything on its way be sent again, and wait longer for it."""
        if self._orders and self._orders[0].sent and now_s - self._sent_s >= self._resend_s:
            self._send_again()
            self._resend_s = min(2 * self._resend_s, RESEND_MOST_S)

    def expired(self, now_s: float) -> bool:
        """Whether the oldest order has waited too long."""
        return bool(self._orders) and self._orders[0].deadline_s <= now_s

    def drop(self, count: int) -> list[Order]:
        """Give up the oldest `count` orders."""
        self._index += count
        return [self._orders.popleft() for _ in range(count)]

    def due_s(self, online: bool) -> float:
        """When the window next needs attention."""
        if not self._orders:
            return inf
        deadline_s = self._orders[0].deadline_s
        return min(deadline_s, self._sent_s + self._resend_s) if online else deadline_s

    def _send_again(self) -> None:
        for order in self._orders:
            self.resent += order.sent
            order.sent = False
