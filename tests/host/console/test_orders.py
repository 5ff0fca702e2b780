"""What a browser may wish for, and how often."""

from __future__ import annotations

from typing import Any

import pytest
from kelex_host.console.orders import Bucket, WishError, read_wish


def test_a_wish_for_the_drone_goes_to_the_one_that_the_page_shows() -> None:
    wish = read_wish({"scope": "drone", "verb": "look", "fields": {"pan": 3, "tilt": 0}}, "kelex", "jor-el")
    assert (wish.topic.drone, wish.topic.verb, wish.fields) == ("kelex", "look", {"pan": 3, "tilt": 0})


def test_who_does_it_is_the_member_of_the_page_unless_it_says_otherwise() -> None:
    assert read_wish({"scope": "house", "verb": "ack"}, "kelex", "lara").fields == {"by": "lara"}
    asked = read_wish({"scope": "house", "verb": "ack", "fields": {"by": "jor-el"}}, "kelex", "lara")
    assert asked.fields == {"by": "jor-el"}


def test_a_page_chooses_no_transaction() -> None:
    assert read_wish({"scope": "drone", "verb": "stop", "fields": {"transaction": "t"}}, "kelex", "").fields == {}


@pytest.mark.parametrize(
    "wish",
    [
        None,
        [],
        "stop",
        {},
        {"scope": "drone"},
        {"scope": "drone", "verb": "stop/../x"},
        {"scope": "drone", "verb": "fly"},
        {"scope": "moon", "verb": "stop"},
        {"scope": ["drone"], "verb": "stop"},
        {"scope": "drone", "verb": "stop", "fields": []},
        {"scope": "house", "verb": "announce", "fields": {"text": "x" * 10_000}},
    ],
)
def test_what_is_no_order_goes_nowhere(wish: Any) -> None:
    with pytest.raises(WishError, match="order"):
        read_wish(wish, "kelex", "")


def test_a_page_may_order_in_bursts_but_not_without_end() -> None:
    bucket = Bucket(most=3, each_s=2)
    assert [bucket.take(0.0) for _ in range(4)] == [True, True, True, False]
    assert bucket.take(0.5)
    assert not bucket.take(0.6)
