"""What trust has to remember, in two files below KELEX_HOME, so that each has one writer.

`keyring.json` is changed by `kelex keys` and read by the house, which looks before each order whether it has changed: a
revoked key is dead at once. `trust.json`, the last accepted counter of each key, is the running house's alone.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from kelex_host.errors import TrustError
from kelex_host.shells.safe_file import locked, replace_file
from kelex_host.trust.keyring import Keyring, decode_keyring

_Version = tuple[int, int, int]


class TrustStore:
    """Every method raises TrustError, in one sentence that names the mend, for what cannot be read or written."""

    def __init__(self, home: Path) -> None:
        self.keyring_path = home / "keyring.json"
        self.counters_path = home / "trust.json"
        self._version: _Version | None = None
        self._keyring = Keyring()

    def keyring(self) -> Keyring:
        """The keys as they are now; read again only when the file is another one than before."""
        try:
            status = self.keyring_path.stat()
            version = (status.st_mtime_ns, status.st_ino, status.st_size)
            if version != self._version:
                self._keyring = decode_keyring(self.keyring_path.read_bytes())
                self._version = version
        except FileNotFoundError:
            return Keyring()
        except OSError as error:
            raise TrustError(f"The keyring {self.keyring_path} cannot be read ({error.strerror}); mend that.") from None
        except TrustError as error:
            raise TrustError(
                f"The keyring {self.keyring_path} is damaged ({error}); restore it from a backup."
            ) from None
        return self._keyring

    def change(self, change: Callable[[Keyring], Keyring]) -> Keyring:
        """Replace the keyring by what `change` makes of it; processes that do so wait for each other."""
        try:
            with locked(self.keyring_path):
                keyring = change(self.keyring())
                replace_file(self.keyring_path, keyring.encode())
        except OSError as error:
            raise TrustError(f"{self.keyring_path} cannot be written ({error.strerror}); mend that.") from None
        return keyring

    def counters(self) -> dict[str, int]:
        """The last accepted counter of each key; none where there is no file yet."""
        try:
            return msgspec.json.decode(self.counters_path.read_bytes(), type=dict[str, int])
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise TrustError(f"{self.counters_path} cannot be read ({error.strerror}); mend that.") from None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            why = f"{self.counters_path} is damaged ({error}); restore it from a backup, or remove it."
            raise TrustError(why) from None

    def save_counters(self, counters: dict[str, int]) -> None:
        """Return once they are on the disk."""
        try:
            replace_file(self.counters_path, msgspec.json.encode(counters))
        except OSError as error:
            raise TrustError(f"{self.counters_path} cannot be written ({error.strerror}); mend that.") from None
