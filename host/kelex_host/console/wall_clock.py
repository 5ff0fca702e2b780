"""Times of documents (RFC 3339) as ages, and ages as words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kelex_host.bridge.now import Now


def seconds_of(time: Any) -> float | None:
    """Unix time of an RFC 3339 time with offset; None for what is none."""
    try:
        moment = datetime.fromisoformat(time)
    except (TypeError, ValueError):
        return None
    return moment.timestamp() if moment.tzinfo else None


def age_of(now: Now, document: Mapping[str, Any]) -> float:
    """How old a document is by its own `time`, in seconds; 0 where it has none, or one in the future."""
    at_s = seconds_of(document.get("time"))
    return 0.0 if at_s is None else max(0.0, now.wall_s - at_s)


def ago(age_s: float) -> str:
    """An age as people say it: `4 s`, `3 min`, `2 h`."""
    if age_s < 90:
        return f"{age_s:.0f} s"
    if age_s < 5400:
        return f"{age_s / 60:.0f} min"
    return f"{age_s / 3600:.0f} h"


def clock(time: Any) -> str:
    """The time of day of an RFC 3339 time, as it was written; empty for what is none."""
    try:
        return datetime.fromisoformat(time).strftime("%H:%M:%S")
    except (TypeError, ValueError):
        return ""
