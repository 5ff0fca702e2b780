"""The broker in virtual time keeps MQTT's rules: retained messages, the will, acknowledgements, filters."""

from random import Random

import pytest
from kelex_sim.broker import TRIP_US, FakeBroker, matches
from kelex_sim.kernel import Kernel


class Bench:
    """A broker and the bridge's side of it; `told` is what the broker said."""

    def __init__(self):
        self.kernel = Kernel()
        self.told = []
        self.broker = FakeBroker(self.kernel, Random(1), self, ("house/availability", b"offline"))
        self.broker.connect()

    def connected(self):
        self.told.append("connected")

    def lost(self):
        self.told.append("lost")

    def message(self, topic, payload, retained):
        self.told.append((topic, payload, retained))

    def published(self, token):
        self.told.append(token)

    def wait(self, us=10 * TRIP_US):
        self.kernel.run_until(self.kernel.now_us + us)
        return self

    def cut(self, for_us):
        self.broker.cut(for_us)
        return self.wait(0)

    def log(self):
        return [(message.topic, message.payload) for message in self.broker.log]


@pytest.fixture
def bench():
    return Bench()


def test_what_matches_a_subscription_is_delivered_and_nothing_else(bench):
    bench.broker.subscribe([("a/+", 1)])
    for topic in ("a/b", "a", "a/b/c", "b/b"):
        bench.broker.send(topic, b"x")
    assert bench.wait().told == ["connected", ("a/b", b"x", False)]


def test_a_subscriber_gets_the_latest_retained_message_with_its_flag(bench):
    bench.broker.send("a/b", b"old", retain=True)
    bench.broker.send("a/b", b"new", retain=True)
    bench.broker.send("a/c", b"passing")
    bench.broker.subscribe([("a/+", 1)])
    assert bench.wait().told[1:] == [("a/b", b"new", True)]


def test_a_retained_message_comes_without_the_flag_to_who_is_subscribed_already(bench):
    bench.broker.subscribe([("a/+", 1)])
    bench.broker.send("a/b", b"x", retain=True)
    assert bench.wait().told[1:] == [("a/b", b"x", False)]


def test_an_empty_retained_message_clears_the_topic(bench):
    bench.broker.send("a/b", b"x", retain=True)
    bench.broker.send("a/b", b"", retain=True)
    assert bench.broker.retained == {}


def test_qos_1_is_acknowledged_by_its_token_and_qos_0_is_not(bench):
    bench.broker.publish("a", b"0", 0, False)
    token = bench.broker.publish("a", b"1", 1, False)
    assert bench.told == ["connected"]
    assert bench.wait().told[1:] == [token]
    assert bench.log() == [("a", b"0"), ("a", b"1")]


def test_a_lost_connection_publishes_the_retained_will_and_comes_back(bench):
    bench.cut(50_000)
    assert bench.told[1:] == ["lost"]
    assert bench.broker.retained == {"house/availability": b"offline"}
    bench.wait(49_999)
    assert not bench.broker.is_up
    assert bench.wait(1).told[1:] == ["lost", "connected"]


def test_what_is_on_the_way_to_a_broker_that_goes_is_lost(bench):
    bench.broker.publish("a", b"lost", 1, False)
    bench.cut(50_000)
    bench.wait(100_000)
    assert ("a", b"lost") not in bench.log()


def test_an_acknowledgement_can_be_lost_though_the_message_arrived(bench):
    bench.broker.publish("a", b"arrived", 1, False)
    bench.wait(TRIP_US)
    bench.cut(50_000)
    bench.wait(100_000)
    assert bench.told == ["connected", "lost", "connected"]
    assert ("a", b"arrived") in bench.log()


def test_a_new_connection_has_no_subscriptions(bench):
    bench.broker.subscribe([("a", 1)])
    bench.cut(0)
    bench.wait()
    bench.broker.send("a", b"x")
    assert bench.wait().told == ["connected", "lost", "connected"]


def test_cutting_a_broker_that_is_gone_changes_nothing(bench):
    bench.cut(1000)
    bench.cut(9000)
    bench.wait(1000)
    assert bench.told == ["connected", "lost", "connected"]
    assert bench.broker.seen == {"broker_cut": 1}


def test_a_silent_loss_swallows_messages_until_it_is_noticed(bench):
    bench.broker.subscribe([("a", 1)])
    bench.broker.cut(50_000, silent_us=100_000)
    bench.broker.send("a", b"to the bridge")
    bench.broker.publish("b", b"from the bridge", 1, False)
    bench.wait(99_999)
    assert bench.told == ["connected"]
    assert ("b", b"from the bridge") not in bench.log()
    assert bench.wait(1).told == ["connected", "lost"]
    assert bench.wait(50_000).told == ["connected", "lost", "connected"]


@pytest.mark.parametrize(
    ("topic_filter", "topic", "fits"),
    [
        ("a/b", "a/b", True),
        ("a/b", "a/b/c", False),
        ("a/+/c", "a/b/c", True),
        ("a/+", "a", False),
        ("+", "a/b", False),
        ("a/#", "a/b/c", True),
        ("a/#", "a", True),
        ("#", "a/b", True),
        ("a/+/c", "a//c", True),
    ],
)
def test_filters_fit_as_mqtt_says(topic_filter, topic, fits):
    assert matches(topic_filter, topic) == fits
