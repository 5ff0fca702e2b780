"""What waits for the broker."""

import pytest
from kelex_host.bridge import outbox as limits
from kelex_host.bridge.outbox import Message, Outbox

LATER_S = 1000.0


def event(number, **more):
    return Message("event", b"%d" % number, **more)


def document(topic, payload=b"x", qos=1):
    return Message(topic, payload, qos, retain=True)


def messages(published):
    return [publish.message for publish in published]


@pytest.fixture
def outbox():
    box = Outbox()
    box.connected()
    return box


def test_nothing_leaves_without_a_broker():
    box = Outbox()
    box.put(event(1))
    box.put(document("a"))
    assert box.take() == []
    box.connected()
    assert messages(box.take()) == [document("a"), event(1)]


def test_messages_leave_once_and_in_order(outbox):
    for number in range(5):
        outbox.put(event(number))
    assert messages(outbox.take()) == [event(number) for number in range(5)]
    assert outbox.take() == []


def test_no_more_are_on_the_way_than_the_limit_and_each_acknowledgement_lets_one_go(outbox):
    for number in range(limits.IN_FLIGHT_MOST + 2):
        outbox.put(event(number))
    published = outbox.take()
    assert len(published) == limits.IN_FLIGHT_MOST
    assert outbox.acknowledged(published[3].handle) == event(3)
    assert messages(outbox.take()) == [event(limits.IN_FLIGHT_MOST)]


def test_what_was_not_acknowledged_goes_again_first_and_in_order(outbox):
    for number in range(4):
        outbox.put(event(number))
    published = outbox.take()
    outbox.put(event(4))
    outbox.acknowledged(published[1].handle)
    outbox.lost(LATER_S)
    outbox.connected()
    assert messages(outbox.take()) == [event(0), event(2), event(3), event(4)]


def test_an_event_that_the_broker_took_just_before_it_went_is_said_once_more_and_settles_nothing_twice(outbox):
    said = [Message(f"kelex/house/{leaf}", b"", fact=1) for leaf in ("event/long-ago", "event/now", "response/look")]
    for message, at_s in zip(said, (10, 11.5, 11.5), strict=True):
        outbox.put(message)
        outbox.acknowledged(outbox.take()[0].handle, at_s)
    for times in (1, 0):  # a broker that comes and goes hears it no third time
        outbox.lost(10 + limits.SAVED_S)
        outbox.connected()
        again = outbox.take()
        for publish in again:
            assert outbox.acknowledged(publish.handle, 10 + limits.SAVED_S).fact == 0
        assert [message.topic for message in messages(again)] == ["kelex/house/event/now"] * times


def test_an_acknowledgement_of_an_earlier_session_or_a_second_one_settles_nothing(outbox):
    outbox.put(event(1, settles=("kelex", 1, 1)))
    [old] = outbox.take()
    outbox.lost(LATER_S)
    assert outbox.acknowledged(old.handle) is None
    outbox.connected()
    [new] = outbox.take()
    assert new.handle != old.handle
    assert outbox.acknowledged(new.handle).settles == ("kelex", 1, 1)
    assert outbox.acknowledged(new.handle) is None


def test_of_a_document_only_the_latest_leaves():
    box = Outbox()
    for payload in (b"1", b"2", b"3"):
        box.put(document("a", payload))
    box.connected()
    assert messages(box.take()) == [document("a", b"3")]


def test_a_new_broker_gets_every_document_again_and_no_event(outbox):
    for topic in ("a", "b"):
        outbox.put(document(topic, qos=0))
    outbox.put(event(1))
    for publish in outbox.take():
        outbox.acknowledged(publish.handle)
    outbox.lost(LATER_S)
    outbox.connected()
    assert messages(outbox.take()) == [document("a", qos=0), document("b", qos=0)]


def test_qos_0_is_not_kept_for_later():
    box = Outbox()
    box.put(event(1, qos=0))
    box.connected()
    assert box.take() == []


def test_qos_0_needs_no_acknowledgement(outbox):
    for number in range(limits.IN_FLIGHT_MOST + 5):
        outbox.put(event(number, qos=0))
    assert len(outbox.take()) == limits.IN_FLIGHT_MOST + 5
    assert len(outbox) == 0


def test_it_says_that_it_is_full_well_before_it_drops_and_then_drops_the_newest():
    box = Outbox()
    for number in range(limits.WAITING_MOST // 2):
        assert not box.full
        box.put(event(number))
    assert box.full
    for number in range(limits.WAITING_MOST // 2 + 3):
        box.put(event(number))
    assert (len(box), box.dropped) == (limits.WAITING_MOST, 3)
    box.connected()
    assert messages(box.take())[0] == event(0)


def test_while_the_connection_is_congested_documents_wait_the_latest_only_and_events_go(outbox):
    outbox.congested = True
    for payload in (b"old", b"new"):
        outbox.put(document("senses", payload, qos=0))
    outbox.put(event(1))
    assert messages(outbox.take()) == [event(1)]
    outbox.congested = False
    assert messages(outbox.take()) == [document("senses", b"new", qos=0)]
