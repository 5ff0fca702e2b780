"""The modules that a simulated board offers, besides the firmware's own: MicroPython's, cut to what it has.

Whatever is not listed here fails to import, as it would on the board.
"""

from __future__ import annotations

import array
import binascii
import builtins
import collections
import hashlib
import struct
from collections.abc import Callable, Iterator
from random import Random
from types import SimpleNamespace
from typing import Any

from kelex_sim.converter import Dma
from kelex_sim.disk import Disk

TICKS_PERIOD = 1 << 30
# A simulated board has no heap of its own; this is about what the emulated one has free.
HEAP_FREE_BYTES = 180_000

_BUILTINS = """
    ArithmeticError AssertionError AttributeError BaseException EOFError Exception ImportError IndexError
    KeyError KeyboardInterrupt LookupError MemoryError NameError NotImplementedError OSError OverflowError
    RuntimeError StopIteration SyntaxError SystemExit TypeError UnicodeError ValueError ZeroDivisionError
    __build_class__ abs all any bin bool bytearray bytes callable chr classmethod dict dir divmod enumerate
    filter float frozenset getattr globals hasattr hash hex id int isinstance issubclass iter len list locals
    map max memoryview min next object oct ord pow print property range repr reversed round set setattr slice
    sorted staticmethod str sum super tuple type zip
""".split()


class Port:
    """The board's end of its serial port, as `sys.stdin` and `sys.stdout` see it."""

    def __init__(self, output: Callable[[bytes], None]) -> None:
        self.waiting = bytearray()
        self._output = output

    def readinto(self, buffer: bytearray) -> int:
        """Fill the buffer. On a board this blocks until there are enough bytes; here that would be for ever."""
        count = len(buffer)
        assert len(self.waiting) >= count, "readinto would block the board"
        buffer[:] = self.waiting[:count]
        del self.waiting[:count]
        return count

    def write(self, data: bytes) -> int:
        """Send bytes to the host."""
        self._output(bytes(data))
        return len(data)


_POLLIN, _POLLOUT = 1, 4


class _Poll:
    """A poll of the one stream there is, in one of its directions."""

    def __init__(self, port: Port) -> None:
        self._port = port
        self._events = 0

    def register(self, stream: object, events: int) -> None:
        """Ask about these events."""
        self._events = events

    def ipoll(self, timeout_ms: int) -> Iterator[tuple[object, int]]:
        """Never waits: between turns the kernel does that. There is always room to write."""
        if self._events == _POLLOUT or self._port.waiting:
            return iter([(self._port, self._events)])
        return iter(())


def native_modules(
    now_us: Callable[[], int], port: Port, machine: SimpleNamespace, random: Random, disk: Disk
) -> dict[str, SimpleNamespace]:
    """MicroPython's modules for one board, by name."""

    def ticks_diff(a: int, b: int) -> int:
        half = TICKS_PERIOD // 2
        return (a - b + half) % TICKS_PERIOD - half

    stream = SimpleNamespace(buffer=port)
    return {
        "machine": machine,
        "micropython": SimpleNamespace(kbd_intr=lambda code: None),
        "rp2": SimpleNamespace(
            DMA=type("DMA", (Dma,), {"converter": machine.mem32.converter, "now_us": staticmethod(now_us)})
        ),
        "uctypes": SimpleNamespace(addressof=lambda buffer: 0),
        "gc": SimpleNamespace(collect=lambda: None, mem_free=lambda: HEAP_FREE_BYTES, threshold=lambda amount: None),
        "sys": SimpleNamespace(stdin=stream, stdout=stream),
        "select": SimpleNamespace(poll=lambda: _Poll(port), POLLIN=_POLLIN, POLLOUT=_POLLOUT),
        "time": SimpleNamespace(
            ticks_ms=lambda: now_us() // 1000 % TICKS_PERIOD,
            ticks_us=lambda: now_us() % TICKS_PERIOD,
            ticks_diff=ticks_diff,
        ),
        "os": SimpleNamespace(urandom=random.randbytes, **vars(disk.os())),
        "array": SimpleNamespace(array=array.array),
        "binascii": SimpleNamespace(crc32=binascii.crc32, hexlify=binascii.hexlify, unhexlify=binascii.unhexlify),
        "collections": SimpleNamespace(namedtuple=collections.namedtuple, deque=collections.deque),
        "hashlib": SimpleNamespace(sha256=hashlib.sha256),
        "struct": SimpleNamespace(
            pack=struct.pack,
            unpack=struct.unpack,
            calcsize=struct.calcsize,
            pack_into=struct.pack_into,
            unpack_from=struct.unpack_from,
        ),
    }


def native_builtins() -> dict[str, Any]:
    """MicroPython's builtins, without `open` and `__import__`: those belong to each board."""
    return {name: getattr(builtins, name) for name in _BUILTINS}
