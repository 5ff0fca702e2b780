"""Ends for a simulated drone's cable: a pseudo-terminal, a TCP port for one host at a time, or a host within."""

from __future__ import annotations

import asyncio
import os
import pty
import socket
import tty
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from kelex_sim.kernel import Kernel

_READ_BYTES = 4096
_CABLE_US = 300


class PtyPort:
    """A pseudo-terminal. `link`, if given, is a path that always leads to it, before and after an unplug."""

    def __init__(self, receive: Callable[[bytes], None], link: Path | None = None) -> None:
        self.name = str(link or "")
        self._receive = receive
        self._link = link
        self._linked = False  # whether the link is there, and ours
        self._master = -1
        self._slave = -1

    def open(self) -> None:
        """Make the terminal. Raises OSError."""
        self._master, self._slave = pty.openpty()
        # Raw from the start, or the kernel would echo the drone's bytes back to it until a host opens the port.
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        path = os.ttyname(self._slave)
        if self._link:
            self._make_link(self._link, path)
        else:
            self.name = path
        asyncio.get_running_loop().add_reader(self._master, self._readable)

    def close(self) -> None:
        """Hang up: a host that has it open reads an error."""
        if self._master < 0:
            return
        asyncio.get_running_loop().remove_reader(self._master)
        os.close(self._slave)
        os.close(self._master)
        self._master = self._slave = -1
        if self._link and self._linked:
            self._linked = False
            self._link.unlink(missing_ok=True)

    def write(self, data: bytes) -> None:
        """Bytes for the host; a full terminal loses them."""
        if self._master >= 0:
            with suppress(BlockingIOError):
                os.write(self._master, data)

    def _make_link(self, link: Path, path: str) -> None:
        # Only a link may be in the way, such as a killed simulator leaves: never a file of somebody's.
        if link.is_symlink():
            link.unlink()
        link.symlink_to(path)
        self._linked = True

    def _readable(self) -> None:
        with suppress(BlockingIOError):
            self._receive(os.read(self._master, _READ_BYTES))


class DirectPort:
    """A cable within this process, in the kernel's time, for houses that live faster than we do.

    The host sets `opened`, `closed` and `received`, and sends by `send`.
    """

    def __init__(self, kernel: Kernel, receive: Callable[[bytes], None]) -> None:
        self.name = "within"
        self.opened: Callable[[], None] = lambda: None
        self.closed: Callable[[], None] = lambda: None
        self.received: Callable[[bytes], None] = lambda data: None
        self.is_open = False
        self._kernel = kernel
        self._receive = receive
        self._plugs = 0  # how often it was put in: what is on its way when it is pulled is lost

    def open(self) -> None:
        """Put it in."""
        self.is_open = True
        self._plugs += 1
        self.opened()

    def close(self) -> None:
        """Pull it out."""
        self.is_open = False
        self.closed()

    def write(self, data: bytes) -> None:
        """Bytes for the host."""
        self._later(self.received, data)

    def send(self, data: bytes) -> None:
        """Bytes for the drone."""
        self._later(self._receive, data)

    def _later(self, deliver: Callable[[bytes], None], data: bytes) -> None:
        if self.is_open:
            self._kernel.after(_CABLE_US, self._arrive, self._plugs, deliver, data)

    def _arrive(self, plugs: int, deliver: Callable[[bytes], None], data: bytes) -> None:
        if self.is_open and plugs == self._plugs:
            deliver(data)


class TcpPort:
    """A TCP port on 127.0.0.1, for `socket://`; a second host takes the first one's place.

    `host_is_there` is told when one comes, and when it goes.
    """

    def __init__(
        self,
        receive: Callable[[bytes], None],
        port: int,
        host_is_there: Callable[[bool], None] = lambda is_there: None,
    ) -> None:
        self.name = f"socket://127.0.0.1:{port}"
        self._receive = receive
        self._host_is_there = host_is_there
        self._port = port
        self._listener: socket.socket | None = None
        self._host: socket.socket | None = None

    def open(self) -> None:
        """Listen. Raises OSError."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self._port))
        listener.listen(1)
        listener.setblocking(False)
        self._port = listener.getsockname()[1]
        self.name = f"socket://127.0.0.1:{self._port}"
        self._listener = listener
        asyncio.get_running_loop().add_reader(listener, self._accept)

    def close(self) -> None:
        """Hang up and stop listening."""
        self._drop()
        if self._listener:
            asyncio.get_running_loop().remove_reader(self._listener)
            self._listener.close()
            self._listener = None

    def write(self, data: bytes) -> None:
        """Bytes for the host; lost where there is none."""
        self.offer(data)

    def offer(self, data: bytes) -> int:
        """Bytes for the host; how many of them are settled: taken, or lost because there is none."""
        if self._host:
            try:
                return self._host.send(data)
            except BlockingIOError:
                return 0
            except ConnectionError:
                pass
        return len(data)

    def _accept(self) -> None:
        assert self._listener
        self._drop()
        self._host, _ = self._listener.accept()
        self._host.setblocking(False)
        self._host.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        asyncio.get_running_loop().add_reader(self._host, self._readable)
        self._host_is_there(True)

    def _drop(self) -> None:
        if self._host:
            asyncio.get_running_loop().remove_reader(self._host)
            self._host.close()
            self._host = None
            self._host_is_there(False)

    def _readable(self) -> None:
        assert self._host
        try:
            data = self._host.recv(_READ_BYTES)
        except BlockingIOError:
            return
        except ConnectionError:
            data = b""
        if data:
            self._receive(data)
        else:
            self._drop()
