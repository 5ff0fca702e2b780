"""CAP 1.2 alerts (OASIS Standard, 1 July 2010), wherever in a document they stand: alone, or in a feed's entry.

expat reads them. It never fetches anything by itself; an entity declared in a document, and a DTD of its own, are
refused, so that no document grows while it is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from xml.parsers import expat

from kelex_host.household.feeds.items import (
    ADDRESS_CHARACTERS,
    ALERTS_MOST,
    AREAS_MOST,
    INFOS_MOST,
    TEXT_CHARACTERS,
    TITLE_CHARACTERS,
    Alert,
    Info,
)
from kelex_host.household.feeds.text import plain

NAMESPACES = tuple(f"urn:oasis:names:tc:emergency:cap:{version}" for version in ("1.0", "1.1", "1.2"))
STATUSES = ("Actual", "Exercise", "System", "Test", "Draft")
MSG_TYPES = ("Alert", "Update", "Cancel", "Ack", "Error")
DEPTH_MOST = 100
FIELD_CHARACTERS = 20_000
REFERENCES_MOST = 100
_ENTRIES = ("item", "entry")


class HostileError(Exception):
    """A document that is made to do harm; `str` says how, as the end of a sentence."""


class MalformedError(Exception):
    """A document that is not well-formed XML, or an alert that CAP does not allow."""


# What an element holds: its texts by name, and those of nested elements as further tables.
Table = dict[str, list[Any]]


@dataclass(slots=True)
class Walk:
    """What was met on the way through a document.

    `root` is the outermost element; `entries` counts the feed's entries, `of_entry` are those that hold an alert;
    `written` are texts that hold XML of an alert in turn, with the number of their entry; `left_out` counts the alerts
    beyond the limit.
    """

    root: str = ""
    entries: int = 0
    alerts: list[Table] = field(default_factory=list)
    of_entry: set[int] = field(default_factory=set)
    written: list[tuple[int, str]] = field(default_factory=list)
    left_out: int = 0


def walked(text: str) -> Walk:
    """Go through a document. Raises HostileError, and MalformedError for what is not well-formed."""
    reader = _Reader()
    try:
        reader.parser.Parse(text.encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        raise MalformedError(f"is not well-formed at line {error.lineno}") from None
    return reader.walk


def alert_of(table: Mapping[str, list[Any]]) -> Alert:
    """An alert from its element's table. Raises MalformedError where what CAP requires is missing."""
    sent_s = time_of(_first(table, "sent"))
    sender, identifier = _first(table, "sender"), _first(table, "identifier")
    status, msg_type = _first(table, "status"), _first(table, "msgType")
    if not (sender and identifier and sent_s is not None and status in STATUSES and msg_type in MSG_TYPES):
        raise MalformedError("holds an alert without a valid identifier, sender, sent, status or msgType")
    references = [ref for text in _first(table, "references").split()[:REFERENCES_MOST] if (ref := _reference(text))]
    infos = [_info(info) for info in table.get("info", []) if isinstance(info, dict)][:INFOS_MOST]
    return Alert(
        plain(sender, TITLE_CHARACTERS),
        plain(identifier, TITLE_CHARACTERS),
        sent_s,
        status,
        msg_type,
        references,
        infos,
    )


def time_of(text: str) -> float | None:
    """Unix time of a CAP date (RFC 3339, section 3.3.2); one without offset is read as UTC. None for no date."""
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _reference(text: str) -> str:
    """`sender,identifier,sent` becomes a `ref`; the time is left out, since senders write it in several ways."""
    sender, _, rest = text.partition(",")
    identifier = rest.rpartition(",")[0]
    return f"{plain(sender, TITLE_CHARACTERS)},{plain(identifier, TITLE_CHARACTERS)}" if identifier else ""


def _info(table: Mapping[str, list[Any]]) -> Info:
    areas = [area for area in table.get("area", []) if isinstance(area, dict)][:AREAS_MOST]
    codes = [_first(code, "value") for area in areas for code in area.get("geocode", []) if isinstance(code, dict)]

    def text(name: str, most: int = TEXT_CHARACTERS) -> str:
        return plain(_first(table, name), most, markup=True)

    return Info(
        event=text("event", TITLE_CHARACTERS),
        urgency=_first(table, "urgency") or "Unknown",
        severity=_first(table, "severity") or "Unknown",
        certainty=_first(table, "certainty") or "Unknown",
        language=_first(table, "language")[:35] or "en-US",
        headline=text("headline", TITLE_CHARACTERS),
        description=text("description"),
        instruction=text("instruction"),
        sender_name=text("senderName", TITLE_CHARACTERS),
        web=plain(_first(table, "web"), ADDRESS_CHARACTERS),
        expires_s=time_of(_first(table, "expires")),
        responses=[text[:20] for text in table.get("responseType", []) if isinstance(text, str)][:10],
        areas=[plain(_first(area, "areaDesc"), TITLE_CHARACTERS) for area in areas],
        codes=[plain(code, 40) for code in codes[:AREAS_MOST]],
    )


def _first(table: Mapping[str, list[Any]], name: str) -> str:
    values = table.get(name, [""])
    return values[0].strip() if isinstance(values[0], str) else ""


class _Reader:
    """expat's handlers: a table grows for each element within an alert, and nothing for any other."""

    def __init__(self) -> None:
        self.walk = Walk()
        self._depth = 0
        self._tables: list[Table] = []  # of the open elements, from an alert inwards
        self._texts: list[list[str]] = []
        self._room = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._entity

    def _doctype(self, name: str, system: str | None, public: str | None, own: bool) -> None:
        if own:
            raise HostileError("brings a document type of its own, which could blow it up")

    def _entity(self, *_: object) -> None:
        raise HostileError("declares entities, which could blow it up")

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        self._depth += 1
        if self._depth > DEPTH_MOST:
            raise HostileError(f"is nested more than {DEPTH_MOST} deep")
        self.walk.root = self.walk.root or local
        if self._tables:
            self._tables.append({})
            self._texts.append([])
            return
        if local in _ENTRIES:
            self.walk.entries += 1
        self._texts, self._room = [[]], FIELD_CHARACTERS
        if local == "alert" and space in NAMESPACES:
            if len(self.walk.alerts) >= ALERTS_MOST:
                self.walk.left_out += 1
                return
            self._tables = [{}]
            if self.walk.entries:
                self.walk.of_entry.add(self.walk.entries - 1)

    def _characters(self, text: str) -> None:
        if self._texts:
            taken = text[: self._room]
            self._room -= len(taken)
            self._texts[-1].append(taken)

    def _end(self, name: str) -> None:
        self._depth -= 1
        text = "".join(self._texts.pop()) if self._texts else ""
        if not self._tables:
            if text.lstrip().startswith("<") and any(space in text for space in NAMESPACES):
                self.walk.written.append((max(0, self.walk.entries - 1), text.strip()))
            return
        table = self._tables.pop()
        local = name.rpartition(" ")[2]
        if not self._tables:
            self.walk.alerts.append(table)
        else:
            self._tables[-1].setdefault(local, []).append(table or text)
            self._room = FIELD_CHARACTERS
