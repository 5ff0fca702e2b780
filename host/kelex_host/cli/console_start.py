"""The console in `kelex up`: whether there is to be one, and where."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from kelex_sim.emulated.builds import newest_build

from kelex_host.broker_url import BrokerUrl
from kelex_host.cli.hardware import board_file
from kelex_host.config import Settings
from kelex_host.console.access import LOOPBACK
from kelex_host.errors import KelexError
from kelex_host.shells.console_process import Briefing, ConsoleProcess, is_installed, listen

Tell = Callable[[str], None]
EVERY_ADDRESS = ("0.0.0.0", "::")
NOT_INSTALLED = "There is no console here: pip install 'kelex[console]' brings it."


# A page that is not there by then is told of when it is: the house does not wait for it any longer.
PATIENCE_S = 5.0


@dataclass(frozen=True, slots=True)
class RunningConsole:
    """The console's process, begun, and the address to open."""

    process: ConsoleProcess
    address: str
    tell: Tell

    async def opened(self, stopped: asyncio.Task[bool]) -> str:
        """The address once the page answers there; empty where it takes its time (or the house is `stopped`)."""
        answers = asyncio.create_task(self.process.answers.wait(), name="the page's first answer")
        done, _ = await asyncio.wait([answers, stopped], timeout=PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
        if answers in done:
            return self.address
        answers.add_done_callback(self._tell_late)
        stopped.add_done_callback(lambda _: answers.cancel())
        return ""

    def _tell_late(self, answers: asyncio.Task[bool]) -> None:
        if not answers.cancelled():
            self.tell(f"The page answers now: console {self.address} (open it in a browser)")


def start_console(settings: Settings, url: BrokerUrl, tell: Tell) -> RunningConsole | None:
    """The console, begun; None where there is none. It never stops a house."""
    wanted = settings.console
    if not wanted.enabled:
        return None
    if not is_installed():
        tell(NOT_INSTALLED)
        return None
    try:
        listener = listen(wanted.address, wanted.port)
    except KelexError as error:
        tell(f"{error} The house goes on without a console.")
        return None
    port = listener.getsockname()[1]
    if port != wanted.port:
        tell(f"Port {wanted.port} is taken, so the console is at {port}.")
    briefing = Briefing(
        broker=url.revealed(),
        base=settings.house.base,
        drones=[drone.id for drone in settings.drone],
        board=str(board_file()),
        hosts=sorted(LOOPBACK | {wanted.address, *wanted.hosts}),
        password=str(wanted.password),
        build=str(newest_build() or ""),
    )
    console = ConsoleProcess(listener, briefing, tell)
    console.start()
    # Where it listens at every address of this computer, it is opened by one of its names.
    name = wanted.hosts[0] if wanted.address in EVERY_ADDRESS and wanted.hosts else wanted.address
    return RunningConsole(console, f"http://{f'[{name}]' if ':' in name else name}:{port}", tell)
