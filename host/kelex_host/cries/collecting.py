"""Collects sounds that are no cries, from Debian packages with free licences, as WAV files of 8 kHz.

Nothing is installed: the packages are downloaded (`apt-get download`) and laid out in a folder, with their copyright
files. gcompris keeps its sounds in Qt resource files; their layout is that of Qt's `rcc`.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from kelex_host.cries.wav import RATE, RecordingError

PACKAGES = (
    "asterisk-core-sounds-en-wav",
    "asterisk-core-sounds-es-wav",
    "asterisk-core-sounds-fr-wav",
    "asterisk-core-sounds-it-wav",
    "asterisk-core-sounds-ru-wav",
    "asterisk-moh-opsound-wav",
    "fillets-ng-data-cs",
    "fillets-ng-data-nl",
    "frozen-bubble-data",
    "gcompris-qt-data",
    "klettres-data",
    "ktuberling-data",
    "sound-theme-freedesktop",
    "supertux-data",
    "tuxpaint-stamps-default",
    "widelands-data",
)
_TOOLS = ("apt-get", "dpkg-deb", "sox")
_SOUNDS = (".wav", ".ogg", ".oga", ".mp3", ".flac")
_FOLDER, _COMPRESSED = 2, 1


def collect(folder: Path, tell: Callable[[str], None]) -> int:
    """Fill `folder`; how many recordings are in it. What is there already is kept, what cannot be had is told.

    Raises RecordingError when nothing can be had.
    """
    missing = [tool for tool in _TOOLS if not shutil.which(tool)]
    if missing:
        raise RecordingError(
            f"{' and '.join(missing)} missing: this works on Debian, after apt-get install sox libsox-fmt-all."
        )
    for package in PACKAGES:
        done = folder / package / "complete"
        if not done.exists():
            tell(f"{package} ...")
            try:
                _package(package, folder / package)
            except RecordingError as error:
                shutil.rmtree(folder / package)
                tell(f"{package} is left out: {error}")
                continue
            done.touch()
    count = sum(1 for _ in folder.rglob("*.wav"))
    if not count:
        raise RecordingError("None of the packages can be had: apt-get update, or look whether the net is there.")
    return count


def _package(package: str, folder: Path) -> None:
    raw = folder / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    _run(["apt-get", "-q", "download", package], raw)
    for archive in raw.glob("*.deb"):
        _run(["dpkg-deb", "-x", archive.name, "."], raw)
        archive.unlink()
    for resources in sorted(raw.rglob("*.rcc")):
        for name, data in resource_files(resources.read_bytes()):
            if name.lower().endswith(_SOUNDS):
                (raw / "gcx_{}{}".format(resources.stem, name.replace("/", "_"))).write_bytes(data)
    for sound in sorted(raw.rglob("*")):
        if sound.suffix.lower() in _SOUNDS and sound.is_file() and not sound.is_symlink():
            name = "_".join(sound.relative_to(raw).parts).removeprefix("usr_share_")
            # What sox cannot read is left out: one odd file is no reason to have none.
            form = ["-r", str(RATE), "-c", "1", "-b", "16"]
            command = ["sox", "-q", "-V1", str(sound), *form, f"{folder / name}.wav"]
            subprocess.run(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    for copyright in raw.rglob("copyright"):
        copyright.rename(folder / "copyright")
    shutil.rmtree(raw)


def _run(command: list[str], folder: Path) -> None:
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if ran.returncode:
        said = (ran.stderr or ran.stdout).strip().splitlines()
        raise RecordingError(f"{' '.join(command)} failed: {said[-1] if said else 'it does not say why'}")


def resource_files(data: bytes) -> Iterator[tuple[str, bytes]]:
    """(path, content) of the files in a Qt resource file, but for those compressed by what we do not have."""
    if data[:4] != b"qres":
        return
    version, tree, contents, names = struct.unpack_from(">4I", data, 4)
    node_bytes = 22 if version >= 2 else 14

    def walk(index: int, path: str) -> Iterator[tuple[str, bytes]]:
        name_at, flags = struct.unpack_from(">IH", data, tree + index * node_bytes)
        (length,) = struct.unpack_from(">H", data, names + name_at)
        name = data[names + name_at + 6 : names + name_at + 6 + 2 * length].decode("utf-16-be") if index else ""
        here = f"{path}/{name}"
        if flags & _FOLDER:
            count, first = struct.unpack_from(">II", data, tree + index * node_bytes + 6)
            for child in range(count):
                yield from walk(first + child, here)
            return
        (offset,) = struct.unpack_from(">I", data, tree + index * node_bytes + 10)
        (size,) = struct.unpack_from(">I", data, contents + offset)
        content = data[contents + offset + 4 : contents + offset + 4 + size]
        if flags & _COMPRESSED:
            content = zlib.decompress(content[4:])
        if flags & ~(_FOLDER | _COMPRESSED) == 0:
            yield here, content

    yield from walk(0, "")
