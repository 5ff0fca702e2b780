"""Each story is told once; an alert holds until it is replaced, called off or over, in whatever order messages come."""

from itertools import permutations

import msgspec
import pytest
from host.household.feeds.documents import HOUR_S, SENT_S, alert, info, item, reference, rss
from kelex_host.household.feeds.digest import IN_FORCE_MOST, SEEN_MOST, Digest, Ended, Memory, News, Warned
from kelex_host.household.feeds.document import read
from kelex_host.household.feeds.items import Document, Story

NOW_S = SENT_S + 60


def later(minutes):
    return f"2026-03-01T12:{minutes:02}:00+01:00"


def take(digest, *texts, now_s=NOW_S, feed="f"):
    return [report for text in texts for report in digest.take(now_s, feed, read(text.encode()))]


UPDATE = alert("a2", info(headline="Higher"), msg_type="Update", sent=later(5), references=reference())
CANCEL = alert("a3", msg_type="Cancel", sent=later(9), references=f"{reference()} {reference('a2', sent=later(5))}")


def test_what_is_in_a_feed_at_first_is_known_and_what_comes_later_is_told_once():
    digest = Digest()
    assert take(digest, rss(item(1), item(2))) == []
    [told] = take(digest, rss(item(3, "A coup"), item(1), item(2)))
    assert told == News("n3", "A coup", "", "The Kandor Herald", "https://example.org/3")
    assert take(digest, rss(item(3), item(1))) == []


def test_several_new_stories_are_told_oldest_first():
    digest = Digest()
    take(digest, rss())
    assert [story.key for story in take(digest, rss(item(2), item(1)))] == ["n1", "n2"]


def test_two_feeds_may_use_the_same_ids():
    digest = Digest()
    take(digest, rss(), feed="one")
    take(digest, rss(), feed="two")
    assert take(digest, rss(item(1)), feed="one")
    assert take(digest, rss(item(1)), feed="two")


def test_a_feed_that_keeps_a_story_does_not_have_it_forgotten():
    digest = Digest()
    take(digest, rss(item(0)))
    for start in range(1, 3 * SEEN_MOST, 100):
        stories = [Story(f"n{number}", "t") for number in (*range(start, start + 100), 0)]
        new = digest.take(NOW_S, "f", Document(stories=stories))
        assert {story.key for story in new} == {story.key for story in stories} - {"n0"}
    assert len(digest.memory.stories["f"]) == SEEN_MOST


def test_an_alert_is_told_at_once_even_when_the_feed_is_new_and_only_once():
    digest = Digest()
    [warned] = take(digest, alert())
    assert isinstance(warned, Warned)
    assert (warned.title, warned.text) == ("The river is rising", "Go up. It will reach the bridge.")
    assert (warned.severity, warned.priority, warned.before) == ("severe", "urgent", None)
    assert (warned.areas, warned.source) == (["Kandor"], "River watch")
    assert warned.expires_s == SENT_S + 6 * HOUR_S
    assert take(digest, alert()) == take(digest, alert(), feed="another") == []


def test_an_update_takes_the_alerts_place_under_its_id():
    digest = Digest()
    [first] = take(digest, alert())
    [update] = take(digest, UPDATE)
    assert (update.id, update.title, update.before) == (first.id, "Higher", "urgent")
    assert list(digest.memory.in_force) == [first.id]


def test_a_cancellation_ends_it():
    digest = Digest()
    [first] = take(digest, alert())
    take(digest, UPDATE)
    assert take(digest, CANCEL) == [Ended(first.id, "Higher", "cancelled")]
    assert digest.due_s() == float("inf")


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_in_whatever_order_they_come_the_cancellation_has_the_last_word(order):
    digest = Digest()
    reports = take(digest, *[(alert(), UPDATE, CANCEL)[i] for i in order])
    assert digest.memory.in_force == {}
    assert all(reports.count(report) == 1 for report in reports)
    together = Digest()
    text = "".join((alert(), UPDATE, CANCEL)[i] for i in order)
    kinds = [type(report) for report in take(together, f"<x>{text}</x>")]
    assert kinds == [Warned, Warned, Ended]  # by when they were sent


def test_what_was_replaced_before_it_was_heard_of_is_not_told():
    digest = Digest()
    [update] = take(digest, UPDATE)
    assert take(digest, alert()) == []
    assert [digest.memory.in_force[update.id].title] == ["Higher"]
    assert digest.ignored == {"replaced": 1}


def test_an_update_of_two_joins_them():
    digest = Digest()
    first, second = take(digest, alert("a1"), alert("b1"))
    joined = alert("c1", msg_type="Update", references=f"{reference('a1')} {reference('b1')}")
    ended, warned = take(digest, joined)
    assert ended == Ended(second.id, second.title, "replaced")
    assert warned.id == first.id


def test_nobody_calls_off_what_another_sender_warned_of():
    digest = Digest()
    take(digest, alert())
    forged = alert("x", sender="mallory", msg_type="Cancel", references=reference())
    assert take(digest, forged) == []
    assert len(digest.memory.in_force) == 1


