"""The console in `kelex up`: whether there is to be one, and where."""

from __future__ import annotations

from collections.abc import Callable

from kelex_host.broker_url import BrokerUrl
from kelex_host.cli.hardware import board_file
from kelex_host.config import Settings
from kelex_host.console.access import LOOPBACK
from kelex_host.errors import KelexError
from kelex_host.shells.console_process import Briefing, ConsoleProcess, is_installed, listen

Tell = Callable[[str], None]
NOT_INSTALLED = "There is no console here: pip install 'kelex[console]' brings it."


def start_console(settings: Settings, url: BrokerUrl, tell: Tell) -> tuple[ConsoleProcess, str] | None:
    """The console's process, begun, and the address to open; None where there is none. It never stops a house."""
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
    )
    console = ConsoleProcess(listener, briefing, tell)
    console.start()
    return console, f"http://{wanted.address}:{port}"
