"""Documents are read in a child process, which cannot take more than its share."""

import asyncio

import pytest
from host.household.feeds.documents import alert, item, link_to, rss
from kelex_host.household.feeds.document import read
from kelex_host.shells.feed_reader import read_apart


def apart(text, *more):
    return asyncio.run(read_apart(text.encode(), *more))


@pytest.mark.parametrize("text", [rss(item(1)), alert(), "no feed", "", rss(link_to("https://h/x"))])
def test_the_child_reads_the_same(text):
    assert apart(text, "text/xml") == read(text.encode(), "text/xml")


def test_an_odd_content_type_is_no_harm():
    assert apart(rss(item(1)), "é\r\nx: y\n" * 100).stories


def test_a_document_that_takes_too_long_is_given_up():
    # Broken markup of this kind takes feedparser several seconds for each megabyte.
    slow = "<rss version='2.0'><channel><item><title>" + "<" * 2_000_000
    found = apart(slow, "", 0.5)
    assert found.problem == "takes more than 0.5 s to read; look for a smaller feed"


def test_a_cancelled_reading_takes_its_child_along():
    async def body() -> None:
        slow = ("<rss version='2.0'><channel><item><title>" + "<" * 2_000_000).encode()
        reading = asyncio.create_task(read_apart(slow, ""))
        await asyncio.sleep(0)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        assert reading.cancelled()

    asyncio.run(body())
