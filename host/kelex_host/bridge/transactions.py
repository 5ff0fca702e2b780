"""Requests that come again: within ten minutes the same transaction gets the same answer, and nothing happens twice."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

KEPT_S = 600.0
KEPT_MOST = 10_000


@dataclass(slots=True)
class _Entry:
    since_s: float
    response: bytes | None = None


@dataclass(slots=True)
class Transactions:
    """Answers by (response topic, transaction). Bounded in number and age; the oldest goes first."""

    _entries: OrderedDict[tuple[str, str], _Entry] = field(default_factory=OrderedDict)

    def begin(self, now_s: float, topic: str, transaction: str) -> bool:
        """Note a request; False when it is known already. Then `answer` tells what it was told."""
        self._forget(now_s)
        key = (topic, transaction)
        if key in self._entries:
            return False
        self._entries[key] = _Entry(now_s)
        return True

    def answer(self, topic: str, transaction: str) -> bytes | None:
        """What was answered to a known transaction; None while its answer is still to come."""
        return self._entries[topic, transaction].response

    def finish(self, topic: str, transaction: str, response: bytes) -> None:
        """Keep the answer."""
        entry = self._entries.get((topic, transaction))
        if entry:
            entry.response = response

    def drop(self, topic: str, transaction: str) -> None:
        """Forget a request: it comes anew if it comes again."""
        self._entries.pop((topic, transaction), None)

    def _forget(self, now_s: float) -> None:
        while self._entries:
            oldest = next(iter(self._entries.values()))
            if now_s - oldest.since_s < KEPT_S and len(self._entries) < KEPT_MOST:
                return
            self._entries.popitem(last=False)
