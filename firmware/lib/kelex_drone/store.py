"""What is kept in flash. So far: how often this board has started.

Two files take turns, each with a CRC, so that a power cut during a write leaves the older one whole.
"""

import os
from binascii import crc32

_FILES = ("/kelex_boot_a", "/kelex_boot_b")


def count_start():
    """Number of this start, 1 for the first; kept at once. Blocks for one flash write.

    On a flash that cannot be written (full, worn) it is a random one far above: better than not to start at all.
    """
    counts = [_read(name) for name in _FILES]
    count = max(counts) + 1
    try:
        _write(_FILES[0] if counts[0] < counts[1] else _FILES[1], count)
    except OSError:
        return 0x80000000 | int.from_bytes(os.urandom(3), "little")
    return count


def _read(name):
    """The count in a file, 0 where there is none or its CRC is wrong."""
    try:
        with open(name, "rb") as file:
            data = file.read(8)
    except OSError:
        return 0
    if len(data) != 8 or crc32(data[:4]) != int.from_bytes(data[4:], "little"):
        return 0
    return int.from_bytes(data[:4], "little")


def _write(name, count):
    data = count.to_bytes(4, "little")
    with open(name, "wb") as file:
        file.write(data + crc32(data).to_bytes(4, "little"))
