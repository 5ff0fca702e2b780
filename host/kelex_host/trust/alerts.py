"""What the owner is told of refused orders: an alert for each kind, present while it lasts, and an event.

However many orders are refused, there is at most one alert for each kind, and it is told anew at most once in UPDATE_S,
with how many they were and where most came from: a flood costs the attacker more than the reader.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from kelex_host.bridge.now import Now
from kelex_host.bridge.outbox import Message, Outbox
from kelex_host.bridge.topics import Topics
from kelex_host.trust.guard import Refusal

UPDATE_S = 60.0
RESOLVED_S = 3600.0
SOURCES_MOST = 8
MALFORMED = "malformed"
# Every kind of refusal and its severity; whatever else is wrong with an order makes it malformed.
KINDS = {
    "bad_signature": "severe",
    "replayed": "severe",
    "unknown_key": "moderate",
    "not_allowed": "moderate",
    "stale": "moderate",
    "busy": "severe",
    "unsigned": "minor",
    MALFORMED: "minor",
}


@dataclass(slots=True)
class _Refused:
    """The refusals of one kind, since the first of them."""

    first: str
    told_s: float
    last_s: float
    count: int = 0
    told: int = 0
    text: str = ""
    sources: dict[tuple[str, str], int] = field(default_factory=dict)  # by (claimed key, topic)


class Alerts:
    """`nonce()` keeps the ids of this process's events apart from those of another."""

    def __init__(self, topics: Topics, outbox: Outbox, nonce: Callable[[], int]) -> None:
        self._topics = topics
        self._outbox = outbox
        self._run = f"{nonce():08x}"
        self._events = 0
        self._kinds: dict[str, _Refused] = {}

    def start(self) -> None:
        """Take away what an earlier process may have left: we know of no cause for it."""
        for kind in KINDS:
            self._publish_alert(kind, b"")

    def refused(self, now: Now, refusal: Refusal) -> None:
        """Note a refusal, and tell of it if it is the first of its kind in a while."""
        kind = refusal.code if refusal.code in KINDS else MALFORMED
        known = self._kinds.setdefault(kind, _Refused(now.stamp(), now.mono_s - UPDATE_S, now.mono_s))
        known.count += 1
        known.last_s = now.mono_s
        known.text = str(refusal)
        source = (refusal.key, refusal.topic)
        if source in known.sources or len(known.sources) < SOURCES_MOST:
            known.sources[source] = known.sources.get(source, 0) + 1
        self.step(now)

    def step(self, now: Now) -> None:
        """Tell what is due to be told, and end what has not come again for RESOLVED_S."""
        for kind, known in list(self._kinds.items()):
            if known.count > known.told and now.mono_s - known.told_s >= UPDATE_S:
                self._tell(now, kind, known)
            elif known.count == known.told and now.mono_s - known.last_s >= RESOLVED_S:
                del self._kinds[kind]
                self._publish_alert(kind, b"")

    def due_s(self) -> float:
        """When `step` next has something to do (mono_s)."""
        dues = (
            known.told_s + UPDATE_S if known.count > known.told else known.last_s + RESOLVED_S
            for known in self._kinds.values()
        )
        return min(dues, default=float("inf"))

    def _tell(self, now: Now, kind: str, known: _Refused) -> None:
        self._events += 1
        common = {"time": now.stamp(), "severity": KINDS[kind], "kind": kind, "text": known.text}
        event = {
            "event_id": f"trust-{self._run}-{self._events}",
            "event_type": "order_refused",
            "count": known.count - known.told,
        }
        sources = [{"key": key, "topic": topic, "count": count} for (key, topic), count in known.sources.items()]
        alert: dict[str, Any] = {"first": known.first, "count": known.count, "sources": sources}
        self._outbox.put(
            Message(self._topics.house("event/trust"), msgspec.json.encode(event | common | {"sources": sources}))
        )
        self._publish_alert(kind, msgspec.json.encode({"id": alert_id(kind)} | common | alert))
        known.told, known.told_s = known.count, now.mono_s

    def _publish_alert(self, kind: str, payload: bytes) -> None:
        self._outbox.put(Message(self._topics.house(f"alerts/{alert_id(kind)}"), payload, retain=True))


def alert_id(kind: str) -> str:
    """The id of the alert of a kind of refusal."""
    return f"trust-{kind.replace('_', '-')}"
