"""The console's side in `kelex up`: its listening socket, and the child process that serves it.

The page has a process of its own: its work stays out of the bridge's loop, and a broken page stops no house. The
socket is made here, so the port is known at once, a browser that is early waits instead of being refused, and a child
that died is replaced behind the same address.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec

import msgspec

from kelex_host.errors import KelexError

BACKLOG = 64
STOP_TIMEOUT_S = 3.0
RESTART_S = 0.5
RESTARTS_MAX = 5
RESTARTS_WINDOW_S = 60.0
PORT_TRIES = 20

_log = logging.getLogger(__name__)


class Briefing(msgspec.Struct, frozen=True):
    """What the child has to know. There are passwords in it, so it goes through a pipe and into no log."""

    broker: str
    base: str
    drones: list[str]
    board: str
    hosts: list[str]
    password: str = ""
    build: str = ""


def is_installed() -> bool:
    """Whether the extra `kelex[console]` is there; nothing is imported for the answer."""
    return find_spec("nicegui") is not None and find_spec("argon2") is not None


def listen(address: str, port: int, tries: int = PORT_TRIES) -> socket.socket:
    """A socket that listens at `port`, or at the next free one of `tries`. Raises KelexError."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    last = min(port + tries - 1, 65535)
    for candidate in range(port, last + 1):
        listener = socket.socket(family)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address, candidate))
            listener.listen(BACKLOG)
        except PermissionError:
            listener.close()
            raise KelexError(
                f"The console may not listen at port {candidate}; give [console] a port above 1023."
            ) from None
        except OSError as error:
            listener.close()
            if isinstance(error, socket.gaierror) or error.errno == 99:  # EADDRNOTAVAIL
                raise KelexError(f"This computer has no address {address}; give [console] another one.") from None
            continue
        return listener
    raise KelexError(f"The ports {port} to {last} are all taken: free one, or give [console] another port.")


class ConsoleProcess:
    """Starts the child, replaces it when it dies by itself, stops it. `tell` gets one sentence about that.

    `answers` is set once the page has answered for the first time.
    """

    def __init__(self, listener: socket.socket, briefing: Briefing, tell: Callable[[str], None] = _log.warning) -> None:
        self._listener, self._briefing, self._tell = listener, briefing, tell
        self._process: asyncio.subprocess.Process | None = None
        self._guard: asyncio.Task[None] | None = None
        self.answers = asyncio.Event()

    @property
    def pid(self) -> int | None:
        """The child's process id, while there is one."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    def start(self) -> None:
        """Begin; `answers` is set when the page is there, and who asks earlier waits for it."""
        self._guard = asyncio.create_task(self._keep_running(), name="the console")

    async def stop(self) -> None:
        """End the child; returns when it is gone."""
        if self._guard is not None:
            self._guard.cancel()
            await asyncio.gather(self._guard, return_exceptions=True)
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            assert process.stdin is not None
            process.stdin.close()
            try:
                await asyncio.wait_for(process.wait(), STOP_TIMEOUT_S)
            except TimeoutError:
                process.kill()
                await process.wait()
        self._listener.close()

    async def _launch(self) -> asyncio.subprocess.Process:
        descriptor = self._listener.fileno()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "kelex_host.shells.console_child", "--socket", str(descriptor)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            pass_fds=(descriptor,),
        )
        assert process.stdin is not None
        with suppress(OSError):
            process.stdin.write(msgspec.json.encode(self._briefing) + b"\n")
            await process.stdin.drain()
        return process

    async def _keep_running(self) -> None:
        loop = asyncio.get_running_loop()
        deaths_s: deque[float] = deque(maxlen=RESTARTS_MAX)
        while True:
            self._process = await self._launch()
            assert self._process.stdout is not None
            while await self._process.stdout.readline():  # READY, and later nothing
                self.answers.set()
            code = await self._process.wait()
            if len(deaths_s) == RESTARTS_MAX and loop.time() - deaths_s[0] < RESTARTS_WINDOW_S:
                self._tell("The console keeps dying: the house goes on without; restart `kelex up` to have it again.")
                return
            deaths_s.append(loop.time())
            self._tell(f"The console died (exit code {code}): it is restarted.")
            await asyncio.sleep(RESTART_S)