def test_all_clear_ends_it():
    digest = Digest()
    [first] = take(digest, alert())
    clear = alert("a2", info(response="AllClear"), msg_type="Update", sent=later(5), references=reference())
    assert take(digest, clear) == [Ended(first.id, first.title, "all clear")]


def test_an_alert_expires():
    digest = Digest()
    [warned] = take(digest, alert())
    assert digest.due_s() == warned.expires_s
    assert digest.expire(warned.expires_s - 1) == []
    assert digest.expire(warned.expires_s) == [Ended(warned.id, warned.title, "expired")]
    assert digest.expire(warned.expires_s) == []


def test_without_an_expiry_it_is_over_after_a_day():
    [warned] = take(Digest(), alert("a1", info(expires="")))
    assert warned.expires_s == SENT_S + 24 * HOUR_S


def test_an_alert_that_is_over_already_is_not_told():
    digest = Digest()
    assert take(digest, alert(), now_s=SENT_S + 7 * HOUR_S) == []
    assert digest.ignored == {"expired": 1}


@pytest.mark.parametrize("status", ["Test", "System", "Draft"])
def test_a_test_is_counted_and_not_told(status):
    digest = Digest()
    assert take(digest, alert(status=status)) == []
    assert digest.ignored == {status: 1}


def test_an_exercise_is_told_as_such_and_alarms_nobody():
    [warned] = take(Digest(), alert("a1", info(severity="Extreme"), status="Exercise"))
    assert (warned.title, warned.severity, warned.priority) == ("Exercise: The river is rising", "minor", "routine")


@pytest.mark.parametrize("msg_type", ["Ack", "Error"])
def test_talk_between_warning_centres_is_not_told(msg_type):
    assert take(Digest(), alert(msg_type=msg_type)) == []


@pytest.mark.parametrize(
    ("wanted", "title"), [("de", "Der Fluss"), ("de-CH", "Der Fluss"), ("fr", "The river"), ("EN-gb", "The river")]
)
def test_the_houses_language_is_chosen(wanted, title):
    texts = alert("a1", info(language="es", headline="El río"), info(language="de-DE", headline="Der Fluss"),
                  info(language="en-US", headline="The river"))  # fmt: skip
    assert [warned.title for warned in take(Digest(wanted), texts)] == [title]


def test_without_the_language_the_first_is_taken():
    texts = alert("a1", info(language="es", headline="El río"), info(language="it", headline="Il fiume"))
    assert [warned.title for warned in take(Digest("de"), texts)] == ["El río"]


@pytest.mark.parametrize(
    ("areas", "told"), [([], 1), (["kandor"], 1), (["xenon", "DE123"], 1), (["xenon"], 0), (["DE12"], 0)]
)
def test_only_what_is_for_the_houses_areas_is_told(areas, told):
    digest = Digest("en", areas)
    assert len(take(digest, alert("a1", info(area="City of Kandor", code="DE123")))) == told
    assert digest.ignored == ({} if told else {"elsewhere": 1})


def test_an_alert_that_names_no_area_is_for_everybody():
    assert len(take(Digest("en", ["xenon"]), alert("a1", info(area="")))) == 1


def test_of_several_infos_the_worst_names_it_and_the_last_ends_it():
    texts = alert("a1", info(severity="Minor", headline="Rain", expires="2026-03-01T20:00:00+01:00", area="West"),
                  info(severity="Extreme", headline="Flood", area="East"))  # fmt: skip
    [warned] = take(Digest(), texts)
    assert (warned.title, warned.priority, warned.areas) == ("Flood", "emergency", ["West", "East"])
    assert warned.expires_s == SENT_S + 8 * HOUR_S


def test_an_update_that_no_longer_concerns_the_house_ends_it():
    digest = Digest("en", ["Kandor"])
    [first] = take(digest, alert())
    moved = alert("a2", info(area="Xenon"), msg_type="Update", sent=later(5), references=reference())
    assert take(digest, moved) == [Ended(first.id, first.title, "replaced")]


def test_a_flood_of_alerts_keeps_the_loudest():
    digest = Digest()
    [worst] = take(digest, alert("worst", info(severity="Extreme")))
    for number in range(IN_FORCE_MOST + 20):
        take(digest, alert(f"a{number}"))
    assert len(digest.memory.in_force) == IN_FORCE_MOST
    assert worst.id in digest.memory.in_force


def test_the_memory_is_plain_data_and_a_digest_goes_on_with_it():
    digest = Digest()
    take(digest, rss(item(1)))
    [first] = take(digest, alert())
    kept = msgspec.json.decode(msgspec.json.encode(digest.memory), type=Memory)
    again = Digest(memory=kept)
    assert take(again, rss(item(1)), alert()) == []
    assert take(again, CANCEL) == [Ended(first.id, first.title, "cancelled")]


def test_an_id_is_fit_for_a_topic():
    [warned] = take(Digest(), alert("urn:oid:2.49/#+é"))
    assert set(warned.id) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
