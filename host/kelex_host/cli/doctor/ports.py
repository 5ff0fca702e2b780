"""Checks of serial ports: which boards are plugged in, and whether a Kelex answers where the house expects one."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from serial.tools.list_ports_common import ListPortInfo

from kelex_host.bridge.heard import Incompatible, Online
from kelex_host.cli.doctor.finding import Finding, note, ok, wrong
from kelex_host.config import DroneSettings
from kelex_host.errors import FlashError
from kelex_host.flashing.board_report import check_suitable, why_no_drone
from kelex_host.running import RunningHouse
from kelex_host.shells.board_repl import BoardRepl, PromptMissing
from kelex_host.shells.caller import LIMIT_S, Call, Unopened
from kelex_host.shells.pico_finder import BOOTSEL, MICROPYTHON, serial_picos
from kelex_host.shells.serial_port import PICO_VENDOR


def plugged_in(
    ports: Iterable[ListPortInfo], usb: Sequence[tuple[int, int]], drones: Sequence[DroneSettings]
) -> Iterator[Finding]:
    """The Picos that are there, whoever uses them."""
    about = "board"
    used = {os.path.realpath(drone.port) for drone in drones}
    picos = serial_picos(ports)
    for pico in picos:
        if pico.pid != MICROPYTHON:
            yield note(about, f"The Pico at {pico.device} runs something else than MicroPython; install that first.")
        elif os.path.realpath(pico.device) in used or any(drone.port == "auto" for drone in drones):
            yield ok(about, f"A Pico with MicroPython is at {pico.device}.")
        else:
            yield note(about, f"A Pico with MicroPython is at {pico.device}; use it with --port {pico.device}.")
    waiting = usb.count((PICO_VENDOR, BOOTSEL))
    if waiting:
        yield note(
            about,
            f"{waiting} Pico{'s are' if waiting > 1 else ' is'} in BOOTSEL mode; `kelex flash` puts MicroPython "
            "and the firmware on it, or plug it in again without holding the button.",
        )
    if not picos and not waiting:
        yield ok(about, "No Pico is plugged in; a drone without a port is simulated.")


async def answers(drones: Sequence[DroneSettings], house: RunningHouse | None) -> list[Finding]:
    """For each drone with a port, whether a Kelex answers there."""
    real = [drone for drone in drones if drone.port]
    return list(await asyncio.gather(*(_answer(drone, house) for drone in real)))


async def _answer(drone: DroneSettings, house: RunningHouse | None) -> Finding:
    about, port = f"drone {drone.id}", drone.port
    if house and any(_same(port, other) for other in house.ports):
        return ok(about, f"{port} is left alone, since the running house (process {house.pid}) uses it.")
    async with Call(port) as call:
        answer, said = await call.greet(), call.said
    match answer:
        case Online():
            return ok(about, f"{answer.welcome.identity} answers at {port} and speaks our wire schema.")
        case Incompatible():
            return wrong(
                about,
                f"{answer.identity} at {port} speaks another wire schema; put this version's on it: kelex flash {port}",
            )
        case Unopened():
            holder = await asyncio.to_thread(holder_of, port)
            return wrong(about, answer.why + (f" It is held by {holder}." if holder else ""))
    return wrong(about, await asyncio.to_thread(_why_silent, port, why_no_drone(bytes(said))))


def _why_silent(port: str, why: str) -> str:
    """What is at a port at which no drone answers, and the mend; `why` is what the board said of it."""
    try:
        with BoardRepl(port) as repl:
            report = repl.probe()
        check_suitable(report)
    except PromptMissing:
        because = f", because {why}" if why else f" within {LIMIT_S:g} s"
        return (
            f"{port} opens, but no Kelex answers{because}; put the firmware on it with `kelex flash {port}`, or reset "
            "it, and see that its touch pad was not held at power-up."
        )
    except FlashError as error:
        return str(error)
    where = f"in maintenance, because {why}" if why and report.kelex else "at MicroPython's prompt"
    start = "reset it to start the drone, or bring a good version" if report.kelex else "put the firmware on it"
    return f"The board at {port} is {where}: {report}; {start}: kelex flash {port}"


def _same(one: str, other: str) -> bool:
    """Whether two names can mean one port. `auto` can mean any board."""
    return "auto" in (one, other) or os.path.realpath(one) == os.path.realpath(other)


def holder_of(port: str, processes: Path = Path("/proc")) -> str:
    """Which other process has a port open, as "name (process N)"; empty where that cannot be seen."""
    device = os.path.realpath(port)
    for directory in processes.glob("[0-9]*"):
        if directory.name == str(os.getpid()):
            continue
        with suppress(OSError):
            if any(os.path.realpath(link) == device for link in (directory / "fd").iterdir()):
                return f"{(directory / 'comm').read_text().strip()} (process {directory.name})"
    return ""
