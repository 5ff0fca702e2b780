"""What is kept in flash: how often this board has started, the key that pairs it with its host, settings, events.

Of each, two files take turns, each with the number of its write and a CRC, so that a power cut during a write leaves
the older one whole: number (4 bytes), data, CRC-32 of both. The starts are that number, without any data.
"""

import os
from binascii import crc32

_STARTS = ("/kelex_boot_a", "/kelex_boot_b")
_PAIRING = ("/kelex_pair_a", "/kelex_pair_b")
_SETTINGS = ("/kelex_set_a", "/kelex_set_b")
_SPOOL = ("/kelex_spool_a", "/kelex_spool_b")
_KEY_BYTES = 32
_READ_MOST = 4096


def count_start():
    """Number of this start, 1 for the first; kept at once. Blocks for one flash write.

    On a flash that cannot be written (full, worn) it is a random one far above: better than not to start at all.
    """
    try:
        return _write_next(_STARTS, b"")
    except OSError:
        return 0x80000000 | int.from_bytes(os.urandom(3), "little")


def pairing():
    """The pairing key, None while there is none."""
    _, key = max([_read(name) for name in _PAIRING])
    return key if len(key) == _KEY_BYTES else None


def keep_pairing(key):
    """Put another pairing key in its place; None for none. Blocks for one flash write. Raises OSError."""
    _write_next(_PAIRING, key or b"")


def settings():
    """The settings that were kept, as `settings.py` packs them."""
    return max([_read(name) for name in _SETTINGS])[1]


def keep_settings(data):
    """Keep other settings in their place. Blocks for one flash write. Raises OSError."""
    _write_next(_SETTINGS, data)


def spooled():
    """The events that were kept, as `spool.py` packs them."""
    return max([_read(name) for name in _SPOOL])[1]


def keep_spool(data):
    """Keep other events in their place. Blocks for one flash write. Raises OSError."""
    _write_next(_SPOOL, data)


def _read(name):
    """(number, data) in a file, (0, b"") where there is none or its CRC is wrong."""
    try:
        with open(name, "rb") as file:
            whole = file.read(_READ_MOST)
    except OSError:
        return 0, b""
    if len(whole) < 8 or crc32(whole[:-4]) != int.from_bytes(whole[-4:], "little"):
        return 0, b""
    return int.from_bytes(whole[:4], "little"), whole[4:-4]


def _write_next(names, data):
    """Put `data` into the older file of the two; the number of that write. Raises OSError."""
    numbers = [_read(name)[0] for name in names]
    number = max(numbers) + 1
    whole = number.to_bytes(4, "little") + data
    with open(names[0] if numbers[0] < numbers[1] else names[1], "wb") as file:
        file.write(whole + crc32(whole).to_bytes(4, "little"))
    return number
