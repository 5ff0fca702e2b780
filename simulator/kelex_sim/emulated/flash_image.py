"""The 2 MiB of a Pico's flash: from a UF2 and a filesystem, and kept in a file between runs."""

import struct
from pathlib import Path

from rp2040py.device.load_flash import UF2_BLOCK_SIZE, decode_block

from kelex_sim.errors import EmulatorError

FLASH_START = 0x10000000
FLASH_BYTES = 2 * 1024 * 1024
FILESYSTEM_OFFSET_BYTES = 0xA0000  # of the RPI_PICO board: 1408 KiB at the end
UF2_FILE_MOST_BYTES = 2 * FLASH_BYTES + UF2_BLOCK_SIZE


def load_uf2(flash: bytearray, uf2: Path) -> None:
    """Write a UF2 into a flash, as the chip's BOOTSEL drive does: what it does not name stays. Raises EmulatorError."""
    try:
        if uf2.stat().st_size > UF2_FILE_MOST_BYTES:
            raise ValueError
        data = uf2.read_bytes()
        blocks = [decode_block(data[at : at + UF2_BLOCK_SIZE]) for at in range(0, len(data), UF2_BLOCK_SIZE)]
    except OSError as error:
        raise EmulatorError(f"{uf2} cannot be read ({error.strerror}); name a UF2 with --uf2.") from None
    except (ValueError, struct.error):
        blocks = []
    for block in blocks:
        at = block.flash_address - FLASH_START
        if not 0 <= at <= FLASH_BYTES - len(block.payload):
            blocks = []
            break
        flash[at : at + len(block.payload)] = block.payload
    if not blocks:
        raise EmulatorError(f"{uf2} is no UF2 for a Pico; name another with --uf2.")


def flash_with(uf2: Path, filesystem: bytes = b"") -> bytearray:
    """A new flash with a UF2 and, unless that is empty, a filesystem. Raises EmulatorError."""
    flash = bytearray(b"\xff" * FLASH_BYTES)
    load_uf2(flash, uf2)
    flash[FILESYSTEM_OFFSET_BYTES : FILESYSTEM_OFFSET_BYTES + len(filesystem)] = filesystem
    return flash


class FlashFile:
    """A file that holds the whole flash, up to date after each erase and each page, whenever the process is killed."""

    def __init__(self, path: Path, flash: bytes | bytearray) -> None:
        """Write the file anew. Raises EmulatorError."""
        self._path = path
        try:
            self._file = path.open("wb", buffering=0)
            self._file.write(flash)
        except OSError as error:
            raise EmulatorError(f"{path} cannot be written ({error.strerror}); name another with --flash.") from None

    @staticmethod
    def read(path: Path) -> bytearray | None:
        """The flash as an earlier run left it; None where there is no file. Raises EmulatorError."""
        try:
            if path.stat().st_size == FLASH_BYTES:
                return bytearray(path.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise EmulatorError(f"{path} cannot be read ({error.strerror}); name another with --flash.") from None
        raise EmulatorError(f"{path} is not the flash of an emulated Pico (2 MiB); name another file with --flash.")

    def update(self, at: int, data: bytes | bytearray) -> None:
        """Take over what has changed at an offset in bytes."""
        self._file.seek(at)
        self._file.write(data)
