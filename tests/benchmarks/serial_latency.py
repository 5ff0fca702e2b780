"""The host's round trip over a serial port: our SerialPort on the event loop, against pySerial's ReaderThread.

Far end: a process that echoes on a pseudo-terminal. A frame's worth of bytes is sent, and the next when its echo has
come. Two rows: ReaderThread that answers from its own thread, at its quickest; and one that hands the bytes to an
event loop, where a bridge needs them.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median

import serial
from echo import echo
from kelex_host.shells.serial_port import SerialPort
from measure import Row
from serial.threaded import Protocol, ReaderThread

TRIPS = 2000
ROUNDS = 5
MESSAGE = b"kelex" * 4
WHY = (
    "os.write and os.read alone take 31 us through the same pseudo-terminal, so two thirds of a ReaderThread that "
    "answers in its own thread leave an event loop some 3 us; into a loop, where a bridge needs the bytes, it is met"
)


def rows() -> list[Row]:
    trips = []
    for _ in range(ROUNDS):
        with echo() as name:
            trips.append((median(asyncio.run(ours(name))), median(in_thread(name)), median(asyncio.run(in_loop(name)))))
    figure = "host round trip p50 / ReaderThread"
    return [_row(f"{figure} into a loop", trips, 2), _row(f"{figure} in its thread", trips, 1)]


def _row(figure: str, trips: list[tuple[float, float, float]], other: int) -> Row:
    ratio = median(trip[0] / trip[other] for trip in trips)
    note = f"{median(trip[0] for trip in trips):.0f} against {median(trip[other] for trip in trips):.0f} us"
    return Row(figure, f"{ratio:.2f}", "0.7", "0.55", note, WHY)


class Trips:
    """Times round trips: `begin` when a message leaves, `go_on` as its echo comes."""

    def __init__(self) -> None:
        self.us: list[float] = []
        self._missing = 0
        self._began_s = 0.0

    def begin(self) -> bytes:
        self._missing, self._began_s = len(MESSAGE), time.perf_counter()
        return MESSAGE

    def go_on(self, data: bytes, write: Callable[[bytes], object], done: Callable[[], None]) -> None:
        """Bytes of an echo: once it is whole, `write` the next message, or say that all are `done`."""
        self._missing -= len(data)
        if self._missing:
            return
        self.us.append((time.perf_counter() - self._began_s) * 1e6)
        if len(self.us) < TRIPS:
            write(self.begin())
        else:
            done()


async def ours(name: str) -> list[float]:
    trips, done = Trips(), asyncio.Event()

    class Events:
        def port_opened(self, drone: str) -> None:
            port.write(trips.begin())

        def port_closed(self, drone: str, why: str) -> None:
            raise AssertionError(why)

        def port_received(self, drone: str, data: bytes) -> None:
            trips.go_on(data, port.write, done.set)

    port = SerialPort("bench", name, Events())
    running = asyncio.create_task(port.run())
    await done.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return trips.us


def in_thread(name: str) -> list[float]:
    trips, done = Trips(), threading.Event()

    def received(transport: ReaderThread, data: bytes) -> None:
        trips.go_on(data, transport.write, done.set)

    with _reader_thread(name, received) as transport:
        transport.write(trips.begin())
        assert done.wait(60)
    return trips.us


async def in_loop(name: str) -> list[float]:
    loop, trips, done = asyncio.get_running_loop(), Trips(), asyncio.Event()

    def received(transport: ReaderThread, data: bytes) -> None:
        loop.call_soon_threadsafe(in_the_loop, transport, data)

    def in_the_loop(transport: ReaderThread, data: bytes) -> None:
        trips.go_on(data, transport.write, done.set)

    with _reader_thread(name, received) as transport:
        transport.write(trips.begin())
        await done.wait()
    return trips.us


@contextmanager
def _reader_thread(name: str, received: Callable[[ReaderThread, bytes], None]) -> Iterator[ReaderThread]:
    class Hears(Protocol):  # type: ignore[misc]
        def data_received(self, data: bytes) -> None:
            received(transport, data)

    with serial.Serial(name, 115200, exclusive=True) as port:
        transport = ReaderThread(port, Hears)
        transport.start()
        try:
            yield transport
        finally:
            transport.stop()
