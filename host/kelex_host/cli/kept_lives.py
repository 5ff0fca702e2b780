"""A file of lives that have been lived, a line for each: a run of many hours may be cut off and goes on from there.

What a life came to holds for the code that lived it; after a change of that, begin a new file.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from kelex_host.errors import ConfigError
from kelex_host.proof.verdict import Trial, Verdict
from kelex_host.shells.safe_file import replace_file

# Of each line.
_BEGIN = b'{"verdict":'


class Lived(msgspec.Struct, frozen=True):
    """A life; `busy_s` is what it took of the processor, `wall_s` how long after the one before it ended."""

    verdict: Verdict
    busy_s: float
    wall_s: float


class KeptLives:
    """Those in `path`, which need not be there yet. Raises ConfigError where it holds something else."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            data = path.read_bytes() if path.exists() else b""
            whole = data[: data.rfind(b"\n") + 1]
            self._lives = [msgspec.json.decode(line, type=Lived) for line in whole.splitlines()]
            if len(whole) < len(data):
                if not data.startswith(_BEGIN):
                    raise ConfigError(f"{path} is not what --keep writes; name another file.")
                replace_file(path, whole)  # the run was cut off in the midst of a line
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise ConfigError(f"{path} is not what --keep writes; name another file.") from None
        except OSError as error:
            raise ConfigError(f"{path} cannot be read ({error.strerror}); name another file.") from None

    def among(self, trials: Sequence[Trial]) -> dict[Trial, Lived]:
        """What came of those of them that have been lived."""
        wanted = set(trials)
        return {lived.verdict.trial: lived for lived in self._lives if lived.verdict.trial in wanted}

    def note(self, lived: Lived) -> None:
        """Add one. Raises ConfigError."""
        try:
            with self._path.open("ab") as file:
                file.write(msgspec.json.encode(lived) + b"\n")
        except OSError as error:
            raise ConfigError(f"{self._path} cannot be written ({error.strerror}); name another file.") from None
