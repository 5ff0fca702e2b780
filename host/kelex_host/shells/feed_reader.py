"""Reading feeds' documents in a child process: what strangers wrote may take its time and memory, but not the house's.

Run as a module, this is the child: it reads one document from its standard input, its content type in the first line,
and writes what is in it as JSON. A document that takes longer or more than the limits is one that cannot be read.
"""

from __future__ import annotations

import asyncio
import os
import resource
import sys
from contextlib import suppress

import msgspec

from kelex_host.household.feeds.items import Document

TIME_S = 60.0  # by the clock, for a polite process on a busy computer; an ordinary feed takes half a second of work
MEMORY_BYTES = 512 * 1024 * 1024
NICE = 10
_decode = msgspec.json.Decoder(Document).decode


async def read_apart(data: bytes, content_type: str, time_s: float = TIME_S) -> Document:
    """What is in a document. Never raises for what strangers wrote: see `Document.problem`."""
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "kelex_host.shells.feed_reader", str(int(time_s) + 1)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError as error:
        return Document(problem=f"cannot be read now ({error.strerror}); free some memory")
    head = content_type.encode("ascii", "replace").replace(b"\n", b" ")[:200]
    try:
        async with asyncio.timeout(time_s):
            out, _ = await process.communicate(head + b"\n" + data)
        return _decode(out)
    except TimeoutError:
        return Document(problem=f"takes more than {time_s:g} s to read; look for a smaller feed")
    except msgspec.DecodeError:
        return Document(problem="takes too much to read; look for a smaller feed")
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def child(time_s: int) -> None:
    """The child's work."""
    resource.setrlimit(resource.RLIMIT_CPU, (time_s, time_s))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    os.nice(NICE)
    # Only the child loads this: feedparser takes longer to import than the rest of the bridge.
    from kelex_host.household.feeds.document import read

    head, _, data = sys.stdin.buffer.read().partition(b"\n")
    sys.stdout.buffer.write(msgspec.json.encode(read(data, head.decode("ascii", "replace"))))


if __name__ == "__main__":
    child(int(sys.argv[1]))
