"""When each feed is asked, and how: conditional requests, back-off, and what is told of an outage.

    asked --200, 304--> waits its interval --> asked
      |---any failure--> waits 2, 4, 8 ... intervals (BACKOFF_MOST_S at most), or what Retry-After says --> asked
      `---410 Gone----> never asked again

A feed that has never answered is told of at once, for its address may be wrong; one that did only when it has failed
TOLD_AFTER times in a row, so that a flapping one does not chatter. Its return is told if its outage was.
"""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime

import msgspec

BACKOFF_MOST_S = 6 * 3600.0
RETRY_AFTER_MOST_S = 24 * 3600.0
SPREAD = 0.2  # of a wait, so that many houses do not ask in step
TOLD_AFTER = 3
HEADER_CHARACTERS = 500
_REASONS = {
    401: "wants a password; name a feed that is open to everybody",
    403: "does not let us read it; name another feed",
    404: "is not there; correct its address in [news] urls",
    410: "is gone for good; take it out of [news] urls",
    429: "is asked too often; raise [news] interval_s",
}


class Feed(msgspec.Struct, frozen=True):
    """A feed's state; `due_s` is monotonic. `url` may be a Secret, which shows its name only."""

    url: str
    due_s: float = 0.0
    etag: str = ""
    modified: str = ""
    answered: bool = False
    failures: int = 0
    told: bool = False
    gone: bool = False


class Answer(msgspec.Struct, frozen=True):
    """What came of asking: an HTTP status with headers (lower case) and body, or `failure`, a sentence's end."""

    status: int = 0
    headers: dict[str, str] = {}
    body: bytes = b""
    failure: str = ""


def headers_for(feed: Feed) -> dict[str, str]:
    """The headers that spare us a document that we know (RFC 9110, section 13.1)."""
    headers = {"if-none-match": feed.etag, "if-modified-since": feed.modified}
    return {name: value for name, value in headers.items() if value}


def failed(answer: Answer) -> str:
    """Why an answer is no document and no 304, as a sentence's end; empty if it is one."""
    if answer.failure or answer.status in (200, 304):
        return answer.failure
    if answer.status >= 500:
        return f"fails (HTTP {answer.status}); nothing can be done but wait"
    return _REASONS.get(answer.status, f"answers HTTP {answer.status}; look at its address in a browser")


def after(
    feed: Feed,
    answer: Answer,
    problem: str,
    *,
    mono_s: float,
    wall_s: float,
    interval_s: float,
    chance: float,
    complete: bool = True,
) -> tuple[Feed, str]:
    """The feed after an answer, and a sentence to tell, if any.

    `problem` is what is wrong with it (`failed`, or `Document.problem`); `chance` is in 0 to 1. A document that is not
    `complete`, since alerts that it names could not be had, is asked for again, whole.
    """
    if problem:
        return _after_failure(feed, answer, problem, mono_s, wall_s, interval_s, chance)
    if answer.status == 200:
        etag, modified = (_kept(answer, name) if complete else "" for name in ("etag", "last-modified"))
        feed = msgspec.structs.replace(feed, etag=etag, modified=modified)
    due_s = mono_s + spread(interval_s, chance)
    sentence = f"The news feed {feed.url} answers again." if feed.told else ""
    return msgspec.structs.replace(feed, due_s=due_s, answered=True, failures=0, told=False), sentence


def _after_failure(
    feed: Feed, answer: Answer, problem: str, mono_s: float, wall_s: float, interval_s: float, chance: float
) -> tuple[Feed, str]:
    failures = feed.failures + 1
    gone = answer.status == 410
    wait_s = min(max(interval_s, BACKOFF_MOST_S), interval_s * 2.0 ** min(failures, 20))
    wait_s = max(spread(wait_s, chance), retry_after_s(answer.headers, wall_s) or 0.0)
    tell = not feed.told and (gone or not feed.answered or failures >= TOLD_AFTER)
    sentence = f"The news feed {feed.url} {problem}." if tell else ""
    state = msgspec.structs.replace(
        feed,
        due_s=float("inf") if gone else mono_s + wait_s,
        failures=failures,
        told=feed.told or tell,
        gone=gone,
        # What could not be used is asked for again, whole.
        **({"etag": "", "modified": ""} if answer.status == 200 else {}),
    )
    return state, sentence


def retry_after_s(headers: Mapping[str, str], wall_s: float) -> float | None:
    """How long a server asks to be left alone (RFC 9110, section 10.2.3), within reason; None if it does not say."""
    text = headers.get("retry-after", "").strip()[:HEADER_CHARACTERS]
    seconds = text.isascii() and text.isdigit()
    try:
        wait_s = float(text) if seconds else parsedate_to_datetime(text).timestamp() - wall_s
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait_s, 0.0), RETRY_AFTER_MOST_S)


def spread(wait_s: float, chance: float) -> float:
    """A wait, somewhat longer or shorter by chance."""
    return wait_s * (1 + SPREAD * (2 * chance - 1))


def _kept(answer: Answer, name: str) -> str:
    """A header to send back; one that is too long or odd is not kept."""
    value = answer.headers.get(name, "")
    return value if len(value) <= HEADER_CHARACTERS and value.isascii() and value.isprintable() else ""
