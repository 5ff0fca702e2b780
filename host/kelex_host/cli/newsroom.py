"""The news watcher of a running house: what it reports goes to the household, what it knows lies in KELEX_HOME."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from kelex_host.bridge.now import Now
from kelex_host.config import NewsSettings
from kelex_host.household.feeds.digest import Digest, Ended, Memory, Report, Warned
from kelex_host.household.keeper import Keeper
from kelex_host.shells.news_watcher import NewsWatcher
from kelex_host.shells.runtime import Runtime
from kelex_host.shells.safe_file import replace_file

MEMORY = "news.json"


def newsroom(
    settings: NewsSettings, keeper: Keeper, runtime: Runtime, home: Path, tell: Callable[[str], None]
) -> NewsWatcher:
    """A watcher of the configured feeds, ready to run."""
    digest = Digest(settings.language, settings.areas, _remembered(home / MEMORY, tell))

    def report(reports: list[Report]) -> None:
        def hand_in(now: Now) -> None:
            for one in reports:
                kind = "warned" if isinstance(one, Warned) else "ended" if isinstance(one, Ended) else "news"
                keeper.heard(now, "feed", kind, msgspec.to_builtins(one))

        runtime.happened(hand_in)
        # Behind the journal: what is cut short in between is told twice, and never not at all.
        replace_file(home / MEMORY, msgspec.json.encode(digest.memory))

    return NewsWatcher(settings.urls, digest, report, tell, interval_s=settings.interval_s, hosts=settings.hosts)


def _remembered(file: Path, tell: Callable[[str], None]) -> Memory:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Memory)
    except FileNotFoundError:
        return Memory()
    except (OSError, msgspec.DecodeError):
        tell(f"What the news watcher knew cannot be read from {file}: it begins anew, and may tell things twice.")
        return Memory()
