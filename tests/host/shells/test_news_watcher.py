"""The watcher against a real HTTP server: what is new is reported once, and nothing a server does stops it."""

import asyncio
from contextlib import asynccontextmanager
from time import time

import pytest
from host.household.feeds.documents import alert, atom, entry, info, item, link_to, reference, rss
from host.shells.conftest import until
from host.shells.feed_server import FeedServer, feed_server, packed, response
from kelex_host.household.feeds.digest import Digest, Ended, News, Warned
from kelex_host.shells.feeds import Limits
from kelex_host.shells.news_watcher import NewsWatcher

LIMITS = Limits(time_s=2.0, bytes_most=200_000)


class Watched:
    """A watcher that remembers what it reported and told."""

    def __init__(self, urls, **more) -> None:
        self.reports: list[object] = []
        self.told: list[str] = []
        digest = more.pop("digest", None) or Digest()
        self.watcher = NewsWatcher(urls, digest, self.reports.extend, self.told.append, limits=LIMITS, **more)

    async def ask(self, i: int = 0) -> list[object]:
        """What asking once reports."""
        before = len(self.reports)
        await self.watcher.ask(i)
        return self.reports[before:]


def on_server(body):
    async def run() -> None:
        async with feed_server() as server:
            await body(server)

    asyncio.run(run())


def stamp(offset_s):
    from datetime import UTC, datetime

    return datetime.fromtimestamp(time() + offset_s, UTC).isoformat(timespec="seconds")


def fresh(identifier, *, minutes=0, expires_s=3600, **more):
    """An alert of now."""
    headline = more.pop("headline", "The river is rising")
    return alert(identifier, info(headline=headline, expires=stamp(expires_s)), sent=stamp(60 * minutes - 600), **more)


