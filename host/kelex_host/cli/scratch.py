"""A directory for what a process needs only while it runs; what killed ones have left behind is swept away."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kelex_host.shells.processes import is_alive

_NAME = re.compile(r"kelex-house-([0-9]{1,10})-[^/]*")


@contextmanager
def scratch_directory() -> Iterator[Path]:
    """A directory of our own, gone afterwards. Raises OSError."""
    sweep(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=f"kelex-house-{os.getpid()}-") as directory:
        yield Path(directory)


def sweep(place: Path) -> None:
    """Remove the directories of our own user whose processes are no more."""
    for left in place.glob("kelex-house-*"):
        named = _NAME.fullmatch(left.name)
        with suppress(OSError):  # gone meanwhile, or not ours to remove
            of_us = not left.is_symlink() and left.is_dir() and left.stat().st_uid == os.getuid()
            # One of our own number is of a house that was killed: we have just begun.
            if named and of_us and (int(named[1]) == os.getpid() or not is_alive(int(named[1]))):
                shutil.rmtree(left)
