"""Orders from the host to the drone: at most once, in order, each with one verdict or none."""

import pytest
from kelex_wire import schema
from kelex_wire.order_gate import ORDERS_HELD
from wire.link_pair import MOVE, Pair


@pytest.fixture
def pair():
    return Pair().plug().run(100)


def test_an_order_that_comes_again_is_answered_again_and_not_obeyed_again(pair):
    order = pair.order()
    pair.run(50)
    pair.crossed.clear()
    for _ in range(3):
        pair.say(schema.ORDER_MOVE, pair.drone.session, order, *MOVE)
    pair.run(50)
    assert pair.obeyed == [order]
    assert pair.crossed.count(("up", schema.MOVE_GRANTED)) == 3
    assert pair.drone.gate.repeated == 3


def test_orders_out_of_their_order_or_of_another_session_are_not_obeyed(pair):
    session = pair.drone.session
    expected = pair.order()
    pair.host.tx.clear()
    pair.say(schema.ORDER_MOVE, session, expected + 1, *MOVE)
    pair.say(schema.ORDER_MOVE, session - 1, expected, *MOVE)
    pair.say(schema.ORDER_MOVE, session ^ 1 << 16, expected, *MOVE)
    pair.say(schema.ORDER_MOVE, 0, expected, *MOVE)
    assert pair.drone.orders == []


def test_a_board_without_a_session_obeys_nobody():
    pair = Pair()
    pair.say(schema.ORDER_MOVE, 0, 0, *MOVE)
    pair.say(schema.ORDER_MOVE, 1, 0, *MOVE)
    assert pair.drone.orders == []


def test_orders_that_the_drone_does_not_take_are_bounded_and_none_is_lost(pair):
    first = pair.host._orders.next_order
    for order in range(first, first + ORDERS_HELD + 3):
        pair.say(schema.ORDER_MOVE, pair.drone.session, order, *MOVE)
    assert [record.order for _, record in pair.drone.orders] == list(range(first, first + ORDERS_HELD))
    pair.drone.orders.clear()
    pair.say(schema.ORDER_MOVE, pair.drone.session, first + ORDERS_HELD, *MOVE)
    assert [record.order for _, record in pair.drone.orders] == [first + ORDERS_HELD]


def test_an_order_without_a_verdict_is_lost_at_its_deadline_and_never_obeyed_later(pair):
    pair.fate = lambda direction, number: "late" if number == schema.ORDER_MOVE else "pass"
    session, order = pair.drone.session, pair.order(wait_s=0.005)
    pair.run(200)
    assert (pair.lost, pair.verdicts) == ([order], [])
    assert pair.drone.session == session + 1
    pair.obeyed.clear()
    pair.say(schema.ORDER_MOVE, session, order, *MOVE)
    pair.run(200)
    assert pair.obeyed == []


def test_a_hundred_orders_at_once_are_refused_beyond_the_limit_and_obeyed_in_order_within_it(pair):
    given = [order for order in (pair.order() for _ in range(100)) if order is not None]
    pair.run(1000)
    assert len(given) == 32
    assert pair.obeyed == pair.verdicts == given
