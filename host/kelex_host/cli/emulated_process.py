"""An emulated board at a TCP port, with a console for the verbs of its world."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kelex_sim.emulated.board_of import make_board
from kelex_sim.emulated.live_board import LiveBoard
from kelex_sim.errors import EmulatorError

from kelex_host.cli.household import simulated_house
from kelex_host.cli.world_console import Console
from kelex_host.config import Settings
from kelex_host.errors import ConfigError

PACE = "Its time passes as ours while it rests, and more slowly while it works."


@dataclass(frozen=True, slots=True)
class Choice:
    """What is on the board: a UF2 (None: the newest build), nothing beside it, a file that keeps its flash."""

    uf2: Path | None
    blank: bool
    flash: Path | None


async def run(settings: Settings, tcp: int, choice: Choice, tell: Callable[[str], None]) -> None:
    """Serve the first drone of the settings from an emulated board at a TCP port. Raises ConfigError."""
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stopping.set)
    drone = settings.drone[0]
    try:
        pico, holds = make_board(uf2=choice.uf2, blank=choice.blank, flash=choice.flash)
    except EmulatorError as error:
        raise ConfigError(str(error)) from None
    board = LiveBoard(pico, simulated_house(settings), drone.id, drone.room, tcp)
    console = Console(board, tell)
    stop = loop.create_task(stopping.wait())
    try:
        live = loop.create_task(_live(board, holds, console, tell))
        await asyncio.wait((stop, live), return_when=asyncio.FIRST_COMPLETED)
        if live.done():
            live.result()
        live.cancel()
    except OSError as error:
        raise ConfigError(f"The port cannot be made ({error.strerror}); choose another with --tcp.") from None
    finally:
        console.close()
        board.stop()


async def _live(board: LiveBoard, holds: str, console: Console, tell: Callable[[str], None]) -> None:
    await board.start()
    name = board.port.name
    tell(f"An emulated Pico with {holds} answers at {name}. {PACE} Talk to it with: kelex up --port {name}")
    console.listen()
    await board.run()
