"""The running house: embedded broker, simulated drones and the bridge, put together, and taken down in order."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from kelex_host import running
from kelex_host.bridge.bridge import Bridge
from kelex_host.bridge.now import Now
from kelex_host.bridge.request_desk import World
from kelex_host.broker_url import BrokerUrl
from kelex_host.cli.console_start import RunningConsole, start_console
from kelex_host.cli.crystal_maker import CrystalMaker
from kelex_host.cli.fast_house import with_speed
from kelex_host.cli.metrics_start import start_metrics
from kelex_host.cli.newsroom import newsroom
from kelex_host.cli.outside import Outside
from kelex_host.cli.pace import LIFE, Pace
from kelex_host.cli.player import Player
from kelex_host.cli.scratch import scratch_directory
from kelex_host.cli.simulated import Simulated, simulate
from kelex_host.config import Settings, home, public
from kelex_host.errors import JournalError, TrustError
from kelex_host.homeassistant.configured import discovery_of
from kelex_host.household.configured import home_of
from kelex_host.household.keeper import Keeper
from kelex_host.household.memories import Memories
from kelex_host.memory.journal import Journal
from kelex_host.memory.memory_journal import MemoryJournal
from kelex_host.memory.port import JournalPort
from kelex_host.proof.world_port import live_world_port
from kelex_host.shells.clock import real_now
from kelex_host.shells.embedded_broker import EmbeddedBroker
from kelex_host.shells.enrolment import ensure_owner_key
from kelex_host.shells.journal_writer import JournalWriter
from kelex_host.shells.pairing_files import PairingFiles
from kelex_host.shells.runtime import Runtime
from kelex_host.shells.serial_port import MakePort
from kelex_host.shells.trust_store import TrustStore
from kelex_host.trust.guard import Guard, closed_guard

BROKER_PORT = 1883
JOURNAL = "journal.db"

Tell = Callable[[str], None]


async def run(settings: Settings, url: BrokerUrl | None, tell: Tell, pace: Pace = LIFE) -> None:
    """Run the house until SIGINT or SIGTERM. Without a `url`, with the embedded broker. Raises KelexError."""
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stopping.set)
    embedded = EmbeddedBroker(tell)
    with scratch_directory() as terminals:
        live: Simulated | None = None
        console: RunningConsole | None = None
        try:
            if url is None:
                url = await _embed(embedded, tell)
            # At once: another core imports what the page needs while this one opens the house.
            console = start_console(settings, url, tell)
            live, ends = simulate(settings, terminals, pace)
            await _serve(settings, url, live, ends, stopping, tell, pace, console)
        finally:
            if console:
                await console.process.stop()
            if live:
                live.house.stop()
            await embedded.stop()


async def _embed(embedded: EmbeddedBroker, tell: Tell) -> BrokerUrl:
    port = await embedded.start(BROKER_PORT)
    if port != BROKER_PORT:
        tell(f"Port {BROKER_PORT} is taken, so the embedded broker listens at {port}.")
    return BrokerUrl("127.0.0.1", port, speaks_5=False)


async def _serve(
    settings: Settings,
    url: BrokerUrl,
    live: Simulated | None,
    ends: dict[str, str | MakePort],
    stopping: asyncio.Event,
    tell: Tell,
    pace: Pace,
    console: RunningConsole | None,
) -> None:
    ports = ends | {drone.id: drone.port for drone in settings.drone if drone.port}
    names = [drone.id for drone in settings.drone]
    memory = pace.memory or home()
    crystals = CrystalMaker(settings, memory)
    outside = Outside(settings, simulated=live is not None, tell=tell)
    writer = JournalWriter()
    journal = open_journal(memory, pace, tell)
    keeper = Keeper(
        home_of(settings), Memories(journal, secrets.token_hex(4)), outside.telephone, crystals, outside.act, writer,
        outside.beside,
    )  # fmt: skip
    player = Player(settings, url, memory, keeper, tell, pace)
    bridge = Bridge(
        base=settings.house.base,
        version=version("kelex"),
        drones=names,
        nonce=lambda: secrets.randbits(32),
        world=_world(live, player, lambda: bridge) if live else None,
        speed=pace.speed,
        configuration=public(settings),
        guard=make_guard(settings, memory, tell),
        pairings=PairingFiles(memory),
        household=keeper,
        discovery=discovery_of(settings, version("kelex")),
    )
    runtime = Runtime(bridge, url, ports, tell, live.clock if live else None)
    crystals.runtime = player.runtime = runtime
    writer.wake = lambda work: runtime.happened(lambda now: work())
    outside.start(keeper, runtime)
    player.clock = live.clock if live else None
    runtime.start()
    metrics = await start_metrics(settings.metrics, runtime.health, tell)
    tasks: list[asyncio.Task[None]] = []
    if settings.news.urls:
        watcher = newsroom(settings.news, keeper, runtime, memory, tell)
        tasks.append(asyncio.create_task(watcher.run(), name="the news watcher"))
    stopped = asyncio.create_task(stopping.wait())
    first = asyncio.create_task(runtime.first_connection.wait())
    try:
        await asyncio.wait([stopped, first], return_when=asyncio.FIRST_COMPLETED)
        if first.done():
            _announce(settings, url, tell)
            page = await console.opened(stopped) if console else ""
            tell(greeting(settings, url, simulated=live is not None, console=page))
            if pace.scenario:
                player.begin(pace.scenario)
        await stopped
        tell("Stopping.")
    finally:
        for task in (first, *tasks):
            task.cancel()
        await asyncio.gather(*tasks, player.stop(), outside.stop(), return_exceptions=True)
        running.withdraw()
        if metrics:
            await metrics.stop()
        await runtime.stop()


def _world(live: Simulated, player: Player, bridge: Callable[[], Bridge]) -> World:
    """The world's verbs: those of the simulation, and those that are about how it runs."""

    def paced(now: Now, speed: float) -> None:
        bridge().paced(speed)
        player.paced(now, speed)

    return with_speed(player.with_day(live_world_port(lambda: live.house.world)), live.clock, paced)


