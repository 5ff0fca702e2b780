"""A simulated drone at a real port, with a console for the verbs of its world."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable
from pathlib import Path

from kelex_sim.ports import PtyPort, TcpPort
from kelex_sim.realtime import LiveHouse, Port

from kelex_host.cli.household import simulated_house
from kelex_host.cli.world_console import Console
from kelex_host.config import Settings
from kelex_host.errors import ConfigError


async def run(settings: Settings, where: Path | int, tell: Callable[[str], None]) -> None:
    """Serve the first drone of the settings at a pseudo-terminal (a path) or a TCP port. Raises ConfigError."""
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stopping.set)

    def make_port(receive: Callable[[bytes], None]) -> Port:
        return PtyPort(receive, where) if isinstance(where, Path) else TcpPort(receive, where)

    drone = settings.drone[0]
    live = LiveHouse(simulated_house(settings), {drone.id: (drone.room, make_port)}, boots_before=int(time.time()))
    console = Console(live, tell)
    try:
        live.start()
        name = live.drones[drone.id].port.name
        tell(f"A simulated drone answers at {name}. Talk to it with: kelex up --port {name}")
        console.listen()
        await stopping.wait()
    except OSError as error:
        raise ConfigError(f"The port cannot be made ({error.strerror}); choose another with --tcp or --link.") from None
    finally:
        console.close()
        live.stop()
