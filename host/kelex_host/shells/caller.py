"""Calling on the drone at a port for a moment: the bridge's own greeting, and perhaps an order. No house runs there.

The drone keeps its events: a session that is opened here acknowledges none, and the next one takes its place.
"""

from __future__ import annotations

import asyncio
import secrets
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TypeVar

from kelex_host.bridge.heard import DroneEvent, Heard, Incompatible, Online, OrderLost, Verdict
from kelex_host.bridge.host_link import HostLink
from kelex_host.bridge.session import HELLO_S
from kelex_host.shells.serial_port import SerialPort

Answer = TypeVar("Answer")
LIMIT_S = 2.0
ORDER_WAIT_S = 2.0
SAID_BYTES = 512


@dataclass(frozen=True, slots=True)
class Unopened:
    """The port does not open, or not for long; `why` names the mend."""

    why: str


class Call:
    """One call. `pairing` is the key that its orders are tagged with, None for none.

    With `any_schema` a drone of another schema is Online too: for the orders that never change. With `takes_events`
    the drone's events are acknowledged and forgotten: for a drone that is to start again, and would wait for that.
    """

    def __init__(
        self, port: str, pairing: bytes | None = None, *, any_schema: bool = False, takes_events: bool = False
    ) -> None:
        self._name = port
        self._loop = asyncio.get_running_loop()
        self._port = SerialPort("", port, self)
        self._link = HostLink(lambda: secrets.randbits(32), accepting=takes_events, any_schema=any_schema)
        self._link.session.pairing = pairing
        self._answer: asyncio.Future[Online | Incompatible | Unopened] = self._loop.create_future()
        self._verdict: asyncio.Future[Verdict | OrderLost] | None = None  # while an order is under way
        self._opened = False
        self._closed = asyncio.Event()
        self.said = bytearray()  # the last SAID_BYTES that came, whatever they mean
        self.heard_s: float | None = None  # when they came, by the loop's clock

    async def __aenter__(self) -> Call:
        self._running = asyncio.create_task(self._port.run())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)

    async def greet(self, limit_s: float = LIMIT_S) -> Online | Incompatible | Unopened | None:
        """Who is there; None when nobody answers within `limit_s`."""
        try:
            return await self._until(self._answer, limit_s)
        except TimeoutError:
            if self._opened:
                return None
            return Unopened(f"{self._name} does not open within {limit_s:g} s; see what is there.")

    async def order(self, number: int, *values: Any) -> Verdict | OrderLost:
        """Give an order to who was greeted, and wait for what becomes of it. Raises PayloadError."""
        verdict: asyncio.Future[Verdict | OrderLost] = self._loop.create_future()
        self._verdict = verdict
        order = self._link.order(self._loop.time(), number, values, ORDER_WAIT_S)
        assert order is not None, "one order at a time always has room"
        self._send()
        try:
            return await self._until(verdict, ORDER_WAIT_S + HELLO_S)
        except TimeoutError:
            return OrderLost(order, tried=True)

    async def hang_on(self, limit_s: float) -> None:
        """Be its host for so long, or until the port is gone."""
        end_s = self._loop.time() + limit_s
        while not self._closed.is_set() and (left_s := end_s - self._loop.time()) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(min(HELLO_S, left_s)):
                    await self._closed.wait()
            self._hear(self._link.step(self._loop.time()))
            self._send()

    async def _until(self, future: asyncio.Future[Answer], limit_s: float) -> Answer:
        async with asyncio.timeout(limit_s):
            while not future.done():
                await asyncio.wait({future}, timeout=min(HELLO_S, limit_s))
                if not future.done():  # who has answered hears no more than he has to
                    self._hear(self._link.step(self._loop.time()))
                    self._send()
        return future.result()

    # What the port says (see PortEvents)

    def port_opened(self, drone: str) -> None:
        """See PortEvents."""
        self._opened = True
        self._link.opened(self._loop.time())
        self._send()

    def port_closed(self, drone: str, why: str) -> None:
        """See PortEvents."""
        self._closed.set()
        self._hear(self._link.closed(self._loop.time()))
        # The bridge tries on, and says so; here it was asked once.
        if not self._answer.done():
            self._answer.set_result(Unopened(why.removesuffix(" Trying on.")))

    def port_received(self, drone: str, data: bytes) -> None:
        """See PortEvents."""
        self.heard_s = self._loop.time()
        self.said += data
        del self.said[:-SAID_BYTES]
        self._hear(self._link.receive(self.heard_s, data))
        if self._verdict is not None:
            self._send()

    def _hear(self, heard: list[Heard]) -> None:
        for item in heard:
            if isinstance(item, Online | Incompatible) and not self._answer.done():
                self._answer.set_result(item)
            elif isinstance(item, DroneEvent):
                self._link.settled(item.boot, item.record.number)
            elif isinstance(item, Verdict | OrderLost) and self._verdict and not self._verdict.done():
                self._verdict.set_result(item)

    def _send(self) -> None:
        self._port.write(bytes(self._link.tx))
        self._link.tx.clear()
