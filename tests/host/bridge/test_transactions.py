"""Requests that come again."""

import pytest
from kelex_host.bridge.transactions import KEPT_MOST, KEPT_S, Transactions, digest

TOPIC = "kelex/drone/kelex/response/look"


@pytest.fixture
def known():
    """One transaction, begun at 100 s and answered."""
    transactions = Transactions()
    assert transactions.begin(100.0, TOPIC, "t1", "asked")
    transactions.finish(TOPIC, "t1", b"answer")
    return transactions


def test_a_request_that_comes_again_is_known_and_has_its_answer(known):
    assert not known.begin(101.0, TOPIC, "t1", "asked")
    assert known.is_same(TOPIC, "t1", "asked")
    assert known.answer(TOPIC, "t1") == b"answer"


def test_a_transaction_that_is_taken_is_known_from_what_it_was_for(known):
    assert not known.begin(101.0, TOPIC, "t1", "something else")
    assert not known.is_same(TOPIC, "t1", "something else")
    assert digest({"pan": 1, "tilt": 2}) == digest({"tilt": 2, "pan": 1}) != digest({"pan": 1, "tilt": 3})


def test_while_its_answer_is_to_come_it_is_known_without_one():
    transactions = Transactions()
    transactions.begin(0.0, TOPIC, "t1", "asked")
    assert not transactions.begin(0.1, TOPIC, "t1", "asked")
    assert transactions.answer(TOPIC, "t1") is None


def test_the_same_transaction_on_another_topic_is_another_request(known):
    assert known.begin(101.0, TOPIC + "s", "t1", "asked")


def test_it_is_forgotten_after_its_time_and_not_before(known):
    assert not known.begin(100.0 + KEPT_S - 0.001, TOPIC, "t1", "asked")
    assert known.begin(100.0 + KEPT_S, TOPIC, "t1", "asked")


def test_asking_again_does_not_lengthen_its_time(known):
    known.begin(100.0 + KEPT_S / 2, TOPIC, "t1", "asked")
    assert known.begin(100.0 + KEPT_S, TOPIC, "t1", "asked")


def test_the_oldest_makes_room_when_there_are_too_many(known):
    for number in range(KEPT_MOST - 1):
        assert known.begin(101.0, TOPIC, f"other{number}", "asked")
    assert len(known._entries) == KEPT_MOST
    assert known.begin(101.0, TOPIC, "one more", "asked")
    assert len(known._entries) == KEPT_MOST
    assert not known.begin(101.0, TOPIC, "other5", "asked")
    assert known.begin(101.0, TOPIC, "t1", "asked")


def test_an_answer_to_a_forgotten_request_is_dropped(known):
    known.begin(100.0 + KEPT_S, TOPIC, "t2", "asked")
    known.finish(TOPIC, "t1", b"late")
    assert known.begin(100.0 + KEPT_S, TOPIC, "t1", "asked")
    assert known.answer(TOPIC, "t1") is None
