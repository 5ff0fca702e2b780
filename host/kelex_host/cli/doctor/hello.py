"""Asking a port who answers: the bridge's own greeting, and nothing after it."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass

from kelex_host.bridge.heard import Incompatible, Online
from kelex_host.bridge.host_link import HostLink
from kelex_host.bridge.session import HELLO_S
from kelex_host.shells.serial_port import SerialPort

LIMIT_S = 2.0


@dataclass(frozen=True, slots=True)
class Unopened:
    """The port does not open, or not for long; `why` names the mend."""

    why: str


async def ask(port: str) -> Online | Incompatible | Unopened | None:
    """Greet whoever is at a port; None when nobody answers within LIMIT_S.

    The drone keeps its events: the session that this opens acknowledges none, and the next one takes its place.
    """
    caller = _Caller(port)
    running = asyncio.create_task(caller.port.run())
    try:
        async with asyncio.timeout(LIMIT_S):
            while not caller.answer.done():
                await asyncio.wait({caller.answer}, timeout=HELLO_S)
                caller.step()
        return caller.answer.result()
    except TimeoutError:
        return None if caller.opened else Unopened(f"{port} does not open within {LIMIT_S:g} s; see what is there.")
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


class _Caller:
    """PortEvents for a port that has a drone's link behind it until somebody has answered."""

    def __init__(self, port: str) -> None:
        self._loop = asyncio.get_running_loop()
        self.answer: asyncio.Future[Online | Incompatible | Unopened] = self._loop.create_future()
        self.opened = False
        self.port = SerialPort("", port, self)
        self._link = HostLink(lambda: secrets.randbits(32), accepting=False)

    def step(self) -> None:
        """Greet again when it is due."""
        self._link.step(self._loop.time())
        self._send()

    def port_opened(self, drone: str) -> None:
        """See PortEvents."""
        self.opened = True
        self._link.opened(self._loop.time())
        self._send()

    def port_closed(self, drone: str, why: str) -> None:
        """See PortEvents."""
        # The bridge tries on, and says so; here it was asked once.
        self._settle(Unopened(why.removesuffix(" Trying on.")))

    def port_received(self, drone: str, data: bytes) -> None:
        """See PortEvents."""
        for heard in self._link.receive(self._loop.time(), data):
            if isinstance(heard, Online | Incompatible):
                self._settle(heard)

    def _settle(self, answer: Online | Incompatible | Unopened) -> None:
        if not self.answer.done():
            self.answer.set_result(answer)

    def _send(self) -> None:
        if not self.answer.done():
            self.port.write(bytes(self._link.tx))
        self._link.tx.clear()
