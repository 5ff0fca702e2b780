"""What waits for one write of the journal: answers, what the world should do, drones' events to settle, documents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kelex_host.bridge.now import Now
from kelex_host.bridge.reply import Reply
from kelex_host.bridge.requests import RequestError
from kelex_host.errors import JournalError
from kelex_host.household.turn import Effect

# An answer may also be found only when all is written; that may raise RequestError.
Answer = dict[str, Any] | RequestError | Callable[[], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Batch:
    """`settles` are (drone, boot, number) of drones' events; `documents` are payloads by their leaf."""

    replies: list[tuple[Reply, Answer]]
    effects: list[Effect]
    settles: list[tuple[str, int, int]]
    documents: dict[str, bytes]

    def answer(self, now: Now) -> None:
        """All is safe: tell who asked."""
        for reply, answer in self.replies:
            try:
                data = answer() if callable(answer) else answer
            except RequestError as error:
                data = error
            except JournalError as error:
                data = RequestError("busy", str(error))
            if isinstance(data, RequestError):
                reply.error(now, data)
            else:
                reply.ok(now, data)

    def refuse(self, now: Now, why: JournalError) -> None:
        """Nothing is safe."""
        for reply, _ in self.replies:
            reply.error(now, RequestError("busy", f"It was done, but may be forgotten: {why}"))
