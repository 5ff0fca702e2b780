"""Pairing keys in files: `pairings/<drone>.key` below KELEX_HOME, a line of hex for each, for nobody else to read."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from kelex_wire.tags import KEY_BYTES

from kelex_host.errors import TrustError
from kelex_host.shells.safe_file import replace_file

_FILE_BYTES_MOST = 1024


class PairingFiles:
    """See `Pairings` in bridge/pairing.py."""

    def __init__(self, home: Path) -> None:
        self._directory = home / "pairings"

    def keys(self, drone: str) -> tuple[bytes, ...]:
        """The keys of a drone, the newest first. Raises TrustError, also for a file that others can get at."""
        path = self._path(drone)
        try:
            with path.open("rb") as file:
                mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
                data = file.read(_FILE_BYTES_MOST)
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise TrustError(f"The pairing key {path} cannot be read ({error.strerror}); mend that.") from None
        if mode & 0o077:
            raise TrustError(f"Others can get at {path} (mode {mode:04o}); mend it with `chmod 600 {path}`.")
        try:
            keys = tuple(bytes.fromhex(line) for line in data.decode("ascii").splitlines())
        except ValueError:
            keys = (b"",)
        if len(keys) not in (1, 2) or any(len(key) != KEY_BYTES for key in keys):
            raise TrustError(f"The pairing key {path} is damaged; put a copy in its place, or remove it and pair anew.")
        return keys

    def keep(self, drone: str, keys: tuple[bytes, ...]) -> None:
        """Write them in one step. Raises TrustError."""
        path = self._path(drone)
        try:
            if keys:
                replace_file(path, "".join(f"{key.hex()}\n" for key in keys).encode())
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise TrustError(f"{path} cannot be written ({error.strerror}); mend that.") from None

    def draw(self) -> bytes:
        """A new key, from the system's randomness."""
        return secrets.token_bytes(KEY_BYTES)

    def _path(self, drone: str) -> Path:
        return self._directory / f"{drone}.key"  # an id of the configuration: letters, digits and `-`
