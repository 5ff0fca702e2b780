"""UF2: the image that a Pico takes on its BOOTSEL drive, 512-byte blocks of which each says where it belongs.

The format: Microsoft's UF2 specification; the families: its `uf2families.json`. RP2040: its datasheet, 2.8.4.2.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from hashlib import sha256

from kelex_host.errors import FlashError

BLOCK_BYTES = 512
PAYLOAD_MOST_BYTES = 476
MAGIC = (0x0A324655, 0x9E5D5157)
MAGIC_END = 0x0AB16F30
NOT_MAIN_FLASH = 0x1
HAS_FAMILY = 0x2000
RP2040 = 0xE48BFF56
FAMILIES = {
    RP2040: "RP2040",
    0xE48BFF57: "RP2xxx, absolute",
    0xE48BFF58: "RP2xxx, data",
    0xE48BFF59: "RP2350, Arm",
    0xE48BFF5A: "RP2350, RISC-V",
    0xADA52840: "nRF52840",
    0x68ED2B88: "SAMD21",
    0x55114460: "SAMD51",
    0xC47E5767: "ESP32-S3",
    0xBFDD4EEE: "ESP32-S2",
}
FLASH_START = 0x10000000
FLASH_BYTES = 2 * 1024 * 1024
FILE_MOST_BYTES = 2 * FLASH_BYTES + BLOCK_BYTES
_MICROPYTHON = re.compile(rb"MicroPython (v[0-9][0-9A-Za-z.+-]{0,40})")
_KELEX = re.compile(rb"kelex ([0-9]+\.[0-9]+\.[0-9]+[0-9A-Za-z.+-]{0,20})")
_MEND = "take another UF2, such as the one that `kelex firmware build` makes"


@dataclass(frozen=True, slots=True)
class Uf2:
    """What is in a UF2. Sizes are bytes; `kelex` and `micropython` are versions, empty where it has none of it."""

    family: str
    size: int
    blocks: int
    flash_bytes: int
    sha256: str
    micropython: str
    kelex: str

    @property
    def contents(self) -> str:
        """What it puts on a board, for a person."""
        parts = [f"Kelex {self.kelex}"] if self.kelex else []
        parts += [f"MicroPython {self.micropython}"] if self.micropython else []
        return " on ".join(parts) or "something that is neither MicroPython nor Kelex"


def read_uf2(name: str, data: bytes) -> Uf2:
    """Read a whole UF2 for a Pico and check every block of it. Raises FlashError, which calls the file `name`."""
    if not data:
        raise FlashError(f"{name} is empty; {_MEND}.")
    if len(data) > FILE_MOST_BYTES:
        raise FlashError(f"{name} has {len(data)} bytes, more than a Pico's flash takes; {_MEND}.")
    if len(data) < BLOCK_BYTES or struct.unpack_from("<2I", data) != MAGIC:
        raise FlashError(f"{name} is no UF2; {_MEND}.")
    if len(data) % BLOCK_BYTES:
        raise FlashError(f"{name} is cut off: its last block has {len(data) % BLOCK_BYTES} bytes of 512; get it again.")
    flash = _flash(name, data)
    contents = b"".join(flash[at] for at in sorted(flash))
    return Uf2(
        family=FAMILIES[RP2040],
        size=len(data),
        blocks=len(data) // BLOCK_BYTES,
        flash_bytes=len(contents),
        sha256=sha256(data).hexdigest(),
        micropython=_version(_MICROPYTHON, contents),
        kelex=_version(_KELEX, contents),
    )


def _flash(name: str, data: bytes) -> dict[int, bytes]:
    """What it writes to the flash, by address."""
    flash: dict[int, bytes] = {}
    count = len(data) // BLOCK_BYTES
    for index in range(count):
        at = index * BLOCK_BYTES
        magic, magic2, flags, address, size, number, total, family = struct.unpack_from("<8I", data, at)
        if (magic, magic2) != MAGIC or struct.unpack_from("<I", data, at + BLOCK_BYTES - 4)[0] != MAGIC_END:
            raise FlashError(f"{name} is damaged at block {index} of {count}; get it again.")
        if flags & NOT_MAIN_FLASH:
            continue
        if not flags & HAS_FAMILY or family != RP2040:
            other = (
                FAMILIES.get(family, f"family {family:08x}") if flags & HAS_FAMILY else "a board that it does not name"
            )
            raise FlashError(f"{name} is for another chip ({other}), and a Pico has an RP2040; {_MEND}.")
        if total != count:
            raise FlashError(f"{name} is cut off: it has {count} of its {total} blocks; get it again.")
        inside = FLASH_START <= address <= FLASH_START + FLASH_BYTES - size
        if number != index or size > PAYLOAD_MOST_BYTES or not inside or address in flash:
            raise FlashError(f"{name} is damaged at block {index} of {count}; get it again.")
        flash[address] = data[at + 32 : at + 32 + size]
    if not flash:
        raise FlashError(f"{name} writes nothing to the flash; {_MEND}.")
    return flash


def _version(pattern: re.Pattern[bytes], contents: bytes) -> str:
    found = pattern.search(contents)
    return found[1].decode("ascii") if found else ""
