"""When a feed is asked again, with which headers, and what a person hears of its outages."""

import msgspec
import pytest
from kelex_host.household.feeds.schedule import (
    BACKOFF_MOST_S,
    RETRY_AFTER_MOST_S,
    SPREAD,
    Answer,
    Feed,
    after,
    failed,
    headers_for,
    retry_after_s,
)

INTERVAL_S = 300.0
GOOD = Answer(200, {"etag": '"v1"', "last-modified": "Sun, 01 Mar 2026 11:00:00 GMT"}, b"x")
DOWN = Answer(failure="cannot be reached; wait")


def step(feed, answer, *, mono_s=1000.0, chance=0.5, problem=None, complete=True):
    problem = failed(answer) if problem is None else problem
    return after(feed, answer, problem, mono_s=mono_s, wall_s=5000.0, interval_s=INTERVAL_S, chance=chance,
                 complete=complete)  # fmt: skip


def test_a_feed_is_asked_at_once_and_then_each_interval():
    feed, said = step(Feed("https://h/f"), GOOD)
    assert Feed("https://h/f").due_s == 0
    assert (feed.due_s, feed.answered, said) == (1000 + INTERVAL_S, True, "")


def test_what_it_said_of_its_document_is_sent_back():
    assert headers_for(Feed("u")) == {}
    feed, _ = step(Feed("u"), GOOD)
    asked = {"if-none-match": '"v1"', "if-modified-since": "Sun, 01 Mar 2026 11:00:00 GMT"}
    assert headers_for(feed) == asked
    feed, said = step(feed, Answer(304))
    assert (headers_for(feed), said, feed.due_s) == (asked, "", 1000 + INTERVAL_S)


@pytest.mark.parametrize("etag", ["x" * 600, "a\r\nhost: evil", "é"])
def test_a_header_that_is_odd_is_not_sent_back(etag):
    feed, _ = step(Feed("u"), Answer(200, {"etag": etag}))
    assert headers_for(feed) == {}


@pytest.mark.parametrize("again", [{"complete": False}, {"problem": "is no feed"}])
def test_a_document_that_could_not_be_used_wholly_is_asked_for_whole(again):
    feed, _ = step(Feed("u", etag="old"), GOOD, **again)
    assert headers_for(feed) == {}


def test_the_wait_doubles_up_to_a_limit_and_ends_with_an_answer():
    feed, waits = Feed("u"), []
    for _ in range(12):
        feed, _ = step(feed, DOWN)
        waits.append(feed.due_s - 1000)
    assert waits[:3] == [600, 1200, 2400]
    assert waits[-1] == BACKOFF_MOST_S
    feed, _ = step(feed, GOOD)
    assert (feed.due_s, feed.failures) == (1000 + INTERVAL_S, 0)


@pytest.mark.parametrize("answer", [GOOD, DOWN])
def test_chance_spreads_the_wait(answer):
    waits = [step(Feed("u"), answer, chance=chance)[0].due_s - 1000 for chance in (0.0, 0.5, 1.0)]
    assert waits == pytest.approx([waits[1] * (1 - SPREAD), waits[1], waits[1] * (1 + SPREAD)])


def test_a_feed_that_never_answered_is_told_of_at_once_and_once():
    feed, said = step(Feed("https://h/f"), DOWN)
    assert said == "The news feed https://h/f cannot be reached; wait."
    for _ in range(10):
        feed, said = step(feed, DOWN)
        assert said == ""
    assert step(feed, GOOD)[1] == "The news feed https://h/f answers again."


def test_a_flapping_feed_does_not_chatter():
    feed, _ = step(Feed("u"), GOOD)
    for _ in range(20):
        for answer in (DOWN, DOWN, GOOD):
            feed, said = step(feed, answer)
            assert said == ""
    told = []
    for answer in (DOWN, DOWN, DOWN, DOWN, GOOD, GOOD):
        feed, said = step(feed, answer)
        told += [said] if said else []
    assert len(told) == 2


def test_what_is_gone_is_never_asked_again():
    feed, _ = step(Feed("u"), GOOD)
    feed, said = step(feed, Answer(410))
    assert (feed.gone, feed.due_s) == (True, float("inf"))
    assert said == "The news feed u is gone for good; take it out of [news] urls."


@pytest.mark.parametrize(
    ("text", "wait_s"),
    [
        ("120", 120.0),
        ("Thu, 01 Jan 1970 01:25:00 GMT", 100.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("9" * 30, RETRY_AFTER_MOST_S),
        ("Fri, 01 Jan 2100 00:00:00 GMT", RETRY_AFTER_MOST_S),
        ("-5", None),
        ("soon", None),
        ("²", None),
        ("", None),
    ],
)
def test_a_server_may_ask_to_be_left_alone_within_reason(text, wait_s):
    assert retry_after_s({"retry-after": text}, 5000.0) == wait_s


def test_it_is_left_alone_for_so_long_but_never_asked_sooner_than_we_would():
    feed, _ = step(Feed("u"), Answer(503, {"retry-after": "7200"}))
    assert feed.due_s == 1000 + 7200
    feed, _ = step(Feed("u"), Answer(429, {"retry-after": "1"}))
    assert feed.due_s == 1000 + 600


@pytest.mark.parametrize("status", [204, 206, 302, 400, 401, 403, 404, 410, 429, 500, 503, 599])
def test_every_other_status_is_a_failure_with_a_mend(status):
    assert "; " in failed(Answer(status))


def test_a_feed_is_plain_data():
    feed, _ = step(Feed("u"), GOOD)
    assert msgspec.json.decode(msgspec.json.encode(feed), type=Feed) == feed