@asynccontextmanager
async def running(watched):
    task = asyncio.create_task(watched.watcher.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def test_an_alert_its_update_and_its_cancellation():
    async def body(server: FeedServer) -> None:
        watched = Watched([server.url("/f")])
        first = fresh("a1")
        sent = first.split("<sent>")[1].split("<")[0]
        server.pages["/f"] = packed(atom(entry(1, f"<content>{first}</content>")).encode())
        [warned] = await watched.ask()
        assert isinstance(warned, Warned)
        assert warned.priority == "urgent"
        server.pages["/f"] = response(
            fresh("a2", minutes=1, msg_type="Update", references=reference(sent=sent), headline="Higher").encode()
        )
        [update] = await watched.ask()
        assert (update.id, update.title, update.before) == (warned.id, "Higher", "urgent")
        server.pages["/f"] = response(fresh("a3", minutes=2, msg_type="Cancel", references=reference("a2")).encode())
        assert await watched.ask() == [Ended(warned.id, "Higher", "cancelled")]

    on_server(body)


def test_stories_are_told_once_and_a_304_costs_nothing():
    async def body(server: FeedServer) -> None:
        watched = Watched([server.url("/f")])
        server.pages["/f"] = response(rss(item(1)).encode(), etag='"v1"')
        assert await watched.ask() == []
        server.pages["/f"] = response(status="304 Not Modified")
        assert await watched.ask() == []
        assert server.asked[-1][1]["if-none-match"] == '"v1"'
        server.pages["/f"] = response(rss(item(2, "A coup"), item(1)).encode(), etag='"v2"')
        [news] = await watched.ask()
        assert isinstance(news, News)
        assert news.title == "A coup"
        health = watched.watcher.health()
        assert (health["asked"], health["unchanged"], health["documents"], health["failed"]) == (3, 1, 2, 0)
        assert watched.told == []

    on_server(body)


def test_alerts_that_a_feed_only_names_are_fetched_once():
    async def body(server: FeedServer) -> None:
        watched = Watched([server.url("/f")])
        server.pages["/a1"] = response(fresh("a1").encode())
        page = atom(entry(1, link_to(server.url("/a1"))), entry(2, link_to(server.url("/a2"))))
        server.pages["/f"] = response(page.encode(), etag='"v1"')
        assert [type(one) for one in await watched.ask()] == [Warned]
        # The other could not be had: so the feed is asked for whole, and the other alone again.
        server.pages["/a2"] = response(fresh("a2").encode())
        assert [type(one) for one in await watched.ask()] == [Warned]
        assert "if-none-match" not in server.asked[-2][1]
        assert (server.count("/a1"), server.count("/a2")) == (1, 2)
        assert await watched.ask() == []
        assert server.asked[-1] == ("/f", server.asked[-1][1])
        await watched.ask()
        assert server.asked[-1][1]["if-none-match"] == '"v1"'

    on_server(body)


def test_an_item_of_rss_that_turns_out_to_be_an_alert_is_no_story():
    async def body(server: FeedServer) -> None:
        watched = Watched([server.url("/f")])
        server.pages["/f"] = response(rss().encode())
        await watched.ask()
        items = [
            f"<item><title>{name}</title><guid>{name}</guid><link>{server.url(f'/{name}.xml')}</link></item>"
            for name in ("alert", "story", "missing")
        ]
        server.pages["/alert.xml"] = response(fresh("a1").encode())
        server.pages["/story.xml"] = response(b"<html>No alert</html>")
        server.pages["/f"] = response(rss(*items).encode())
        found = await watched.ask()
        assert [type(one) for one in found] == [Warned, News, News]
        assert sorted(one.key for one in found[1:]) == ["missing", "story"]
        assert await watched.ask() == []
        assert (server.count("/alert.xml"), server.count("/story.xml"), server.count("/missing.xml")) == (1, 1, 2)
        assert watched.told == []

    on_server(body)


def test_an_alert_on_another_host_is_fetched_only_if_that_is_configured():
    async def body(server: FeedServer) -> None:
        async with feed_server() as other:
            other.pages["/a1"] = response(fresh("a1").encode())
            server.pages["/f"] = response(atom(entry(1, link_to(other.url("/a1")))).encode())
            watched = Watched([server.url("/f")])
            for _ in range(3):
                assert await watched.ask() == []
            assert other.asked == []
            assert len(watched.told) == 1
            assert f"names an alert at 127.0.0.1:{other.port}; add that to [news] hosts" in watched.told[0]

    on_server(body)


HOSTILE = {
    "entity bomb": response(b"<!DOCTYPE r [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><rss><channel>&b;</channel></rss>"),
    "web page": response(b"<!DOCTYPE html><html><body>Welcome</body></html>", content_type="text/html"),
    "malformed": response(b"<rss"),
    "nothing": b"",
    "gzip bomb": packed(b"<rss>" + b" " * 30_000_000),
    "redirect": response(status="302 Found", location="http://localhost:1/"),
    "not found": response(status="404 Not Found"),
    "failing": response(status="500 Oh no"),
    "too often": response(status="429 Slowly", retry_after="5"),
}


@pytest.mark.parametrize("page", HOSTILE.values(), ids=HOSTILE)
def test_whatever_a_server_sends_is_told_in_one_sentence_and_the_next_good_document_is_read(page):
    async def body(server: FeedServer) -> None:
        watched = Watched([server.url("/f")])
        server.pages["/f"] = page
        for _ in range(3):
            assert await watched.ask() == []
        [sentence] = watched.told
        assert sentence.startswith(f"The news feed {server.url('/f')} ")
        assert sentence.endswith(".")
        assert "; " in sentence
        assert watched.watcher.health()["failed"] == 3
        server.pages["/f"] = response(fresh("a1").encode())
        assert len(await watched.ask()) == 1
        assert watched.told[1:] == [f"The news feed {server.url('/f')} answers again."]

    on_server(body)


def test_a_document_in_a_wrong_charset_is_read():
    async def body(server: FeedServer) -> None:
        watched = Watched([server.url("/f")])
        server.pages["/f"] = response(rss().encode())
        await watched.ask()
        text = rss(item(1, "Zoë")).replace("version='1.0'?", "version='1.0' encoding='utf-8'?")
        server.pages["/f"] = response(text.encode("cp1252"), content_type="text/xml; charset=utf-8")
        [news] = await watched.ask()
        assert news.title == "Zoë"

    on_server(body)


def test_while_one_feed_hangs_the_others_are_read_each_in_its_time():
    async def body(server: FeedServer) -> None:
        server.pages["/hangs"] = server.endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x", 0.05)
        server.pages["/gone"] = response(status="410 Gone")
        server.pages["/f"] = response(fresh("a1").encode())
        watched = Watched([server.url(path) for path in ("/hangs", "/gone", "/f")], interval_s=0.05)
        async with running(watched) as task:
            await until(lambda: server.count("/f") >= 3 and server.count("/hangs") >= 1, "the feeds are asked")
            await until(lambda: watched.reports and any("is gone" in text for text in watched.told), "it reports")
            assert not task.done()
        assert server.count("/gone") == 1
        assert len(watched.reports) == 1

    on_server(body)


def test_an_alert_expires_by_itself():
    async def body(server: FeedServer) -> None:
        async def page(writer: asyncio.StreamWriter) -> None:
            writer.write(response(fresh("a1", expires_s=5).encode()))

        server.pages["/f"] = page
        watched = Watched([server.url("/f")], interval_s=3600)
        async with running(watched):
            await until(lambda: len(watched.reports) == 2, "it expires")
        warned, ended = watched.reports
        assert ended == Ended(warned.id, warned.title, "expired")

    on_server(body)


def test_a_secret_address_is_not_told():
    from kelex_host.config.secrets import Secret

    async def body(server: FeedServer) -> None:
        watched = Watched([Secret(server.url("/token-s3cr3t"), "!secret news")])
        await watched.ask()
        assert watched.told == ["The news feed !secret news is not there; correct its address in [news] urls."]
        assert "s3cr3t" not in str(watched.watcher.health())

    on_server(body)
