"""Requests that come again: within ten minutes the same transaction gets the same answer, and nothing happens twice.

That holds for the same request. One that asks for something else under a transaction that is taken is no repetition:
it is refused, or its sender would take the answer to another question for his.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import msgspec

KEPT_S = 600.0
KEPT_MOST = 10_000
TAKEN = (
    "The transaction '{}' belongs to another request of the last ten minutes; give this one a transaction of its own."
)
_encode_sorted = msgspec.json.Encoder(order="sorted").encode


def digest(fields: dict[str, Any]) -> str:
    """The same for the same fields, in whatever order they were written."""
    try:
        encoded = _encode_sorted(fields)
    except RecursionError:  # no verb takes anything so deep: all of it is refused alike
        encoded = b"too deep"
    return blake2b(encoded, digest_size=8).hexdigest()


@dataclass(slots=True)
class _Entry:
    since_s: float
    asked: str
    response: bytes | None = None


@dataclass(slots=True)
class Transactions:
    """Answers by (response topic, transaction). Bounded in number and age; the oldest goes first."""

    _entries: OrderedDict[tuple[str, str], _Entry] = field(default_factory=OrderedDict)

    def begin(self, now_s: float, topic: str, transaction: str, asked: str) -> bool:
        """Note a request by the digest of what it asks; False when its transaction is known already.

        Then `is_same` says whether it asks for the same, and `answer` what it was told.
        """
        self._forget(now_s)
        key = (topic, transaction)
        if key in self._entries:
            return False
        self._entries[key] = _Entry(now_s, asked)
        return True

    def is_same(self, topic: str, transaction: str, asked: str) -> bool:
        """Whether a known transaction was used for just this."""
        return self._entries[topic, transaction].asked == asked

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
