"""UF2 images as files: given, built here or downloaded; and onto a Pico's drive."""

from __future__ import annotations

import http.client
import os
import urllib.request
from pathlib import Path
from typing import Protocol

from kelex_host.errors import FlashError
from kelex_host.flashing.board_report import MICROPYTHON_LEAST
from kelex_host.flashing.uf2 import FILE_MOST_BYTES, Uf2, read_uf2
from kelex_host.shells.pico_finder import BootselDrive

DOWNLOAD_S = 30.0
CHUNK_BYTES = 64 * 1024
URLS = ("https://", "http://", "file://")


class Bar(Protocol):
    """A bar for bytes; see Watcher in shells/flasher.py."""

    def begin(self, what: str, size: int) -> None: ...
    def advance(self, size: int) -> None: ...
    def end(self) -> None: ...


def get_uf2(wanted: str | None, built: Path | None) -> tuple[str, bytes, Uf2]:
    """(name, bytes, what is in it) of the image that is wanted, or the built one. Raises FlashError."""
    if wanted is None and built is None:
        raise FlashError(
            "A Pico in BOOTSEL mode needs a UF2 first; make one with `kelex firmware build`, or give MicroPython's for "
            "the Pico (RPI_PICO, 1.26 or newer) with --uf2 FILE or --uf2 URL."
        )
    name = wanted or str(built)
    data = download(name) if name.startswith(URLS) else read_file(Path(name))
    info = read_uf2(name, data)
    version = tuple(int(part) for part in info.micropython.removeprefix("v").split(".")[:2] if part.isdigit())
    least = ".".join(map(str, MICROPYTHON_LEAST))
    if not version:
        raise FlashError(f"{name} holds no MicroPython, so Kelex cannot run on it; take MicroPython's RPI_PICO UF2.")
    if version < MICROPYTHON_LEAST:
        raise FlashError(
            f"{name} is MicroPython {info.micropython}, and Kelex needs {least} or newer; take a newer one."
        )
    return name, data, info


def read_file(path: Path) -> bytes:
    """A UF2's bytes. Raises FlashError."""
    try:
        if path.stat().st_size > FILE_MOST_BYTES:
            raise FlashError(f"{path} has more bytes than a Pico's flash takes; name a UF2.")
        return path.read_bytes()
    except OSError as error:
        raise FlashError(f"{path} cannot be read ({error.strerror}); name a UF2 that is there.") from None


def download(url: str) -> bytes:
    """What is at a URL, up to the size of a Pico's flash. Raises FlashError."""
    try:
        with urllib.request.urlopen(url, timeout=DOWNLOAD_S) as answer:
            data: bytes = answer.read(FILE_MOST_BYTES + 1)
    except (OSError, http.client.HTTPException, ValueError) as error:
        why = getattr(error, "reason", error)
        raise FlashError(f"{url} cannot be downloaded ({why}); download it yourself, then --uf2 FILE.") from None
    return data


def put_on_drive(drive: BootselDrive, data: bytes, bar: Bar) -> None:
    """Write an image onto a BOOTSEL drive; the Pico starts it by itself once it is whole. Raises FlashError."""
    bar.begin("installing MicroPython", len(data))
    written = 0
    try:
        with (drive.path / "firmware.uf2").open("wb", buffering=0) as file:
            while written < len(data):
                count = file.write(data[written : written + CHUNK_BYTES])
                written += count
                bar.advance(count)
            os.fsync(file.fileno())
    except OSError as error:
        # The drive vanishes as soon as the last block is there, often before the system has said that it was written.
        if written < len(data):
            raise FlashError(
                f"The drive {drive.path} took {written} of {len(data)} bytes ({error.strerror}); hold BOOTSEL while "
                "you plug the Pico in, and try again."
            ) from None
    finally:
        bar.end()