def open_journal(memory: Path, pace: Pace, tell: Tell) -> JournalPort:
    """The household's journal. Where it cannot be used, or not at this pace, one that is kept until the house stops."""
    if pace.forgets:
        tell(f"At {pace.speed:g} times life's speed it remembers until it stops; your own journal hears nothing of it.")
        return MemoryJournal()
    try:
        memory.mkdir(parents=True, exist_ok=True)
        return Journal(memory / JOURNAL)
    except (JournalError, OSError) as error:
        tell(f"{error} Meanwhile this house begins with no memory, and keeps none.")
        return MemoryJournal()


def make_guard(settings: Settings, memory: Path, tell: Tell) -> Guard:
    """The guard, with a key for the owner. Where what it rests on is damaged it is closed, and all else goes on."""
    store = TrustStore(memory)
    try:
        if news := ensure_owner_key(memory, settings.member):
            tell(news)
        return Guard(
            members={member.id: member.role for member in settings.member},
            keyring=store.keyring,
            counters=store.counters(),
            save=store.save_counters,
            started_s=time.monotonic(),
            also=settings.trust.guarded,
            free=("nursery",) if settings.homeassistant.nursery_watch_switch else (),
            clock=real_now,
        )
    except TrustError as error:
        tell(f"{error} Then restart; until then, guarded orders are refused.")
        return closed_guard(str(error), settings.trust.guarded)


def _announce(settings: Settings, url: BrokerUrl, tell: Tell) -> None:
    """Let this computer's other commands find the house."""
    names = [drone.id for drone in settings.drone]
    real = {drone.id: drone.port for drone in settings.drone if drone.port}
    house = running.RunningHouse(os.getpid(), url.revealed(), settings.house.base, names, [*real.values()], real)
    if not running.announce(house):
        tell(f"Clients do not find this house by themselves (another one runs?): give them --broker {url}.")


def greeting(settings: Settings, url: BrokerUrl, *, simulated: bool, console: str = "") -> str:
    """What a person reads when the house is ready: what runs, and what to try next."""
    base = settings.house.base
    drones = ", ".join(f"{drone.id} ({drone.port or 'simulated'}, {drone.room})" for drone in settings.drone)
    lines = [
        f"Kelex {version('kelex')} is up; Ctrl-C stops it.",
        f"  drone   {drones}",
        f"  broker  {url}, topics under {base}/",
        *([f"  console {console} (open it in a browser)"] if console else []),
        "Try, in another terminal:",
    ]
    which = f" --drone {settings.drone[0].id}" if len(settings.drone) > 1 else ""
    tries = [("watch", "everything as it happens"), (f"look 30 -10{which}", "turn the head")]
    if simulated:
        room = settings.drone[0].room
        walker = next((member.id for member in reversed(settings.member) if member.room != room), None)
        if walker:
            tries.append((f"world enter {walker} {room}", "somebody comes in: presence"))
        tries.append((f"world climate {room} --celsius 31", "it gets warm"))
    width = max(len(command) for command, _ in tries)
    return "\n".join(lines + [f"  kelex {command:<{width}}  {what}" for command, what in tries])
