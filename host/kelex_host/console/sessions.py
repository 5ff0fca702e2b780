"""Who has given the console's password: sessions by a random token, for a while, a bounded number of them.

Only a digest of each token is kept, so that nobody who sees our memory can use it.
"""

from __future__ import annotations

from hashlib import sha256
from http.cookies import CookieError, SimpleCookie

COOKIE = "kelex_session"
LASTS_S = 12 * 3600
SESSIONS_MOST = 64


class Sessions:
    """The open ones."""

    def __init__(self) -> None:
        self._until_s: dict[bytes, float] = {}

    def open(self, token: str, mono_s: float) -> str:
        """A session under a fresh random token; the cookie to set. The oldest makes room."""
        while len(self._until_s) >= SESSIONS_MOST:
            self._until_s.pop(next(iter(self._until_s)))
        self._until_s[_digest(token)] = mono_s + LASTS_S
        return f"{COOKIE}={token}; Path=/; Max-Age={LASTS_S}; HttpOnly; SameSite=Strict"

    def knows(self, cookies: str, mono_s: float) -> bool:
        """Whether a Cookie header names an open session."""
        try:
            morsel = SimpleCookie(cookies).get(COOKIE)
        except CookieError:
            return False
        if morsel is None:
            return False
        until_s = self._until_s.get(_digest(morsel.value))
        return until_s is not None and mono_s < until_s


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
