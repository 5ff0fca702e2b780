"""Checks of what puts firmware on a board, and of the firmware that is on one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from kelex_sim.emulated.builds import newest_build

from kelex_host.cli.doctor.finding import Finding, note, ok, wrong
from kelex_host.config import DroneSettings
from kelex_host.errors import KelexError
from kelex_host.flashing.image import Firmware
from kelex_host.flashing.outcome import Standing
from kelex_host.running import RunningHouse
from kelex_host.shells import maintenance
from kelex_host.shells.firmware_compiler import build_firmware, find_mpy_cross
from kelex_host.shells.pairing_files import PairingFiles
from kelex_host.shells.pico_finder import BoardPort, BootselDrive


def compiler(build: Path | None) -> Finding:
    """Whether there is an mpy-cross to compile the firmware with."""
    try:
        return ok("mpy-cross", f"The firmware is compiled with {find_mpy_cross(build)}.")
    except KelexError as error:
        return note("mpy-cross", f"{error}; `kelex flash` needs it.")


def drives(found: Sequence[BootselDrive]) -> list[Finding]:
    """The BOOTSEL drives that are mounted."""
    return [note("board", f"A Pico waits for firmware on its drive {drive.path}: kelex flash") for drive in found]


async def versions(drones: Sequence[DroneSettings], house: RunningHouse | None, home: Path) -> list[Finding]:
    """For each drone with a port that no house uses: which version it runs, and whether that is ours."""
    if house is not None or not any(drone.port for drone in drones):
        return []
    try:
        ours = await asyncio.to_thread(lambda: build_firmware(find_mpy_cross(newest_build())))
    except KelexError as error:
        return [note("firmware", str(error))]
    keys = PairingFiles(home)
    findings = []
    for drone in drones:
        if drone.port and drone.port != "auto":
            try:
                told = await maintenance.standing(BoardPort(drone.port), keys.keys(drone.id))
            except KelexError:
                continue  # that it does not open is told already
            if told is not None:
                findings.append(judged(drone, told, ours))
    return findings


def judged(drone: DroneSettings, told: Standing, ours: Firmware) -> Finding:
    """What to think of the version that a drone runs."""
    about = f"firmware {drone.id}"[:13]
    if told.why:
        return wrong(about, f"It runs {told}; see what is wrong with that one, then: kelex flash {drone.port}")
    if not ours.is_called(told.version):
        return note(about, f"It runs {told}, and this Kelex's is {ours.version}: kelex flash {drone.port}")
    return ok(about, f"It runs {told}, which is this Kelex's.")
