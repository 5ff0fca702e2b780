"""The news watcher: asks each feed when it is due, has its document read apart, and reports what is new.

What is due when, and what is new, the pure core says (`kelex_host.household.feeds`).
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from time import monotonic, time
from typing import Any

import msgspec

from kelex_host.household.feeds.addresses import may_link
from kelex_host.household.feeds.digest import Digest, Report
from kelex_host.household.feeds.items import Document, Link
from kelex_host.household.feeds.schedule import Answer, Feed, after, failed, headers_for
from kelex_host.shells.feed_reader import read_apart
from kelex_host.shells.feeds import Limits, fetch

AT_ONCE = 4
PAUSE_MOST_S = 60.0
LINKS_AT_ONCE = 30
LINK_FAILURES_MOST = 3
LINKS_KNOWN_MOST = 1000


class NewsWatcher:
    """Feeds at `urls`, asked each `interval_s`; alerts that they name may also lie on `hosts`.

    `report(reports)` gets what is new (see `digest`), `tell(text)` one sentence for a person. `digest.memory` is plain
    data: kept and given again, nothing is told twice over a restart.
    """

    def __init__(
        self,
        urls: Sequence[str],
        digest: Digest,
        report: Callable[[list[Report]], None],
        tell: Callable[[str], None],
        *,
        interval_s: float = 300.0,
        hosts: Collection[str] = (),
        limits: Limits | None = None,
    ) -> None:
        self.digest = digest
        self._feeds = [Feed(url) for url in urls]
        self._report, self._tell = report, tell
        self._interval_s, self._hosts = interval_s, hosts
        self._limits = limits or Limits()
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._reported = asyncio.Event()
        self._links: dict[Link, bool] = {}  # what was fetched, the newest last, and whether it is an alert
        self._counts = dict.fromkeys(("asked", "unchanged", "documents", "failed", "left_out", "links_refused"), 0)

    def health(self) -> dict[str, Any]:
        """Figures for people: counters since the start, and how each feed does."""
        feeds = [
            {"url": f"{feed.url}", "answered": feed.answered, "failures": feed.failures, "gone": feed.gone}
            for feed in self._feeds
        ]
        return {**self._counts, "ignored": dict(self.digest.ignored), "feeds": feeds}

    async def run(self) -> None:
        """Watch until cancelled."""
        async with asyncio.TaskGroup() as group:
            for i in range(len(self._feeds)):
                group.create_task(self._watch(i))
            group.create_task(self._expire())

    async def _watch(self, i: int) -> None:
        while not self._feeds[i].gone:
            await asyncio.sleep(max(0.0, self._feeds[i].due_s - monotonic()))
            async with self._turns:
                await self.ask(i)

    async def ask(self, i: int) -> None:
        """Ask a feed now, and report what is new."""
        feed = self._feeds[i]
        self._counts["asked"] += 1
        answer = await fetch(str(feed.url), headers_for(feed), self._limits)
        problem = failed(answer)
        complete = True
        if not problem and answer.status == 200:
            document = await self._read(answer)
            problem = document.problem
            if not problem:
                document, complete = await self._whole(feed, document)
                self._counts["left_out"] += document.left_out
                self._send(self.digest.take(time(), str(feed.url), document))
        self._counts["failed" if problem else "unchanged" if answer.status == 304 else "documents"] += 1
        self._feeds[i], sentence = after(
            feed,
            answer,
            problem,
            mono_s=monotonic(),
            wall_s=time(),
            interval_s=self._interval_s,
            chance=random.random(),
            complete=complete,
        )
        if sentence:
            self._tell(sentence)

    async def _read(self, answer: Answer) -> Document:
        return await read_apart(answer.body, answer.headers.get("content-type", ""))

    async def _whole(self, feed: Feed, document: Document) -> tuple[Document, bool]:
        """A document with the alerts that it only names, in place of their stories; and whether those are all."""
        alerts, told = list(document.alerts), set()
        tries = failures = 0
        for link in document.links:
            if link in self._links:
                told.add(link.story if self._links[link] else "")
                continue
            if not may_link(str(feed.url), link.address, self._hosts):
                self._refuse(feed, link)
                continue
            if tries >= LINKS_AT_ONCE or failures >= LINK_FAILURES_MOST:
                failures += 1
                break
            tries += 1
            answer = await fetch(link.address, limits=self._limits)
            if failed(answer) or answer.status != 200:
                failures += 1
                continue
            found = await self._read(answer)
            self._counts["left_out"] += found.left_out + bool(found.problem and not link.story)
            alerts += found.alerts
            told.add(link.story if found.alerts else "")
            self._know(link, bool(found.alerts))
        stories = [story for story in document.stories if story.key not in told]
        return msgspec.structs.replace(document, alerts=alerts, stories=stories), not failures

    def _refuse(self, feed: Feed, link: Link) -> None:
        self._know(link, False)
        if link.story:
            return  # a story's link leads anywhere
        if not self._counts["links_refused"]:
            host = link.address.split("/")[2][:100]
            self._tell(f"The news feed {feed.url} names an alert at {host}; add that to [news] hosts, if it is right.")
        self._counts["links_refused"] += 1

    def _know(self, link: Link, is_alert: bool) -> None:
        self._links[link] = is_alert
        while len(self._links) > LINKS_KNOWN_MOST:
            del self._links[next(iter(self._links))]

    async def _expire(self) -> None:
        while True:
            self._send(list(self.digest.expire(time())))
            self._reported.clear()
            with suppress(TimeoutError):  # the clock may be set meanwhile, so it is looked at now and then
                pause_s = min(PAUSE_MOST_S, max(0.0, self.digest.due_s() - time()))
                await asyncio.wait_for(self._reported.wait(), pause_s)

    def _send(self, reports: list[Report]) -> None:
        if reports:
            self._report(reports)
            self._reported.set()
