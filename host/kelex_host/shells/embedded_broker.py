"""The embedded MQTT broker: amqtt in a child process, for a house that has no broker of its own.

A process of its own keeps the broker's work out of the bridge's loop, and sends the bridge's Last Will even
when the bridge is killed: the child sees its standard input end, stays LINGER_S for that, then goes too.
amqtt is imported in the child only (`embedded_broker_child.py`), so the bridge does not carry its 14 MB.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from kelex_host.errors import BrokerError

HOST = "127.0.0.1"
EXIT_PORT_TAKEN = 3
LINGER_S = 0.3
START_TIMEOUT_S = 15.0
STOP_TIMEOUT_S = 3.0
RESTARTS_MAX = 5
RESTARTS_WINDOW_S = 60.0

_log = logging.getLogger(__name__)


class EmbeddedBroker:
    """The parent's side: starts the child, restarts it if it dies by itself, and stops it."""

    def __init__(self, tell: Callable[[str], None] = _log.warning) -> None:
        """`tell` gets one sentence whenever the child died and what comes of it."""
        self.port = 0
        self._tell = tell
        self._process: asyncio.subprocess.Process | None = None
        self._guard: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The child's process id, while there is one."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    async def start(self, port: int, tries: int = 20) -> int:
        """Listen at `port`, or at the next free one of `tries` in all; returns it. Raises BrokerError."""
        if self._guard is not None:
            raise RuntimeError("already started")
        last = min(port + tries - 1, 65535)
        for candidate in range(port, last + 1):
            # Asked first, as a child takes half a second to find out; it may still find the port taken meanwhile.
            if is_free(candidate) and await self._launch(candidate):
                self.port = candidate
                self._guard = asyncio.create_task(self._keep_running())
                return candidate
        raise BrokerError(
            f"The ports {port} to {last} are all taken: free one, or name a running broker with --broker."
        )

    async def stop(self) -> None:
        """End the child; returns when it is gone."""
        if self._guard is not None:
            self._guard.cancel()
            await asyncio.gather(self._guard, return_exceptions=True)
            self._guard = None
        await self._end_child()

    async def _launch(self, port: int) -> bool:
        """Start a child; False if the port is taken. Raises BrokerError if it fails otherwise."""
        self._process = process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "kelex_host.shells.embedded_broker_child", "--port", str(port)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        line = b""
        try:
            async with asyncio.timeout(START_TIMEOUT_S):
                line = await process.stdout.readline()
                if line == b"ready %d\n" % port:
                    return True
                if await process.wait() == EXIT_PORT_TAKEN:
                    return False
        except TimeoutError:
            pass
        finally:
            if line != b"ready %d\n" % port:
                await self._end_child()
        raise BrokerError(
            f"The embedded broker does not start (exit code {process.returncode}): mend it with `pip install "
            "--force-reinstall amqtt`, or name a running broker with --broker."
        )

    async def _end_child(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            assert process.stdin is not None
            with suppress(OSError):
                process.stdin.write(b"stop\n")
                await process.stdin.drain()
            try:
                await asyncio.wait_for(process.wait(), STOP_TIMEOUT_S)
            except TimeoutError:
                process.kill()
        await process.wait()

    async def _keep_running(self) -> None:
        loop = asyncio.get_running_loop()
        deaths_s: deque[float] = deque(maxlen=RESTARTS_MAX)
        while self._process is not None:
            code = await self._process.wait()
            if len(deaths_s) == RESTARTS_MAX and loop.time() - deaths_s[0] < RESTARTS_WINDOW_S:
                self._tell("The embedded broker keeps dying: restart `kelex up`, or name another with --broker.")
                return
            deaths_s.append(loop.time())
            self._tell(f"The embedded broker died (exit code {code}): it is restarted on port {self.port}.")
            try:
                # Something else may hold the port for a moment.
                while not await self._launch(self.port):
                    if loop.time() - deaths_s[-1] > START_TIMEOUT_S:
                        raise BrokerError(
                            f"Port {self.port} stays taken, so there is no broker: free it and restart `kelex up`."
                        )
                    await asyncio.sleep(LINGER_S)
            except BrokerError as error:
                self._tell(str(error))
                return


def is_free(port: int) -> bool:
    """Whether a broker could listen at a port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
