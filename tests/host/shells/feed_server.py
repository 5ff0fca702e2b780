"""A real HTTP server on loopback that answers, misbehaves and breaks off as a test wants."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

# What a path answers: bytes to send as they stand, or a coroutine function that sends for itself.
Page = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]


def response(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """A whole response; `_` in a header's name stands for `-`."""
    given = {"content-length": str(len(body)), **{name.replace("_", "-"): value for name, value in headers.items()}}
    head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode("latin-1") + body


def packed(body: bytes, **headers: str) -> bytes:
    """The same, as gzip."""
    return response(gzip.compress(body), content_encoding="gzip", **headers)


@dataclass
class FeedServer:
    """`pages` by path; `asked` are the requests so far: path and headers, in lower case."""

    port: int = 0
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    sent: int = 0
    still_open: int = 0

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def count(self, path: str) -> int:
        return sum(asked == path for asked, _ in self.asked)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.still_open += 1
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            path = head[0].split()[1]
            headers = {
                name.lower(): text.strip() for name, _, text in (line.partition(":") for line in head[1:] if line)
            }
            self.asked.append((path, headers))
            page = self.pages.get(path, response(status="404 Not Found"))
            if isinstance(page, bytes):
                writer.write(page)
                await writer.drain()
            else:
                await page(writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client had enough
        finally:
            self.still_open -= 1
            writer.transport.abort() if writer.transport.is_closing() else writer.close()

    def endless(self, head: bytes, piece: bytes, pause_s: float = 0.0) -> Page:
        """Send the piece for ever; `sent` counts the bytes."""

        async def page(writer: asyncio.StreamWriter) -> None:
            writer.write(head)
            while True:
                writer.write(piece)
                await writer.drain()
                self.sent += len(piece)
                await asyncio.sleep(pause_s)

        return page


@asynccontextmanager
async def feed_server() -> AsyncIterator[FeedServer]:
    made = FeedServer()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
