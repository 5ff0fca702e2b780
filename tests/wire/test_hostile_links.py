"""The two ends of the wire over a cable that loses, doubles and delays frames, unplugs and reboots."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from kelex_wire import schema
from kelex_wire.drone_link import CREDIT_BYTES
from kelex_wire.frame import OVERHEAD_BYTES
from wire.joints import body
from wire.link_pair import Pair

FATES = st.lists(st.sampled_from(["pass", "pass", "drop", "twice", "late"]), max_size=150)
DEEDS = st.lists(
    st.tuples(
        st.integers(1, 60),
        st.sampled_from(["order", "event", "telemetry", "settle", "unplug", "plug", "reboot", "host"]),
    ),
    max_size=40,
)
BEACON_BYTES = 8 + OVERHEAD_BYTES


def carry_out(pair, deed):
    match deed:
        case "order":
            return pair.order()
        case "event":
            pair.presence()
        case "telemetry":
            pair.drone.telemetry(schema.BODY, *body())
        case "settle":
            pair.settle_all()
        case "unplug" if pair.plugged:
            pair.unplug()
        case "plug" if not pair.plugged:
            pair.plug()
        case "reboot":
            pair.reboot()
        case "host" if pair.plugged:
            pair.new_host()
    return None


def run(fates, deeds, without=()):
    """A pair that lived through all this, and then had a clean cable long enough to settle; and the orders given."""
    pair = Pair().plug()
    fates = iter(fates)
    pair.fate = lambda direction, number: next(fates, "pass")
    given_orders = []
    for steps, deed in deeds:
        if deed not in without:
            order = carry_out(pair, deed)
            given_orders += [] if order is None else [order]
        for _ in range(steps):
            pair.run(10)
            assert pair.drone._in_flight_bytes <= CREDIT_BYTES + 3 * BEACON_BYTES
    if not pair.plugged:
        pair.plug()
    pair.fate = lambda direction, number: "pass"
    for _ in range(30):
        pair.run(200)
        pair.settle_all()
    return pair, given_orders


@settings(deadline=None, max_examples=60)
@given(FATES, DEEDS)
def test_every_order_is_obeyed_at_most_once_and_in_order_whatever_happens(fates, deeds):
    pair, _ = run(fates, deeds, without=("host",))
    assert all(a < b for a, b in pairwise(pair.obeyed))


@settings(deadline=None, max_examples=60)
@given(FATES, DEEDS)
def test_every_order_gets_one_verdict_or_is_lost_and_a_verdict_means_it_was_obeyed(fates, deeds):
    pair, orders = run(fates, deeds, without=("host",))
    assert sorted(pair.verdicts + pair.lost) == orders
    assert set(pair.verdicts) <= set(pair.obeyed)


@settings(deadline=None, max_examples=60)
@given(FATES, DEEDS)
def test_every_event_is_heard_exactly_once_in_order_and_settled_while_the_board_stays_up(fates, deeds):
    pair, _ = run(fates, deeds, without=("host", "reboot"))
    made = sum(deed == "event" for _, deed in deeds)
    assert pair.event_numbers == [(1, number) for number in range(1, made + 1)]
    assert pair.drone.events_waiting() == 0


@settings(deadline=None, max_examples=60)
@given(FATES, DEEDS)
def test_reboots_and_new_hosts_may_lose_or_repeat_events_but_a_new_session_always_follows(fates, deeds):
    pair, _ = run(fates, deeds)
    assert pair.host.online
    assert pair.host.boot == pair.drone.boot
    assert pair.drone.events_waiting() == 0
    pair.presence()
    order = pair.order()
    pair.run(100)
    assert pair.verdicts[-1] == order
    assert pair.events[-1].boot == pair.drone.boot
