"""A document becomes what is in it: RSS and Atom by feedparser, CAP alerts by expat, alone or within a feed.

feedparser was measured to take 4 s for 2 MB of an ordinary feed, and 6 s for each MB of a hostile one. Nothing here
belongs into the house's own loop or thread, therefore: `shells/feed_reader.py` runs it in a child process with limits.
"""

from __future__ import annotations

import calendar
import re
from io import BytesIO
from typing import Any

import feedparser

from kelex_host.household.feeds.cap import HostileError, MalformedError, Walk, alert_of, walked
from kelex_host.household.feeds.items import (
    ADDRESS_CHARACTERS,
    ITEMS_MOST,
    LINKS_MOST,
    TEXT_CHARACTERS,
    TITLE_CHARACTERS,
    Alert,
    Document,
    Link,
    Story,
)
from kelex_host.household.feeds.text import decoded, key_of, plain

FEED_ROOTS = ("rss", "feed", "RDF")
CAP_TYPE = "application/cap+xml"
# RSS has no types for its links. What an alert's address ends in is asked for, and is a story if it is none.
_ALERT_ENDINGS = (".cap", ".xml")
_NO_FEED = "holds no feed; give the address of an RSS, Atom or CAP document"
_MEND = "tell whoever makes it, or name another in [news] urls"
_HEAD_CHARACTERS = 2000
_FEED_BEGIN = re.compile(r"<(?:\w+:)?(rss|feed|RDF)[\s>]")


def read(data: bytes, content_type: str = "") -> Document:
    """What is in the document of a feed or an alert. Never raises for what strangers wrote: see `Document.problem`."""
    text = decoded(data, content_type)
    try:
        walk = walked(text)
    except HostileError as error:
        return Document(problem=f"{error}; {_MEND}")
    except MalformedError as error:
        # feedparser makes sense of most broken feeds. An alert that is broken is not one to trust.
        if "<!ENTITY" in text or not _FEED_BEGIN.search(text[:_HEAD_CHARACTERS]):
            return Document(problem=f"{error}, and is no feed; {_MEND}")
        walk = Walk(root="rss")
    alerts, left_out, problem = _alerts(walk)
    if walk.root in FEED_ROOTS:
        return _feed(text, walk.of_entry, alerts, left_out)
    if alerts:
        return Document(alerts=alerts, left_out=left_out)
    return Document(problem=f"{problem}; {_MEND}" if problem else _NO_FEED)


def _alerts(walk: Walk) -> tuple[list[Alert], int, str]:
    """The alerts of a document, how many were left out, and why the last of these was."""
    tables, left_out, problem = list(walk.alerts), walk.left_out, ""
    for entry, text in walk.written:
        try:
            tables += walked(decoded(text.encode())).alerts
            walk.of_entry.add(entry)
        except (HostileError, MalformedError) as error:
            left_out, problem = left_out + 1, str(error)
    alerts = []
    for table in tables:
        try:
            alerts.append(alert_of(table))
        except MalformedError as error:
            left_out, problem = left_out + 1, str(error)
    return alerts, left_out, problem


def _feed(text: str, of_alerts: set[int], alerts: list[Alert], left_out: int) -> Document:
    # A stream, since feedparser would open a text or bytes that look like an address or a path.
    headers = {"content-type": "application/xml; charset=utf-8"}
    parsed = feedparser.parse(BytesIO(text.encode("utf-8", "replace")), response_headers=headers, sanitize_html=False)
    stories, links = [], []
    for number, entry in enumerate(parsed.entries):
        if number in of_alerts:
            continue
        address = _alert_address(entry)
        version = plain(entry.get("updated") or entry.get("published") or "", 40)
        if address:
            links.append(Link(address, version))
            continue
        story = _story(entry)
        stories.append(story)
        if story.link.partition("?")[0].lower().endswith(_ALERT_ENDINGS):
            links.append(Link(story.link, version, story.key))
    left_out += max(0, len(stories) - ITEMS_MOST) + max(0, len(links) - LINKS_MOST)
    title = plain(parsed.feed.get("title", ""), TITLE_CHARACTERS, markup=True)
    links = list(dict.fromkeys(links))
    return Document(title, stories[:ITEMS_MOST], alerts, links[:LINKS_MOST], left_out)


def _alert_address(entry: Any) -> str:
    """Where the alert is that an entry stands for; empty for an ordinary entry."""
    for link in entry.get("links", []):
        if link.get("type", "").lower().startswith(CAP_TYPE):
            return _address(link.get("href", ""))
    return ""


def _story(entry: Any) -> Story:
    title, summary = entry.get("title", ""), entry.get("summary", "")
    identity = [entry.get("id") or entry.get("link") or ""]
    when = entry.get("published_parsed") or entry.get("updated_parsed")
    try:
        published_s = float(calendar.timegm(when)) if when else None
    except (ValueError, OverflowError):
        published_s = None
    return Story(
        key_of(*identity) if identity[0] else key_of(title, summary),
        plain(title, TITLE_CHARACTERS, markup=True) or plain(summary, TITLE_CHARACTERS, markup=True) or "(no title)",
        plain(summary, TEXT_CHARACTERS, markup=True),
        _address(entry.get("link", "")),
        published_s,
    )


def _address(text: str) -> str:
    """An address that a program may follow or show: of the web, and printable."""
    usable = text.isprintable() and len(text) <= ADDRESS_CHARACTERS and text.lower().startswith(("http://", "https://"))
    return text if usable else ""
