"""A message as a line of `kelex watch`: how grave it is, where, and what, in words."""

import json

import pytest
from kelex_host.bridge.topics import Topics
from kelex_host.broker_url import BrokerUrl
from kelex_host.cli import watch
from kelex_host.cli.target import Target
from paho.mqtt.client import topic_matches_sub

HOT = {"id": "hot", "severity": "severe", "text": "It is too hot in the nursery."}
MOVED = {"event_id": "kelex-1-1", "event_type": "detected", "severity": "info"}


def line(topic, said, retained=False):
    payload = said if isinstance(said, bytes) else json.dumps(said).encode()
    target = Target(BrokerUrl.parse("mqtt://127.0.0.1"), Topics("home"), ["kelex"])
    return watch.as_line(target, f"home/{topic}", payload, retained)[9:]


def test_an_event_is_a_sentence_of_whom_it_is_about():
    assert line("drone/kelex/event/presence", MOVED) == "    kelex          The drone sees somebody."


def test_an_alert_is_its_text_by_how_grave_it_is_and_its_end_is_told():
    assert line("house/alerts/hot", HOT) == "!!  alert          It is too hot in the nursery."
    assert line("house/alerts/hot", b"") == "    alert          Over: hot."


@pytest.mark.parametrize(("topic", "who"), [("house/availability", "house"), ("drone/kelex/availability", "kelex")])
def test_who_comes_and_goes_is_named(topic, who):
    assert line(topic, b"offline") == f"    {who:<14} offline"


def test_what_cannot_be_read_is_shown_on_one_line():
    assert line("house/event/x", b"{\x1b[2J\n") == "    house/event/x  { [2J"


@pytest.mark.parametrize(
    ("leaf", "is_shown"),
    [
        ("house/event/hazard", True),
        ("drone/kelex/event/cry", True),
        ("house/alerts/hot", True),
        ("house/alerts", False),  # all of them at once: each has been told
        ("drone/kelex/senses", False),
    ],
)
def test_what_happens_is_shown_once_and_states_are_not(leaf, is_shown):
    assert any(topic_matches_sub(happening, leaf) for happening in watch.HAPPENINGS) == is_shown
