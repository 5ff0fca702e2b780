"""Versions of the drone in the slots of a flash, small ones: each is a marker, and the frozen drone at work.

By the boot's rules they are whole versions: with a manifest, chosen, on trial, given up. Their drone comes from the
UF2, so that a start costs a quarter of a second and not a whole one.
"""

from __future__ import annotations

from binascii import crc32
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from kelex_boot import record, twins
from kelex_sim.emulated.flash_image import flash_with
from kelex_sim.emulated.littlefs_image import littlefs_image

APP = """\
import sys

sys.path.pop(0)
for name in ("kelex_drone", "kelex_drone.app"):
    sys.modules.pop(name, None)
from kelex_drone import app

app.IDENTITY = "kelex {name}"
run = app.run
"""
# So that a version's file takes a block of the flash, as a module does: as much text again as most modules have.
PADDING = b"# " + bytes(range(64, 96)) * 100 + b"\n"
CRASH = b"def run():\n    raise ZeroDivisionError('a bad version')\n"
HANG = b"while True:\n    pass\n"


def version(name: str) -> dict[str, bytes]:
    """The files of a version whose drone says that it is called so."""
    return {"kelex_drone/__init__.py": b"", "kelex_drone/app.py": APP.replace("{name}", name).encode() + PADDING}


def broken(app: bytes) -> dict[str, bytes]:
    """The files of a version whose `app.py` is this."""
    return {"kelex_drone/__init__.py": b"", "kelex_drone/app.py": app}


def manifest(files: dict[str, bytes]) -> str:
    """As `kelex flash` writes it."""
    return "".join(f"{path} {sha256(data).hexdigest()}\n" for path, data in sorted(files.items()))


def flash_of(
    micropython: Path,
    kelex: Path,
    chosen: record.Record,
    more: dict[str, bytes] | None = None,
    borrowed: Mapping[str, bytes] = MappingProxyType({}),
    **slots: dict[str, bytes],
) -> bytearray:
    """The UF2, these versions in its slots, `more` files beside them, and the record of what runs.

    `borrowed` are files that belong to each version and lie in no slot, since the UF2 has them.
    """
    number = (1).to_bytes(4, "little") + record.encode(chosen)
    files = {twins.FIRMWARE[0]: number + crc32(number).to_bytes(4, "little"), **(more or {})}
    for slot, version_files in slots.items():
        files |= {f"{slot}/{path}": data for path, data in version_files.items()}
        files[f"{slot}/manifest"] = manifest({**borrowed, **version_files}).encode()
    return flash_with(kelex, littlefs_image(micropython / "micropython", files))
