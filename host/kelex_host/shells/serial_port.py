"""A drone's port by pySerial: any path or URL, opened again whenever it comes back.

Where the port has a file descriptor (a serial device, `socket://`), the event loop reads and writes it directly:
about half the round trip of pySerial's reader thread. Other URLs are polled.
"""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

import serial
from serial.tools import list_ports

BAUD = 115200  # means nothing on USB; a real UART in between wants a number
RETRY_S = 0.5
STEADY_S = 1.0
POLL_S = 0.005
READ_BYTES = 4096
WRITE_LIMIT_BYTES = 65536
PICO_VENDOR = 0x2E8A


class PortEvents(Protocol):
    """What a port tells its owner, in the event loop. `why` is empty where it has been said already."""

    def port_opened(self, drone: str) -> None: ...
    def port_closed(self, drone: str, why: str) -> None: ...
    def port_received(self, drone: str, data: bytes) -> None: ...


class DronePort(Protocol):
    """The host's end of a drone's cable."""

    async def run(self) -> None:
        """Keep it open; until cancelled."""

    def write(self, data: bytes) -> None:
        """Bytes for the drone; lost while it is not open."""

    def lend(self, seconds: int) -> None:
        """Let go of it for so long, for another program; 0: take it back now."""


MakePort = Callable[[str, PortEvents], DronePort]


