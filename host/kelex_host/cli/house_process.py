"""The running house: embedded broker, simulated drones and the bridge, put together, and taken down in order."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from kelex_sim.ports import PtyPort
from kelex_sim.realtime import LiveHouse, MakePort

from kelex_host import running
from kelex_host.bridge.bridge import Bridge
from kelex_host.broker_url import BrokerUrl
from kelex_host.cli.household import simulated_house
from kelex_host.config import Settings, public
from kelex_host.proof.world_port import live_world_port
from kelex_host.shells.embedded_broker import EmbeddedBroker
from kelex_host.shells.runtime import Runtime

BROKER_PORT = 1883

Tell = Callable[[str], None]


async def run(settings: Settings, url: str, tell: Tell) -> None:
    """Run the house until SIGINT or SIGTERM. An empty `url` means the embedded broker. Raises KelexError."""
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stopping.set)
    embedded = EmbeddedBroker(tell)
    with tempfile.TemporaryDirectory(prefix="kelex-") as terminals:
        live: LiveHouse | None = None
        try:
            if not url:
                url = await _embed(embedded, tell)
            live = _simulate(settings, Path(terminals))
            await _serve(settings, url, live, stopping, tell)
        finally:
            if live:
                live.stop()
            await embedded.stop()


async def _embed(embedded: EmbeddedBroker, tell: Tell) -> str:
    port = await embedded.start(BROKER_PORT)
    if port != BROKER_PORT:
        tell(f"Port {BROKER_PORT} is taken, so the embedded broker listens at {port}.")
    return f"mqtt://127.0.0.1:{port}"


def _simulate(settings: Settings, terminals: Path) -> LiveHouse | None:
    """A simulated house for the drones that have no port; None where every drone is real."""

    def port_at(link: Path) -> MakePort:
        return lambda receive: PtyPort(receive, link)

    drones = {drone.id: (drone.room, port_at(terminals / drone.id)) for drone in settings.drone if not drone.port}
    if not drones:
        return None
    live = LiveHouse(simulated_house(settings), drones, boots_before=int(time.time()))
    live.start()
    return live


async def _serve(settings: Settings, url: str, live: LiveHouse | None, stopping: asyncio.Event, tell: Tell) -> None:
    ports = {drone.id: drone.port for drone in settings.drone if drone.port}
    if live:
        ports |= {name: drone.port.name for name, drone in live.drones.items()}
    names = [drone.id for drone in settings.drone]
    bridge = Bridge(
        base=settings.house.base,
        version=version("kelex"),
        drones=names,
        nonce=lambda: secrets.randbits(32),
        world=live_world_port(lambda: live.world) if live else None,
        configuration=public(settings),
    )
    runtime = Runtime(bridge, BrokerUrl.parse(url), ports, tell)
    runtime.start()
    stopped = asyncio.create_task(stopping.wait())
    first = asyncio.create_task(runtime.first_connection.wait())
    try:
        await asyncio.wait([stopped, first], return_when=asyncio.FIRST_COMPLETED)
        if first.done():
            found = running.announce(running.RunningHouse(os.getpid(), url, settings.house.base, names))
            if not found:
                tell(f"Clients do not find this house by themselves (another one runs?): give them --broker {url}.")
            tell(greeting(settings, BrokerUrl.parse(url), simulated=live is not None))
        await stopped
        tell("Stopping.")
    finally:
        first.cancel()
        running.withdraw()
        await runtime.stop()


def greeting(settings: Settings, url: BrokerUrl, *, simulated: bool) -> str:
    """What a person reads when the house is ready: what runs, and what to try next."""
    base = settings.house.base
    drones = ", ".join(f"{drone.id} ({drone.port or 'simulated'}, {drone.room})" for drone in settings.drone)
    lines = [
        f"Kelex {version('kelex')} is up; Ctrl-C stops it.",
        f"  drone   {drones}",
        f"  broker  {url}, topics under {base}/",
        "Try, in another terminal:",
    ]
    tries = [("watch", "everything as it happens"), ("look 30 -10", "turn the head")]
    if simulated:
        room = settings.drone[0].room
        walker = next((member.id for member in reversed(settings.member) if member.room != room), None)
        if walker:
            tries.append((f"world enter {walker} {room}", "somebody comes in: presence"))
        tries.append((f"world climate {room} --celsius 31", "it gets warm"))
    width = max(len(command) for command, _ in tries)
    return "\n".join(lines + [f"  kelex {command:<{width}}  {what}" for command, what in tries])
