"""What `kelex flash` puts together: the board, the image for it, the pairing keys, and the house that has its port."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from kelex_sim.emulated.builds import newest_build

from kelex_host import config
from kelex_host.cli.borrowing import borrowed, drone_of_house
from kelex_host.cli.uf2_files import get_uf2, put_on_drive
from kelex_host.errors import FlashError
from kelex_host.flashing.outcome import PLANNED, Outcome
from kelex_host.shells.firmware_compiler import build_firmware, find_mpy_cross
from kelex_host.shells.flasher import Flasher
from kelex_host.shells.installer import Watcher
from kelex_host.shells.pairing_files import PairingFiles
from kelex_host.shells.pico_finder import BOOTSEL, BootselDrive, bootsel_drives, serial_picos, usb_ids
from kelex_host.shells.serial_port import PICO_VENDOR

if TYPE_CHECKING:
    from kelex_host.config import Settings

AUTO = "auto"
# From a UF2's last byte until MicroPython's port is there.
RETURN_S = 15.0
LOOK_AGAIN_S = 0.2


def run(
    port: str,
    uf2: str | None,
    *,
    dry_run: bool,
    rollback: bool,
    drone: str | None,
    member: str | None,
    watcher: Watcher,
) -> Outcome:
    """Find the board and do what was asked. Raises KelexError."""
    settings = config.load(None)
    found = find_board(port)
    if uf2 and not isinstance(found, BootselDrive):
        raise FlashError(
            f"The board at {found} is not in BOOTSEL mode, which a UF2 is for; plug it in with its BOOTSEL button held."
        )
    firmware = None if rollback else build_firmware(find_mpy_cross(newest_build()))
    if isinstance(found, BootselDrive):
        port = install_uf2(found, uf2, watcher, dry_run=dry_run)
        if not port:
            return Outcome(result=PLANNED, text="Would then put this version's firmware on it.", port=str(found.path))
    else:
        port = found
    keys = PairingFiles(config.home()).keys(drone or drone_of_house(port) or drone_at(settings, port))
    with borrowed(port, member, watcher):
        flasher = Flasher(port, keys, watcher)
        return flasher.roll_back() if firmware is None else flasher.update(firmware, dry_run=dry_run)


def find_board(port: str) -> str | BootselDrive:
    """The name of the port that is meant, or a drive. Raises FlashError."""
    if port != AUTO:
        return port
    ports = [str(pico.device) for pico in serial_picos()]
    drives = bootsel_drives()
    if len(ports) + len(drives) > 1:
        there = ", ".join([*ports, *(str(drive.path) for drive in drives)])
        raise FlashError(f"There are several Picos ({there}); name one: kelex flash {(ports or ['PORT'])[0]}")
    if ports:
        return ports[0]
    if drives:
        return drives[0]
    if (PICO_VENDOR, BOOTSEL) in usb_ids():
        raise FlashError(
            "A Pico is in BOOTSEL mode, but its drive RPI-RP2 is not mounted; mount it, such as with "
            "`udisksctl mount -b /dev/disk/by-label/RPI-RP2`, then try again."
        )
    raise FlashError("No Pico is plugged in; plug one in with a cable that carries data, or name its port.")


def drone_at(settings: Settings, port: str) -> str:
    """Which drone of the house that is: the one that is configured for the port, else the first."""
    real = os.path.realpath(port)
    ids = [drone.id for drone in settings.drone if drone.port and os.path.realpath(drone.port) == real]
    return (ids or [settings.drone[0].id])[0]


def install_uf2(drive: BootselDrive, uf2: str | None, watcher: Watcher, *, dry_run: bool) -> str:
    """Put MicroPython on a Pico that waits for it; the port that it then has, empty in a dry run. Raises FlashError."""
    name, data, info = get_uf2(uf2, _built())
    watcher.say(f"A Pico waits at {drive.path}. {name}: {info.contents}, {info.size} bytes, SHA-256 {info.sha256}.")
    if dry_run:
        return ""
    before = {pico.device for pico in serial_picos()}
    put_on_drive(drive, data, watcher)
    end_s = time.monotonic() + RETURN_S
    while time.monotonic() < end_s:
        new = [pico for pico in serial_picos() if pico.device not in before]
        if new:
            return str(new[0].device)
        time.sleep(LOOK_AGAIN_S)
    raise FlashError(
        f"The Pico took {name}, but its port did not come within {RETURN_S:g} s; unplug it, plug it in again, and run "
        "`kelex flash` once more."
    )


def _built() -> Path | None:
    """The image of our own build, if there is one."""
    build = newest_build()
    return build / "firmware.uf2" if build else None