class SerialPort:
    """The port of one drone. `name` is a path, a pySerial URL, or `auto` for the first Pico found.

    `absent` is what a person is told while it is not there; without it, that the board is to be plugged in.
    """

    def __init__(self, drone: str, name: str, events: PortEvents, *, absent: str = "") -> None:
        self._drone = drone
        self._name = name
        self._events = events
        self._absent = absent
        self._serial: Any = None
        self._fd = -1
        self._unsent = bytearray()
        self._gone = asyncio.Event()
        self._told = ""
        self._lent_until_s = 0.0
        self._wanted_back = asyncio.Event()

    async def run(self) -> None:
        """Open the port, keep it open, try again when it is gone; until cancelled."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                await self._stay_away()
                self._gone.clear()
                try:
                    self._serial = await loop.run_in_executor(None, _open, self._name)
                except Exception as error:  # noqa: BLE001 - each of pySerial's URL handlers raises its own
                    self._tell_once(self._absent or f"{why_not_open(self._name, error)} Trying on.")
                else:
                    began_s = loop.time()
                    await self._attend()
                    # A port that opens and closes at once is told of once, not at each try.
                    if loop.time() - began_s > STEADY_S:
                        self._told = ""
                    lent = self._lent_until_s > loop.time()
                    what = "is lent to another program" if lent else "is gone"
                    self._tell_gone(self._absent or f"The port {self._name} {what}; waiting for it to come back.")
                await asyncio.sleep(RETRY_S)
        finally:
            self._close()

    def write(self, data: bytes) -> None:
        """Send bytes. A port that is not open, or does not take them, loses them: the link knows how to mend it."""
        if self._serial is None or len(self._unsent) + len(data) > WRITE_LIMIT_BYTES:
            return
        if self._fd < 0:
            with suppress(serial.SerialException, OSError):
                self._serial.write(data)
            return
        idle = not self._unsent
        self._unsent += data
        if idle:
            self._writable()

    def lend(self, seconds: int) -> None:
        """Let go of the port for so long, for another program; 0: take it back now."""
        self._lent_until_s = asyncio.get_running_loop().time() + seconds
        self._wanted_back.set()
        if seconds:
            self._lose()

    async def _stay_away(self) -> None:
        """Wait while the port is lent."""
        loop = asyncio.get_running_loop()
        while (left_s := self._lent_until_s - loop.time()) > 0:
            self._wanted_back.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(left_s):
                    await self._wanted_back.wait()

    async def _attend(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            self._fd = self._serial.fileno()
            os.set_blocking(self._fd, False)
            loop.add_reader(self._fd, self._readable)
        except (OSError, AttributeError, ValueError):
            self._fd = -1
        self._events.port_opened(self._drone)
        try:
            if self._fd >= 0:
                await self._gone.wait()
            else:
                await self._poll()
        finally:
            self._close()

    async def _poll(self) -> None:
        while not self._gone.is_set():
            try:
                data = self._serial.read(self._serial.in_waiting)
            except (serial.SerialException, OSError):
                return
            if data:
                self._events.port_received(self._drone, data)
            await asyncio.sleep(POLL_S)

    def _readable(self) -> None:
        try:
            data = os.read(self._fd, READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._events.port_received(self._drone, data)
        else:
            self._lose()

    def _writable(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            count = os.write(self._fd, self._unsent)
        except BlockingIOError:
            count = 0
        except OSError:
            self._lose()
            return
        del self._unsent[:count]
        if self._unsent:
            loop.add_writer(self._fd, self._writable)
        else:
            loop.remove_writer(self._fd)

    def _lose(self) -> None:
        """The port has failed: stop listening to it at once, `run` does the rest."""
        self._forget_descriptor()
        self._gone.set()

    def _close(self) -> None:
        self._forget_descriptor()
        self._unsent.clear()
        if self._serial is not None:
            with suppress(serial.SerialException, OSError):
                self._serial.close()
            self._serial = None

    def _forget_descriptor(self) -> None:
        if self._fd >= 0:
            loop = asyncio.get_running_loop()
            loop.remove_reader(self._fd)
            loop.remove_writer(self._fd)
            self._fd = -1

    def _tell_gone(self, why: str) -> None:
        """It was open, so its owner has to hear of it, though perhaps not why once more."""
        self._events.port_closed(self._drone, "" if why == self._told else why)
        self._told = why

    def _tell_once(self, why: str) -> None:
        if why != self._told:
            self._told = why
            self._events.port_closed(self._drone, why)


def _open(name: str) -> Any:
    if name == "auto":
        name = find_pico()
    try:
        return serial.serial_for_url(name, baudrate=BAUD, timeout=0, write_timeout=0, exclusive=True)
    except NotImplementedError:  # rfc2217 has no write time-out
        return serial.serial_for_url(name, baudrate=BAUD, timeout=0)


def find_pico() -> str:
    """The port that `auto` stands for. Raises FileNotFoundError."""
    for port in list_ports.comports():
        if port.vid == PICO_VENDOR:
            return str(port.device)
    raise FileNotFoundError(errno.ENOENT, "no Pico is plugged in")


def why_not_open(name: str, error: Exception) -> str:
    """One sentence for a person: why a port does not open, and the mend."""
    number = getattr(error, "errno", None) or _buried_errno(error)
    if name == "auto" and number == errno.ENOENT:
        return "No Pico is plugged in; plug one in, or name its port with --port."
    if number == errno.EACCES:
        return f"No permission to open {name}: join its group with `sudo usermod -aG dialout $USER` and log in again."
    if number in (errno.EBUSY, errno.EAGAIN) or "exclusively lock" in str(error):
        return f"Another program has {name} open; close it (a terminal, Thonny, another bridge?)."
    if number == errno.ENOENT:
        return f"There is no port {name}; plug the board in, or name another with --port."
    if number == errno.ECONNREFUSED or "Could not open port" in str(error):
        return f"Nothing answers at {name}; start it (`kelex sim --tcp PORT`?), or name another with --port."
    # The error may hold the whole name, where `name` is a secret that shows only what it is called.
    why = str(error).replace(str(name), f"{name}")
    return f"The port {name} does not open ({why}); name another with --port."


def _buried_errno(error: Exception) -> int | None:
    """pySerial wraps the operating system's errors; the number is then in what it was raised from."""
    inner = error.__cause__ or error.__context__
    return inner.errno if isinstance(inner, OSError) else None
