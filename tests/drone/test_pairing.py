"""The orders that pair and unpair a drone: who may give them, what they write, when they hold."""

import pytest
from drone.drone_rig import Rig
from kelex_drone.pairing import HOLD_MS
from kelex_wire import codec, frame, schema
from kelex_wire.tags import key_words

KEY, NEW_KEY = bytes(range(32)), bytes(range(32, 64))


@pytest.fixture
def rig():
    return Rig()


def pair(rig, key=KEY):
    """The order, obeyed; then the host's next session, under that key."""
    order = rig.send(schema.ORDER_PAIR, *key_words(key))
    rig.run(50)
    assert rig.verdict(order).number == schema.ACCEPTED
    rig.host.renew(rig.now_ms / 1000, key)
    rig.run(300)
    return order


def refusal(rig, number, *values):
    """Why an order without a tag is refused, empty if it is not."""
    gate = rig.drone.link.gate
    rig.run(50)
    payload = codec.encode(number, rig.drone.link.session, gate._expected, *values)
    rig.drone.receive(rig.now_ms, frame.encode(number, 0, payload))
    said = bytes(rig.drone.link.tx)
    rig.run(100)
    for coded in filter(None, said.split(b"\0")):
        answered, _, payload = frame.decode(coded)
        if answered == schema.REFUSED:
            return schema.REFUSALS[codec.decode(answered, payload).reason]
    return ""


def test_a_drone_is_paired_by_an_order_keeps_the_key_and_tells(rig):
    order = pair(rig)
    assert rig.kept == [KEY]
    assert rig.deeds() == [("paired", order)]
    quiet = rig.quiet()
    rig.run(100)
    assert rig.verdict(quiet).number == schema.ACCEPTED
    rig.run(6000)
    assert rig.telemetry(schema.STATS)[-1].paired == 1


def test_a_paired_drone_takes_no_untagged_order_neither_a_key_nor_the_end_of_it(rig):
    pair(rig)
    for number, values in (
        (schema.ORDER_QUIET, (1,)),
        (schema.ORDER_PAIR, key_words(NEW_KEY)),
        (schema.ORDER_UNPAIR, ()),
    ):
        assert refusal(rig, number, *values) == "not_allowed"
    assert (rig.kept, rig.drone.signals.quiet) == ([KEY], 0)
    rig.run(6000)
    assert rig.telemetry(schema.STATS)[-1].orders_forged == 3


def test_from_the_moment_it_is_paired_the_old_session_takes_nothing_more(rig):
    order = rig.send(schema.ORDER_PAIR, *key_words(KEY))
    rig.run(50)
    assert rig.verdict(order).number == schema.ACCEPTED
    refusal(rig, schema.ORDER_QUIET, 1)
    assert rig.drone.signals.quiet == 0


def test_a_new_key_takes_the_place_of_the_old_one_by_an_order_under_the_old(rig):
    pair(rig)
    pair(rig, NEW_KEY)
    assert rig.kept == [KEY, NEW_KEY]
    assert [deed for deed, _ in rig.deeds()] == ["paired", "paired"]
    rig.host.renew(rig.now_ms / 1000, KEY)
    rig.run(300)
    rig.quiet()
    rig.run(300)
    assert rig.drone.signals.quiet == 0


def test_a_paired_drone_is_unpaired_by_a_tagged_order(rig):
    pair(rig)
    order = rig.send(schema.ORDER_UNPAIR)
    rig.run(50)
    assert rig.verdict(order).number == schema.ACCEPTED
    rig.host.renew(rig.now_ms / 1000, None)
    rig.run(300)
    assert rig.kept == [KEY, None]
    assert refusal(rig, schema.ORDER_QUIET, 1) == ""
    assert rig.drone.signals.quiet == 1


def test_a_touch_in_passing_lets_nobody_unpair_it(rig):
    pair(rig)
    for _ in range(3):
        rig.senses.says["touch"] = lambda n: 1
        rig.run(HOLD_MS - 500)
        assert refusal(rig, schema.ORDER_UNPAIR) == "not_allowed"
        rig.senses.says["touch"] = lambda n: 0
        rig.run(300)
    assert rig.kept == [KEY]


def test_while_its_pad_is_held_every_host_may_unpair_it_and_do_nothing_else(rig):
    pair(rig)
    rig.senses.says["touch"] = lambda n: 1
    rig.run(HOLD_MS + 200)
    assert refusal(rig, schema.ORDER_QUIET, 1) == "not_allowed"
    assert refusal(rig, schema.ORDER_PAIR, *key_words(NEW_KEY)) == "not_allowed"
    assert refusal(rig, schema.ORDER_UNPAIR) == ""
    assert rig.kept == [KEY, None]


def test_a_host_that_was_refused_so_far_may_unpair_it_by_touch_in_the_same_session(rig):
    pair(rig)
    rig.host.renew(rig.now_ms / 1000, None)
    rig.run(300)
    refused = [rig.quiet() for _ in range(3)]
    rig.run(200)
    assert {rig.verdict(order).number for order in refused} == {schema.REFUSED}
    rig.senses.says["touch"] = lambda n: 1
    rig.run(HOLD_MS + 200)
    order = rig.send(schema.ORDER_UNPAIR)
    rig.run(100)
    assert rig.verdict(order).number == schema.ACCEPTED


def test_a_pad_that_is_stuck_is_nobodys_finger(rig):
    pair(rig)
    rig.senses.says["touch"] = lambda n: 1
    rig.run(70_000)
    assert refusal(rig, schema.ORDER_UNPAIR) == "not_allowed"


def test_a_key_that_cannot_be_kept_is_refused_and_changes_nothing(rig):
    def full(key):
        raise OSError(28)

    rig.drone.pairing._keep = full
    assert refusal(rig, schema.ORDER_PAIR, *key_words(KEY)) == "busy"
    assert rig.drone.link.gate.pairing is None
    assert refusal(rig, schema.ORDER_QUIET, 1) == ""


def test_no_key_is_written_while_a_joint_moves(rig):
    rig.order(3000, head_pan=6000)
    rig.run(200)
    assert refusal(rig, schema.ORDER_PAIR, *key_words(KEY)) == "busy"
    assert rig.kept == []
