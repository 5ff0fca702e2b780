"""Events from the drone to the host: kept until settled, once, in order."""

import pytest
from kelex_wire import schema
from kelex_wire.held_events import EVENTS_CRITICAL, EVENTS_HELD, EVENTS_OF_ORDERS
from wire.link_pair import Pair


@pytest.fixture
def pair():
    return Pair().plug().run(100)


def first(count, boot=1):
    return [(boot, number) for number in range(1, count + 1)]


def test_an_event_is_heard_once_and_resent_until_it_is_settled(pair):
    pair.presence()
    pair.run(3000)
    assert pair.event_numbers == [(1, 1)]
    assert pair.crossed.count(("up", schema.PRESENCE)) > 3
    pair.settle_all()
    pair.run(50)
    assert pair.drone.events_waiting() == 0
    pair.crossed.clear()
    pair.run(3000)
    assert ("up", schema.PRESENCE) not in pair.crossed


def test_events_from_before_the_host_came_are_all_heard_in_order():
    pair = Pair()
    for _ in range(20):
        pair.presence()
    pair.plug()
    for _ in range(30):
        pair.run(100)
        pair.settle_all()
    assert pair.event_numbers == first(20)
    assert pair.drone.events_waiting() == 0


def test_events_stay_with_the_drone_while_the_host_takes_none(pair):
    pair.host.accepting = False
    for _ in range(6):
        pair.presence()
    pair.run(5000)
    assert pair.events == []
    pair.host.accepting = True
    for _ in range(50):
        pair.run(100)
        pair.settle_all()
    assert pair.event_numbers == first(6)


def test_what_one_host_did_not_settle_the_next_one_hears(pair):
    pair.presence(1)
    pair.presence(0)
    pair.run(100)
    pair.host.settled(1, 1)
    pair.run(50)
    pair.heard.clear()
    pair.new_host()
    pair.run(300)
    assert pair.event_numbers == [(1, 2)]


def test_events_of_the_next_boot_begin_at_one_again(pair):
    pair.presence()
    pair.run(100)
    pair.reboot()
    pair.run(2500)
    pair.presence()
    pair.run(100)
    assert pair.event_numbers == [(1, 1), (2, 1)]


def test_a_settlement_of_an_earlier_boot_settles_nothing(pair):
    pair.presence()
    pair.reboot()
    pair.presence()
    pair.run(3000)
    pair.host.settled(1, 1)
    pair.run(100)
    assert pair.drone.events_waiting() == 1


def test_a_full_store_drops_the_newest_events_and_counts_them():
    pair = Pair()
    for _ in range(EVENTS_HELD + 5):
        pair.presence()
    assert (pair.drone.events_waiting(), pair.drone.held.dropped) == (EVENTS_HELD, 5)
    pair.plug()
    for _ in range(60):
        pair.run(100)
        pair.settle_all()
    assert pair.event_numbers == first(EVENTS_HELD)
    pair.presence()
    pair.run(100)
    assert pair.event_numbers[-1] == (1, EVENTS_HELD + 1)


def test_what_nobody_ordered_leaves_room_for_the_ends_of_orders():
    pair = Pair()
    for _ in range(EVENTS_HELD):
        pair.drone.notice(0, schema.PRESENCE, 1)
    ordinary = EVENTS_HELD - EVENTS_OF_ORDERS - EVENTS_CRITICAL
    assert pair.drone.events_waiting() == ordinary
    for _ in range(EVENTS_HELD):
        pair.drone.notice(0, schema.REFLEX, 0, 1, 100)
    assert pair.drone.events_waiting() == ordinary + EVENTS_CRITICAL
    assert [number for number, _ in pair.drone.held.critical_ones()] == [schema.REFLEX] * EVENTS_CRITICAL
    for order in range(EVENTS_OF_ORDERS):
        pair.drone.event(0, schema.MOVE_DONE, order)
    assert pair.drone.events_waiting() == EVENTS_HELD
    assert pair.drone.held.dropped == 2 * EVENTS_HELD - ordinary - EVENTS_CRITICAL
