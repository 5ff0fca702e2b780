"""Finding Picos: those with a serial port, and those that wait on their BOOTSEL drive."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from serial.tools import list_ports
from serial.tools.list_ports_common import ListPortInfo

from kelex_host.shells.serial_port import PICO_VENDOR

# Of Raspberry Pi's USB product ids: MicroPython's, and the boot ROM's of an RP2040.
MICROPYTHON = 0x0005
BOOTSEL = 0x0003
USB_DEVICES = Path("/sys/bus/usb/devices")
MOUNTS = Path("/proc/mounts")
VOLUMES = Path("/Volumes")
BOARD_ID = "RPI-RP2"
_INFO = "INFO_UF2.TXT"
_INFO_MOST_BYTES = 4096


@dataclass(frozen=True, slots=True)
class BootselDrive:
    """A Pico's drive, where it is mounted."""

    path: Path


def serial_picos(ports: Iterable[ListPortInfo] | None = None) -> list[ListPortInfo]:
    """Those that have a serial port, whatever runs on them."""
    return [port for port in (list_ports.comports() if ports is None else ports) if port.vid == PICO_VENDOR]


def usb_ids(devices: Path = USB_DEVICES) -> list[tuple[int, int]]:
    """(vendor, product) of all that is plugged in, where the system is a Linux: not all of it is a serial port."""
    found = []
    for device in sorted(devices.glob("*")):
        with suppress(OSError, ValueError):
            ids = ((device / name).read_text() for name in ("idVendor", "idProduct"))
            vendor, product = (int(text, 16) for text in ids)
            found.append((vendor, product))
    return found


def bootsel_drives(volumes: Sequence[Path] | None = None) -> list[BootselDrive]:
    """The mounted BOOTSEL drives of RP2040s, by what their INFO_UF2.TXT says."""
    return [BootselDrive(path) for path in (mounted() if volumes is None else volumes) if _is_pico(path)]


def mounted(mounts: Path = MOUNTS, volumes: Path = VOLUMES) -> list[Path]:
    """Where removable volumes may be: every FAT file system of a Linux, every volume elsewhere."""
    paths = []
    with suppress(OSError):
        for line in mounts.read_text("utf-8", "replace").splitlines():
            _, where, kind, *_ = [*line.split(" "), "", ""]
            if kind in ("vfat", "msdos", "exfat", "fuseblk"):
                paths.append(Path(re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), where)))
    with suppress(OSError):
        paths += sorted(volumes.iterdir())
    if os.name == "nt":
        paths += [Path(f"{letter}:\\") for letter in "DEFGHIJKLMNOPQRSTUVWXYZ"]
    return paths


def _is_pico(volume: Path) -> bool:
    try:
        with (volume / _INFO).open("rb") as file:
            text = file.read(_INFO_MOST_BYTES).decode("ascii", "replace")
    except OSError:
        return False
    return any(line.strip() == f"Board-ID: {BOARD_ID}" for line in text.splitlines())


class BoardPort:
    """A port by its name. A board on USB that starts again may come back under another: it is found by its number."""

    def __init__(self, name: str) -> None:
        self.name = name
        real = os.path.realpath(name)
        self._serial_number = next(
            (port.serial_number for port in serial_picos() if os.path.realpath(port.device) == real), None
        )

    def now(self) -> str:
        """Its name at this moment."""
        if self._serial_number is not None:
            for port in serial_picos():
                if port.serial_number == self._serial_number:
                    return str(port.device)
        return self.name
