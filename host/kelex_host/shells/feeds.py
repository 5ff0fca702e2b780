"""Asking a feed over HTTP, with a limit on everything a server could spend of ours: time, bytes, redirects, headers.

h11 reads HTTP/1.1 over asyncio's own streams, so that one time limit cuts off whatever hangs (name resolution,
connecting, TLS, a server that sends a byte a second) at once and leaves no thread behind. Libraries above it (httpx,
aiohttp) decompress before one can say how much, bring half a dozen packages, and are no safer for our one GET.
"""

from __future__ import annotations

import asyncio
import ssl
import zlib
from collections.abc import Mapping
from contextlib import suppress

import h11
import msgspec

from kelex_host.errors import ConfigError
from kelex_host.household.feeds.addresses import checked, port_of, redirected
from kelex_host.household.feeds.schedule import Answer

_REDIRECTS = (301, 302, 303, 307, 308)
_ACCEPT = "application/cap+xml, application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5"
_READ_BYTES = 65536
_MEGABYTE = 1_000_000


class Limits(msgspec.Struct, frozen=True):
    """`time_s` is for everything, redirects included; `bytes_most` for what comes in, and for the document in it."""

    time_s: float = 30.0
    bytes_most: int = 2 * _MEGABYTE
    header_bytes_most: int = 32 * 1024
    redirects_most: int = 3


class _RefusedError(Exception):
    """What a server does cannot be accepted; `str` is a sentence's end."""


async def fetch(url: str, headers: Mapping[str, str] | None = None, limits: Limits | None = None) -> Answer:
    """GET an address. Never raises for what a server does or is: see `Answer.failure`."""
    limits = limits or Limits()
    try:
        async with asyncio.timeout(limits.time_s):
            return await _follow(url, headers or {}, limits)
    except TimeoutError:
        failure = f"does not answer within {limits.time_s:g} s; nothing can be done but wait"
    except (_RefusedError, ConfigError) as error:
        failure = str(error).rstrip(".")
    except h11.RemoteProtocolError as error:
        failure = f"does not speak proper HTTP ({error}); look at its address in a browser"
    except ssl.SSLError as error:
        failure = f"cannot prove who it is ({error.reason or 'TLS'}); correct its address, or this machine's clock"
    except (OSError, UnicodeError) as error:
        failure = f"cannot be reached ({_why(error)}); check its address and the network"
    return Answer(failure=failure)


async def _follow(url: str, headers: Mapping[str, str], limits: Limits) -> Answer:
    """Ask, and go where the answer sends us, as long as that is the same host."""
    for _ in range(limits.redirects_most + 1):
        answer = await _ask(url, headers, limits)
        if answer.status not in _REDIRECTS:
            return answer
        if not answer.headers.get("location"):
            raise _RefusedError(f"answers HTTP {answer.status} without saying where to; look at it in a browser")
        url = redirected(url, answer.headers["location"])
    raise _RefusedError(f"redirects more than {limits.redirects_most} times; look at its address in a browser")


async def _ask(url: str, headers: Mapping[str, str], limits: Limits) -> Answer:
    parts = checked(url)
    assert parts.hostname is not None
    # Made when it is needed, since reading the certificates takes some 20 ms.
    tls = await asyncio.to_thread(ssl.create_default_context) if parts.scheme == "https" else None
    reader, writer = await asyncio.open_connection(parts.hostname, port_of(parts), ssl=tls)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        host = parts.netloc
        connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=limits.header_bytes_most)
        asked = {"host": host, "user-agent": "Kelex", "accept": _ACCEPT, "accept-encoding": "gzip", **headers}
        request = h11.Request(method="GET", target=target, headers=[*asked.items(), ("connection", "close")])
        writer.write(connection.send(request) or b"")
        writer.write(connection.send(h11.EndOfMessage()) or b"")
        await writer.drain()
        return await _answer(reader, connection, limits)
    except h11.LocalProtocolError as error:
        raise _RefusedError(f"has an address that HTTP does not allow ({error}); correct it") from None
    finally:
        # Not closed politely: a server that does not close its side is not waited for.
        with suppress(OSError, RuntimeError):
            writer.transport.abort()


async def _answer(reader: asyncio.StreamReader, connection: h11.Connection, limits: Limits) -> Answer:
    """Read one response. Raises _RefusedError for one that is too large, or packed as we did not ask."""
    heard = 0
    status, headers = 0, {}
    body: _Body | None = None
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            data = await reader.read(_READ_BYTES)
            heard += len(data)
            if heard > limits.bytes_most + limits.header_bytes_most:
                raise _too_large(limits)
            connection.receive_data(data)
        elif isinstance(event, h11.Response):
            status = event.status_code
            headers = {name.decode("ascii"): value.decode("latin-1") for name, value in event.headers}
            if status != 200:
                return Answer(status, headers)  # nobody reads the rest
            body = _Body(headers.get("content-encoding", "").strip().lower(), limits)
        elif isinstance(event, h11.Data) and body:
            body.add(bytes(event.data))
        elif isinstance(event, h11.EndOfMessage) and body:
            return Answer(status, headers, body.whole())


class _Body:
    """A document as it comes in, unpacked no further than its limit."""

    def __init__(self, encoding: str, limits: Limits) -> None:
        if encoding not in ("", "identity", "gzip", "x-gzip"):
            raise _RefusedError(f"is packed as {encoding[:20]!r}, which we did not ask for; look for another address")
        self._limits = limits
        self._gzip = zlib.decompressobj(16 + zlib.MAX_WBITS) if encoding.endswith("gzip") else None
        self._parts: list[bytes] = []
        self._room = limits.bytes_most

    def add(self, data: bytes) -> None:
        if self._gzip:
            try:
                data = self._gzip.decompress(data, self._room + 1)
            except zlib.error as error:
                raise _RefusedError(f"is packed wrongly ({error}); nothing can be done but wait") from None
        self._room -= len(data)
        if self._room < 0:
            raise _too_large(self._limits)
        self._parts.append(data)

    def whole(self) -> bytes:
        if self._gzip and not self._gzip.eof:
            raise _RefusedError("breaks off in the midst; nothing can be done but wait")
        return b"".join(self._parts)


def _too_large(limits: Limits) -> _RefusedError:
    return _RefusedError(f"is larger than {limits.bytes_most / _MEGABYTE:g} MB; look for a smaller feed")


def _why(error: OSError | UnicodeError) -> str:
    """A few words, without addresses."""
    text = getattr(error, "strerror", None) or type(error).__name__
    return "no such host" if isinstance(error, UnicodeError) else str(text)
