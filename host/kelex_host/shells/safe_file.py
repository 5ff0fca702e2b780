"""Small files that have to be there whole, and for nobody else to read: replaced in one step, on the disk at once."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO


def replace_file(path: Path, data: bytes) -> None:
    """Put `data` into a file of mode 0600, whose old content stays until all of the new is safe. Raises OSError."""
    make_private(path.parent)
    with replacing(path) as file:
        file.write(data)


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """The same for what is written bit by bit, into a directory that is there; on any error the old content stays."""
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with suppress(FileNotFoundError):
            new.unlink()  # left by a process of the same number that was killed
        with open(os.open(new, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
        sync_directory(path.parent)
    except BaseException:
        with suppress(OSError):
            new.unlink()
        raise


def make_private(directory: Path) -> None:
    """A directory, made for its owner alone where there is none, as are those above it. Raises OSError."""
    if not directory.is_dir():
        make_private(directory.parent)
        directory.mkdir(mode=0o700, exist_ok=True)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Alone among the processes that change `path`: they wait for each other. Raises OSError."""
    make_private(path.parent)
    descriptor = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def sync_directory(directory: Path) -> None:
    """A rename is safe once its directory is."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
