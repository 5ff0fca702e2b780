"""The signing keys of the console: opened for one page, for a while, by somebody who proves that he may.

Who may read a member's key file may sign with it; that is the model of `host/SECURITY.md`, and the console gives away
no more. Every account of this computer reaches 127.0.0.1, so being there proves nothing. A key with a passphrase opens
with that; one without opens with a code in a file of mode 0600 beside the keys, which `kelex keys console-code` prints:
who can read the code could have read the key.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kelex_host.bridge.now import Now
from kelex_host.bridge.topics import Topics
from kelex_host.console import text
from kelex_host.console.orders import Bucket, Wish, WishError
from kelex_host.errors import TrustError
from kelex_host.shells.key_files import is_encrypted, key_path, read_private, use_counter
from kelex_host.shells.safe_file import replace_file
from kelex_host.trust.signing import sign

UNLOCKED_S = 900.0
CODE_FILE = "console.code"
GUESSES_MOST, GUESSES_EACH_S = 5, 1 / 30


@dataclass(frozen=True, slots=True)
class UnlockedKey:
    """A member's key, open until `until_s` (mono_s)."""

    member: str
    until_s: float
    path: Path
    key: Ed25519PrivateKey = field(repr=False)

    def sign(self, topics: Topics, wish: Wish, now: Now) -> dict[str, Any]:
        """The signed envelope of a wish. Raises WishError where the key's counter cannot be kept."""
        fields = {name: value for name, value in wish.fields.items() if name != "by"}
        try:
            counter = use_counter(self.path)
        except TrustError as error:
            raise WishError(str(error)) from None
        return sign(topics.request(wish.topic), fields, by=self.member, key=self.key, now=now, counter=counter)


class ConsoleKeys:
    """Opens keys; guesses are counted over all pages, as a new page costs nothing."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._guesses = Bucket(GUESSES_MOST, GUESSES_EACH_S)
        self._code = make_code(home)

    def unlock(self, member: str, secret: str, now: Now) -> UnlockedKey:
        """A member's key, by his passphrase or the code; takes 0.1 s. Raises WishError."""
        if not self._guesses.take(now.mono_s):
            raise WishError(text.TOO_MANY)
        try:
            path = key_path(self._home, member)
            if is_encrypted(path):
                key = read_private(path, secret)
            elif not self._code or not hmac.compare_digest(secret.strip().encode(), self._code.encode()):
                raise WishError(text.WRONG_CODE)
            else:
                key = read_private(path)
        except TrustError as error:
            raise WishError(str(error)) from None
        return UnlockedKey(member, now.mono_s + UNLOCKED_S, path, key)


def make_code(home: Path) -> str:
    """A new code in its file, for this start of the console; empty where it cannot be written: nothing opens then."""
    code = f"{secrets.randbelow(10**8):08d}"
    try:
        replace_file(home / CODE_FILE, code.encode())
    except OSError:
        return ""
    return code


def read_code(home: Path) -> str:
    """The running console's code. Raises TrustError where there is none."""
    try:
        return (home / CODE_FILE).read_text("ascii")
    except (OSError, UnicodeDecodeError):
        raise TrustError(f"There is no code in {home}: start the house with `kelex up`, with a console.") from None
