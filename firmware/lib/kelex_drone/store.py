"""What is kept in flash: how often this board has started, the key that pairs it with its host, settings, events.

A power cut during a write leaves what was there before (kelex_boot/twins.py).
"""

import os

from kelex_boot import twins

_SETTINGS = ("/kelex_set_a", "/kelex_set_b")
_SPOOL = ("/kelex_spool_a", "/kelex_spool_b")
_KEY_BYTES = 32


def count_start():
    """Number of this start, 1 for the first; kept at once. Blocks for one flash write.

    On a flash that cannot be written (full, worn) it is a random one far above: better than not to start at all.
    """
    try:
        return twins.write(twins.STARTS, b"")
    except OSError:
        return 0x80000000 | int.from_bytes(os.urandom(3), "little")


def pairing():
    """The pairing key, None while there is none."""
    _, key = twins.read(twins.PAIRING)
    return key if len(key) == _KEY_BYTES else None


def keep_pairing(key):
    """Put another pairing key in its place; None for none. Blocks for one flash write. Raises OSError."""
    twins.write(twins.PAIRING, key or b"")


def settings():
    """The settings that were kept, as `settings.py` packs them."""
    return twins.read(_SETTINGS)[1]


def keep_settings(data):
    """Keep other settings in their place. Blocks for one flash write. Raises OSError."""
    twins.write(_SETTINGS, data)


def spooled():
    """The events that were kept, as `spool.py` packs them."""
    return twins.read(_SPOOL)[1]


def keep_spool(data):
    """Keep other events in their place. Blocks for one flash write. Raises OSError."""
    twins.write(_SPOOL, data)
