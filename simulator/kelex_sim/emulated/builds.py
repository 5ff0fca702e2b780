"""Where MicroPython's builds are: what firmware/image/build_micropython.sh left in its cache."""

import os
from pathlib import Path

BUILD_COMMAND = "firmware/image/build_micropython.sh"
UF2_NAME = "firmware.uf2"


def cache() -> Path:
    """Where builds are kept; MICROPYTHON_CACHE in the environment says otherwise."""
    user_cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("MICROPYTHON_CACHE") or user_cache / "kelex")


def newest_build() -> Path | None:
    """The directory with firmware.uf2, mpy-cross and the Unix port's micropython; None where there is none.

    The environment says, as to the script, where they are: MICROPYTHON_IMAGE names the one to take, MICROPYTHON_CACHE
    the cache, of which the newest is taken.
    """
    chosen = os.environ.get("MICROPYTHON_IMAGE")
    if chosen:
        return Path(chosen) if Path(chosen, UF2_NAME).is_file() else None
    builds = [path for path in cache().glob("micropython-*") if (path / UF2_NAME).is_file()]
    return max(builds, key=lambda path: path.stat().st_mtime, default=None)
