"""What of the feeds the house has not heard yet: each story once, each alert until it is replaced, cancelled or over.

The memory is plain data, so that it can be kept with the household's own. What is in a feed when it is first read is
taken as known, for nobody wants last week's stories; the alerts that are in force then are reported all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import msgspec

from kelex_host.household.feeds.choosing import chosen, ends_s
from kelex_host.household.feeds.importance import priority_of, rank, severity_of
from kelex_host.household.feeds.items import TITLE_CHARACTERS, Alert, Document, Info, Story
from kelex_host.household.feeds.text import plain

SEEN_MOST = 1000  # of each feed, and of the alerts: several times what one document may hold
IN_FORCE_MOST = 200
FEEDS_MOST = 100
ALL_CLEAR = "AllClear"


class News(msgspec.Struct, frozen=True):
    """A story that is new: an item of ordinary news."""

    key: str
    title: str
    summary: str
    source: str
    link: str
    severity: str = "info"
    priority: str = "routine"


class Warned(msgspec.Struct, frozen=True):
    """An alert, or an update of one: `id` (fit for a topic) stays the same through its updates.

    `before` is the priority that it had, None if it is new. `text` is what to do and what is the matter.
    """

    id: str
    title: str
    text: str
    source: str
    link: str
    areas: list[str]
    severity: str
    priority: str
    expires_s: float
    before: str | None = None
    exercise: bool = False


class Ended(msgspec.Struct, frozen=True):
    """An alert is over; `why` is `cancelled`, `replaced` (by an update of another), `all clear` or `expired`."""

    id: str
    title: str
    why: str


Report = News | Warned | Ended


class InForce(msgspec.Struct):
    """An alert that was reported: all messages of it, and until when it holds."""

    title: str
    priority: str
    expires_s: float
    refs: list[str]


class Memory(msgspec.Struct):
    """What has been heard; the newest is last in each list."""

    stories: dict[str, list[str]] = {}  # keys, by feed
    alerts: list[str] = []  # keys
    over: list[str] = []  # refs that were replaced or cancelled, perhaps before they were heard of
    in_force: dict[str, InForce] = {}  # by id


class Digest:
    """`language` and `areas`: see `choosing`. `ignored` counts what was heard and not told, by the reason."""

    def __init__(self, language: str = "en", areas: Sequence[str] = (), memory: Memory | None = None) -> None:
        self.memory = memory or Memory()
        self.ignored: dict[str, int] = {}
        self._language, self._areas = language, list(areas)

    def take(self, now_s: float, feed: str, document: Document) -> list[Report]:
        """What is new in a document of a feed. `now_s` is Unix time."""
        reports: list[Report] = []
        for alert in sorted(document.alerts, key=lambda alert: alert.sent_s):
            if _note(self.memory.alerts, alert.key):
                reports += self._alert(now_s, alert)
        return reports + self._stories(feed, document)

    def expire(self, now_s: float) -> list[Ended]:
        """The alerts that are over by now."""
        gone = [id for id, alert in self.memory.in_force.items() if alert.expires_s <= now_s]
        return [self._end(id, "expired") for id in gone]

    def due_s(self) -> float:
        """When `expire` next has something to do, as Unix time."""
        return min((alert.expires_s for alert in self.memory.in_force.values()), default=float("inf"))

    def _stories(self, feed: str, document: Document) -> list[News]:
        known = self.memory.stories.pop(feed, None)
        seen: list[str] = known if known is not None else []
        self.memory.stories[feed] = seen
        while len(self.memory.stories) > FEEDS_MOST:
            del self.memory.stories[next(iter(self.memory.stories))]
        # Feeds have the newest first: noted last, it is forgotten last.
        new = [story for story in reversed(document.stories) if _note(seen, story.key)]
        if known is None:
            return []
        return [_news(story, document.title) for story in new]

    def _alert(self, now_s: float, alert: Alert) -> list[Report]:
        if alert.status not in ("Actual", "Exercise"):
            return self._ignore(alert.status)
        if alert.msg_type not in ("Alert", "Update", "Cancel"):
            return self._ignore(alert.msg_type)
        if alert.ref in self.memory.over:
            return self._ignore("replaced")
        # A message speaks of its own sender's alone: nobody calls off what another has warned of.
        mine = [ref for ref in alert.references if ref.startswith(f"{alert.sender},")]
        for ref in mine:
            _note(self.memory.over, ref)
        chain = [id for id, known in self.memory.in_force.items() if set(mine) & set(known.refs)]
        if alert.msg_type == "Cancel":
            return [self._end(id, "cancelled") for id in chain]
        infos = chosen(alert, now_s, self._language, self._areas)
        if not infos:
            why = "expired" if any(ends_s(alert, info) <= now_s for info in alert.infos) else "elsewhere"
            return [self._end(id, "replaced") for id in chain] or self._ignore(why)
        if all(ALL_CLEAR in info.responses for info in infos):
            return [self._end(id, "all clear") for id in chain] or self._ignore(ALL_CLEAR)
        return self._warn(alert, infos, chain)

    def _warn(self, alert: Alert, infos: list[Info], chain: list[str]) -> list[Report]:
        """It is in force from now on, in place of the first of what it replaces."""
        reports: list[Report] = [self._end(id, "replaced") for id in chain[1:]]
        id = chain[0] if chain else alert_id(alert)
        before = self.memory.in_force.pop(id, None)
        exercise = alert.status == "Exercise"
        worst = max(infos, key=lambda info: rank(priority_of(info)))
        warned = Warned(
            id,
            plain(("Exercise: " if exercise else "") + (worst.headline or worst.event or alert.ref), TITLE_CHARACTERS),
            " ".join(filter(None, (worst.instruction, worst.description))),
            worst.sender_name or alert.sender,
            worst.web,
            list(dict.fromkeys(area for info in infos for area in info.areas)),
            "minor" if exercise else severity_of(worst),
            "routine" if exercise else priority_of(worst),
            max(ends_s(alert, info) for info in infos),
            before.priority if before else None,
            exercise,
        )
        refs = [*(before.refs if before else ()), alert.ref][-20:]
        self.memory.in_force[id] = InForce(warned.title, warned.priority, warned.expires_s, refs)
        while len(self.memory.in_force) > IN_FORCE_MOST:
            least = min(self.memory.in_force, key=lambda id: rank(self.memory.in_force[id].priority))
            reports.append(self._end(least, "replaced"))
        return [*reports, warned]

    def _end(self, id: str, why: str) -> Ended:
        return Ended(id, self.memory.in_force.pop(id).title, why)

    def _ignore(self, why: str) -> list[Report]:
        self.ignored[why] = self.ignored.get(why, 0) + 1
        return []


def alert_id(alert: Alert) -> str:
    """The id of an alert in this house: of a-z, 0-9 and `-`, whatever its sender calls it."""
    return f"cap-{sha256(alert.ref.encode()).hexdigest()[:16]}"


def _news(story: Story, source: str) -> News:
    return News(story.key, story.title, story.summary, source, story.link)


def _note(seen: list[str], key: str) -> bool:
    """Make it the newest; whether it was not there."""
    new = key not in seen
    if not new:
        seen.remove(key)
    seen.append(key)
    del seen[:-SEEN_MOST]
    return new
