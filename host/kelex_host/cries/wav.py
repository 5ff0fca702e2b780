"""WAV files of the one shape that the ear takes: one channel of 16 bits at 8 kHz."""

from __future__ import annotations

import sys
import wave
from array import array
from pathlib import Path

from kelex_host.errors import KelexError

RATE = 8000


class RecordingError(KelexError):
    """A file is no recording that can be used; its text says why, and what would do."""


def words_of(path: Path) -> array[int]:
    """The samples of a file, of 16 bits. Raises RecordingError."""
    try:
        with wave.open(str(path)) as file:
            shape = (file.getnchannels(), 8 * file.getsampwidth(), file.getframerate())
            data = file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        why = str(error) or "it ends too soon"
        raise RecordingError(f"{path} cannot be read as a WAV file ({why}); name one.") from error
    if shape != (1, 16, RATE):
        raise RecordingError(
            f"{path} has {shape[0]} channel(s) of {shape[1]} bits at {shape[2]} Hz, not one of 16 bits at {RATE} Hz; "
            f"convert it: sox {path.name} -r {RATE} -c 1 -b 16 converted.wav"
        )
    words = array("h", data[: len(data) // 2 * 2])
    if sys.byteorder == "big":
        words.byteswap()
    return words
