"""The console's process: `python -m kelex_host.shells.console_child --socket FD`, started by `kelex up`.

What it needs to know comes as one line of JSON on its standard input, as there is a password in it; it says "ready"
once it serves, and ends with that input, or with its parent.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import signal
import socket
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import msgspec

from kelex_host import config
from kelex_host.broker_url import BrokerUrl
from kelex_host.shells.console_process import Briefing

PARENT_CHECK_S = 1.0
# The house comes first: pages that are drawn must not make an order wait.
NICENESS = 5


async def serve_console(briefing: Briefing, listener: socket.socket) -> None:
    """Serve until standard input ends, or the parent."""
    from kelex_host.console.model import Model
    from kelex_host.console.skeleton import bones_of
    from kelex_host.hardware.board import parse
    from kelex_host.shells.console_client import ConsoleClient
    from kelex_host.shells.console_keys import ConsoleKeys
    from kelex_host.shells.console_server import Console, build, serve

    stop = asyncio.Event()
    watch = asyncio.create_task(_until_stopped(stop))
    client = ConsoleClient(BrokerUrl.parse(briefing.broker), Model(briefing.base, briefing.drones))
    bones = bones_of(parse(Path(briefing.board).read_text("utf-8")).joints)
    micropython = Path(briefing.build) if briefing.build else None
    console = Console(client, ConsoleKeys(config.home()), bones, version("kelex"), micropython)
    app = build(console, briefing.hosts, briefing.password)
    client.start()
    fresh = asyncio.create_task(console.keep_fresh(), name="the pages' refreshing")
    fresh.add_done_callback(lambda task: stop.set())  # it never ends by itself: better a new process than old pages
    gc.freeze()
    try:
        await serve(app, listener, stop, lambda: print("ready", flush=True))
    finally:
        for task in (watch, fresh):
            task.cancel()
        await client.stop()
    if fresh.done() and not fresh.cancelled() and (error := fresh.exception()):
        raise error


async def _until_stopped(stop: asyncio.Event) -> None:
    loop, parent = asyncio.get_running_loop(), os.getppid()

    def read_input() -> None:
        os.read(0, 4096)
        stop.set()

    loop.add_reader(0, read_input)
    while not stop.is_set() and os.getppid() == parent:
        await asyncio.sleep(PARENT_CHECK_S)
    stop.set()


def main() -> int:
    """Read the command line and the briefing, and serve; returns the exit code."""
    parser = argparse.ArgumentParser(description="The console of a running house.")
    parser.add_argument("--socket", type=int, required=True)
    listener = socket.socket(fileno=parser.parse_args().socket)
    # Ctrl-C reaches all processes; the parent ends us by our standard input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.nice(NICENESS)
    briefing = msgspec.json.decode(sys.stdin.buffer.raw.readline(), type=Briefing)  # type: ignore[union-attr]
    with tempfile.TemporaryDirectory(prefix="kelex-console-") as folder:
        os.environ["NICEGUI_STORAGE_PATH"] = folder
        os.environ["MPLBACKEND"] = "agg"
        asyncio.run(serve_console(briefing, listener))
    return 0


if __name__ == "__main__":
    sys.exit(main())
