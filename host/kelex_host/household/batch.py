"""What goes with one write of the journal: answers, what the world should do, drones' events to settle, documents."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kelex_host.bridge.now import Now
from kelex_host.bridge.reply import Reply
from kelex_host.bridge.requests import RequestError
from kelex_host.errors import JournalError
from kelex_host.household.turn import Effect

# An event of a drone that leads to nothing else may wait so long for others to be written together with it.
TOGETHER_S = 0.02

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


class Waiting:
    """What has come in since the last write began; `write_s` is when it wants to be written (mono_s)."""

    def __init__(self) -> None:
        self.effects: list[Effect] = []
        self.settles: list[tuple[str, int, int]] = []
        self.write_s = math.inf
        self._replies: list[tuple[Reply, Answer]] = []

    def answer(self, reply: Reply, answer: Answer) -> None:
        """This is the answer, once all that led to it is written."""
        self._replies.append((reply, answer))
        self.hurry()

    def hurry(self) -> None:
        """Something that somebody waits for: it is to be written as soon as can be."""
        self.write_s = -math.inf

    def hurry_a_little(self, now_s: float) -> None:
        """Something that waits for company."""
        self.write_s = min(self.write_s, now_s + TOGETHER_S)

    def take(self, documents: dict[str, bytes]) -> Batch:
        """All of it, with these documents; from now on nothing waits."""
        batch = Batch(self._replies, self.effects, self.settles, documents)
        self._replies, self.effects, self.settles, self.write_s = [], [], [], math.inf
        return batch
