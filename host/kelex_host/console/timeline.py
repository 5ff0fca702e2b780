"""The timeline: events as they came, the newest first, a bounded number of them, each once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

EVENTS_MOST = 400
SHOWN_MOST = 60
# What each event has, and no reader wants to read twice.
PLAIN = frozenset({"event_id", "event_type", "time", "severity", "transaction", "cause"})
SEVERITIES = ("info", "minor", "moderate", "severe", "extreme")


@dataclass(frozen=True, slots=True)
class Entry:
    """One event: where it came from (`house` or a drone's id), its subject and type, and all that it says."""

    source: str
    subject: str
    event: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.event.get("event_id", ""))

    @property
    def type(self) -> str:
        return str(self.event.get("event_type", ""))

    @property
    def severity(self) -> str:
        severity = self.event.get("severity")
        return severity if severity in SEVERITIES else "info"

    @property
    def details(self) -> dict[str, Any]:
        """What it says beyond what every event does."""
        return {name: value for name, value in self.event.items() if name not in PLAIN and value not in (None, "", [])}

    def text(self) -> str:
        """All of it that a filter looks through."""
        values = (self.source, self.subject, self.type, self.severity, *map(str, self.details.values()))
        return " ".join(values).replace("_", " ").lower()


class Timeline:
    """The last EVENTS_MOST events."""

    def __init__(self) -> None:
        self._entries: OrderedDict[str, Entry] = OrderedDict()

    def add(self, entry: Entry) -> bool:
        """Take an event; False for one that is there already (an event comes at least once) or has no id."""
        if not entry.id or entry.id in self._entries:
            return False
        self._entries[entry.id] = entry
        if len(self._entries) > EVENTS_MOST:
            self._entries.popitem(last=False)
        return True

    def find(self, event_id: str) -> Entry | None:
        """An event by its id."""
        return self._entries.get(event_id)

    def shown(self, words: str = "", least: str = "info") -> list[Entry]:
        """The newest that hold all the words and are at least so grave; SHOWN_MOST of them."""
        wanted = words.replace("_", " ").lower().split()
        grave = SEVERITIES[SEVERITIES.index(least) :] if least in SEVERITIES else SEVERITIES
        found: list[Entry] = []
        for entry in self:
            if entry.severity in grave and (not wanted or all(word in entry.text() for word in wanted)):
                found.append(entry)
                if len(found) == SHOWN_MOST:
                    break
        return found

    def __iter__(self) -> Iterator[Entry]:
        """The newest first."""
        return reversed(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)
