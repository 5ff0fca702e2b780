"""Who is at the door: no document says it, so it is put together from the events of the subject `visitor`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

VISITORS_MOST = 20
_GONE = ("accepted", "declined", "expired")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who waits for an answer."""

    id: str
    who: str
    reason: str
    urgency: str
    wants: str


class Visitors:
    """Those who wait, the longest first."""

    def __init__(self) -> None:
        self._waiting: dict[str, Visitor] = {}

    def take(self, event: Mapping[str, Any]) -> bool:
        """An event of the subject `visitor`; whether it changed anything."""
        id = event.get("visitor_id")
        if not isinstance(id, str):
            return False
        if event.get("event_type") == "arrived" and id not in self._waiting:
            self._waiting[id] = Visitor(
                id,
                str(event.get("who", "")),
                str(event.get("reason") or ""),
                str(event.get("urgency", "")),
                str(event.get("for") or ""),
            )
            if len(self._waiting) > VISITORS_MOST:
                self._waiting.pop(next(iter(self._waiting)))
            return True
        return event.get("event_type") in _GONE and self._waiting.pop(id, None) is not None

    def waiting(self) -> list[Visitor]:
        """Who has not been answered yet."""
        return list(self._waiting.values())
