"""Where builds are: what firmware/image/build_micropython.sh and build_kelex.sh left in their cache."""

import os
from hashlib import sha256
from pathlib import Path

from kelex_sim.pico import firmware_path

BUILD_COMMAND = "firmware/image/build_micropython.sh"
KELEX_COMMAND = "firmware/image/build_kelex.sh"
UF2_NAME = "firmware.uf2"
_KEY_DIGITS = 16


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


def kelex_uf2() -> Path | None:
    """The UF2 with this very firmware frozen inside, and no other; None where there is none.

    It is found by the content of the firmware and of the image's recipe, as build_kelex.sh names it. An installed
    package has no recipe.
    """
    firmware = firmware_path().parent
    if not (firmware / "image").is_dir():
        return None
    found = [firmware / "main.py", *(path for top in ("image", "lib") for path in (firmware / top).rglob("*"))]
    names = sorted(path.relative_to(firmware).as_posix() for path in found if path.is_file() and path.suffix != ".pyc")
    sums = "".join(f"{sha256((firmware / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
    uf2 = cache() / f"kelex-{sha256(sums.encode()).hexdigest()[:_KEY_DIGITS]}" / "kelex.uf2"
    return uf2 if uf2.is_file() else None
