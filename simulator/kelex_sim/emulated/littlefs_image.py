"""A littlefs image of the Pico's flash filesystem, made by the Unix port: the littlefs that will mount it."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

BLOCK_BYTES = 4096
BLOCK_COUNT = 352  # MICROPY_HW_FLASH_STORAGE_BYTES of the RPI_PICO board, 1408 KiB

BUILDER = Path(__file__).with_name("make_littlefs.py")


def littlefs_image(micropython: Path, files: Mapping[str, bytes]) -> bytes:
    """The whole filesystem with `files`, by path from its root; `micropython` is the Unix executable."""
    contents = bytearray()
    for path, data in sorted(files.items()):
        contents += f"{len(data)} {path.strip('/')}\n".encode() + data
    command = [str(micropython), "-X", "heapsize=16m", str(BUILDER), str(BLOCK_BYTES), str(BLOCK_COUNT)]
    image = subprocess.run(command, input=bytes(contents), stdout=subprocess.PIPE, check=True, timeout=60).stdout
    assert len(image) == BLOCK_BYTES * BLOCK_COUNT, f"the image is {len(image)} bytes: {image[-200:]!r}"
    return image
