"""Questions about a drone's clock: one at a time, each with a token, so that a late answer is not taken for it."""

from __future__ import annotations

from dataclasses import dataclass

from kelex_host.bridge.heard import Pong

PING_S = 1.0


@dataclass(slots=True)
class Pings:
    """`due_s` is when to ask next."""

    due_s: float = 0.0
    _token: int | None = None
    _sent_s: float = 0.0

    def begin(self, now_s: float) -> None:
        """A session begins or goes on: ask at once."""
        self.due_s = now_s
        self._token = None

    def asked(self, now_s: float, token: int) -> None:
        """The question is on its way."""
        self.due_s = now_s + PING_S
        self._token, self._sent_s = token, now_s

    def answered(self, now_s: float, token: int, time_ms: int) -> Pong | None:
        """The measurement that an answer makes, None for one that was not awaited."""
        if token != self._token:
            return None
        self._token = None
        return Pong(self._sent_s, now_s, time_ms)
