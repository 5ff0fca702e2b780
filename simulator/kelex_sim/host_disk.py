"""The files of a simulated host, in a folder: real files, as a power cut in the midst of a write leaves them.

What was forced to the disk (fsync) is there for good; of what was written since, each sector may be the old one or the
new one, in any order, and a file may have grown or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

SECTOR_BYTES = 512

Image = dict[str, bytes]


def image(folder: Path, leave_out: str = "-shm") -> Image:
    """Every file in a folder; without those that memory holds and no disk (SQLite's index of its log)."""
    return {
        file.name: file.read_bytes()
        for file in sorted(folder.iterdir())
        if file.is_file() and not file.name.endswith(leave_out)
    }


def put(folder: Path, files: Image) -> None:
    """Let a folder hold these files and no others."""
    for file in folder.iterdir():
        if file.name not in files:
            file.unlink()
    for name, data in files.items():
        (folder / name).write_bytes(data)


def torn(before: Image, after: Image, forced: Sequence[str], random: Random) -> Image:
    """What is there after a power cut between two moments, at the first of which all was forced to the disk.

    The files that changed reach the disk in the order in which their writer forces them: all of some, of the next one
    a part or nothing, and nothing of those behind it.
    """
    changed = [name for name in forced if before.get(name) != after.get(name)]
    left, at = dict(before), random.randrange(len(changed) + 1)
    for name in changed[:at]:
        left[name] = after[name]
    if at < len(changed) and random.getrandbits(1):
        left[changed[at]] = _torn_file(before.get(changed[at], b""), after[changed[at]], random)
    return left


def _torn_file(old: bytes, new: bytes, random: Random) -> bytes:
    """Sectors of the old and of the new file; what grew may end anywhere, even within a sector."""
    whole = bytearray(new)
    for start in range(0, len(new), SECTOR_BYTES):
        if random.getrandbits(1):
            end = min(start + SECTOR_BYTES, len(new))
            whole[start:end] = old[start:end].ljust(end - start, b"\0")
    if len(new) > len(old) and random.getrandbits(1):
        del whole[random.randint(len(old), len(new)) :]
    return bytes(whole)
