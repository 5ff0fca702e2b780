"""Recordings: read as numbers between -1 and 1 at 8 kHz, by kind of sound, and cries by infant."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kelex_host.cries.wav import words_of

INSTANCE = 36  # so many characters of a cry's name are the instance of the application that sent it: one infant
KINDS = ("speech", "music", "misc", "animals", "laughter")
# Which of Debian's recordings is what, by their names; the first that fits. What fits nothing is `misc`.
_KINDS = (
    ("laughter", r"laugh|giggl|tavern"),
    (
        "speech",
        r"_desc|asterisk_sounds|alphabets|symbols_math|audio-channel|audio-test|klettres|ktuberling"
        r"|fillets-ng_sound_.*_(cs|nl)_",
    ),
    ("music", r"moh|music|mainzik|intro|instruments|melody|guitar|piano|xylofon|rhythm"),
    ("animals", r"animal|critters|bark|farm_|bird"),
)
# Speech comes in many tongues, each with speakers of its own; what names none is English. So a tongue is on one side.
_TONGUE = re.compile(
    r"_desc_([a-z]{2})|(?:asterisk_sounds|klettres|ktuberling_sounds|fillets-ng_sound_.*)_([a-z]{2,3})_"
    r"|(alphabets|_desc\.)"
)
_TESTED_TONGUES = ("en", "es", "it", "ja", "lt", "ml", "nl", "pt", "ro", "sv")


@dataclass(frozen=True)
class Recording:
    """A file: what is heard in it (`cry` or one of KINDS) and, of a cry, whose."""

    path: Path
    kind: str
    infant: str = ""

    def read(self) -> Any:
        """Its samples, -1 to 1. Raises RecordingError."""
        return np.asarray(words_of(self.path), np.float64) / 32768


def cries(folder: Path) -> list[Recording]:
    """The cries in a folder, by name."""
    return [Recording(path, "cry", path.name[:INSTANCE].lower()) for path in sorted(folder.rglob("*.wav"))]


def noncries(folders: Iterable[Path]) -> list[Recording]:
    """All that is no cry in these folders, by name."""
    paths = sorted({path for folder in folders for path in folder.rglob("*.wav")}, key=lambda path: path.name)
    return [Recording(path, kind_of(path.name)) for path in paths]


def kind_of(name: str) -> str:
    """What is heard in a file of that name."""
    return next((kind for kind, pattern in _KINDS if re.search(pattern, name)), "misc")


def tongue_of(recording: Recording) -> str:
    """In which tongue somebody speaks there, empty where none is named."""
    found = _TONGUE.search(recording.path.name) if recording.kind == "speech" else None
    return (found[1] or found[2] or "en") if found else ""


def held_back(recordings: list[Recording]) -> tuple[list[Recording], list[Recording]]:
    """(for training, held back): a third of the infants, ten tongues, a third of the other files."""
    infants = sorted({r.infant for r in recordings if r.infant}, key=_draw)
    tested = set(infants[::3])
    parts: tuple[list[Recording], list[Recording]] = ([], [])
    for recording in recordings:
        parts[_is_tested(recording, tested)].append(recording)
    return parts


def _is_tested(recording: Recording, infants: set[str]) -> bool:
    if recording.infant:
        return recording.infant in infants
    tongue = tongue_of(recording)
    if tongue:
        return tongue in _TESTED_TONGUES
    # A sound and its second take (`sheep_00`, `sheep_01`) are one; pieces of music are not.
    name = recording.path.name
    return int(_draw(name if recording.kind == "music" else re.sub(r"[\d_.-]+", "", name)), 16) % 3 == 0


def _draw(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def by_kind(recordings: Iterable[Recording]) -> dict[str, list[Recording]]:
    """The recordings of each kind."""
    kinds: dict[str, list[Recording]] = {}
    for recording in recordings:
        kinds.setdefault(recording.kind, []).append(recording)
    return kinds


def by_infant(recordings: Iterable[Recording]) -> Iterator[tuple[str, list[Recording]]]:
    """The recordings of each infant, by its name."""
    infants: dict[str, list[Recording]] = {}
    for recording in recordings:
        infants.setdefault(recording.infant, []).append(recording)
    yield from sorted(infants.items())
