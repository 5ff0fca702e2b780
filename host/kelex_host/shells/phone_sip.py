"""The connection to baresip: opened again whenever it breaks. What is said over it is in `household/baresip.py`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from time import monotonic

from kelex_host.household.baresip import Baresip, TalkError
from kelex_host.household.phone import Limits, Report

RETRY_FIRST_S = 0.5
RETRY_MOST_S = 10.0
CONNECT_S = 5.0
UNSENT_BYTES = 65_536
_READ_BYTES = 4096


class SipPhone:
    """A SIP telephone: `report(reports)` hears of every change of a call, `tell(text)` is one sentence for a person.

    ctrl_tcp asks for no password, so baresip belongs on this machine: `host` is a loopback address.
    """

    def __init__(
        self,
        host: str,
        port: int,
        report: Callable[[list[Report]], None],
        tell: Callable[[str], None],
        limits: Limits | None = None,
    ) -> None:
        self._core = Baresip(limits)
        self._host, self._port = host, port
        self._report, self._tell = report, tell
        self._writer: asyncio.StreamWriter | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._told = self._problem_told = False

    @property
    def connected(self) -> bool:
        """Whether baresip is there."""
        return self._core.connected

    def dial(self, call_id: str, contact: str, number: str) -> None:
        """Call somebody."""
        self._done(self._core.dial(monotonic(), call_id, contact, number))

    def answer(self, call_id: str) -> None:
        """Take an incoming call."""
        self._done(self._core.answer(monotonic(), call_id))

    def reject(self, call_id: str) -> None:
        """Refuse an incoming call."""
        self._done(self._core.reject(monotonic(), call_id))

    def hang_up(self, call_id: str) -> None:
        """End a call."""
        self._done(self._core.hang_up(monotonic(), call_id))

    async def run(self) -> None:
        """Stay connected until cancelled."""
        delay_s = RETRY_FIRST_S
        try:
            while True:
                if await self._one_connection():
                    delay_s = RETRY_FIRST_S
                await asyncio.sleep(delay_s)
                delay_s = min(RETRY_MOST_S, delay_s * 2)
        finally:
            self._close()
            if self._timer:
                self._timer.cancel()

    async def _one_connection(self) -> bool:
        """Connect and listen until it breaks; whether baresip was there."""
        try:
            async with asyncio.timeout(CONNECT_S):
                reader, self._writer = await asyncio.open_connection(self._host, self._port)
        except (OSError, TimeoutError):
            self._tell_once()
            return False
        self._core.opened()
        self._done([])
        try:
            while data := await self._next(reader):
                self._done(self._core.received(monotonic(), data))
                self._told = self._told and not self._core.connected
        except (OSError, TimeoutError, TalkError):
            pass
        was_there = self._core.connected
        self._close()
        self._tell_once()
        return was_there

    async def _next(self, reader: asyncio.StreamReader) -> bytes:
        """What comes next; whoever does not answer as baresip does at first is waited for no longer than CONNECT_S."""
        async with asyncio.timeout(None if self._core.connected else CONNECT_S):
            return await reader.read(_READ_BYTES)

    def _close(self) -> None:
        writer, self._writer = self._writer, None
        if writer:
            with suppress(OSError, RuntimeError):
                writer.transport.abort()
            self._done(self._core.closed(monotonic()))

    def _done(self, reports: list[Report]) -> None:
        """Send what is to be sent, tell what is to be told, and be woken in time."""
        out = self._core.take()
        if out and self._writer:
            self._writer.write(out)
            if self._writer.transport.get_write_buffer_size() > UNSENT_BYTES:
                self._writer.transport.abort()  # it reads no more: the connection ends, and `run` sees that
        if reports:
            self._report(reports)
        if self._core.problem and not self._problem_told:
            self._problem_told = True
            self._tell(self._core.problem)
        if self._timer:
            self._timer.cancel()
            self._timer = None
        due_s = self._core.due_s()
        if due_s < float("inf"):
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(max(0.0, due_s - monotonic()), self._tick)

    def _tick(self) -> None:
        self._timer = None
        self._done(self._core.step(monotonic()))

    def _tell_once(self) -> None:
        if not self._told:
            self._told = True
            self._tell(
                f"baresip does not answer at {self._host}:{self._port}; start it with its module ctrl_tcp. Trying on."
            )
