"""A paired drone and its host, and somebody without the key: nothing of his is obeyed, and it changes nothing."""

import hashlib
import hmac
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kelex_host.bridge.host_link import HostLink
from kelex_host.bridge.session import Session
from kelex_wire import codec, frame, schema
from kelex_wire.drone_link import DroneLink
from kelex_wire.order_gate import ORDERS_HELD
from kelex_wire.tags import TAG_BYTES, Hmac, SessionTags, key_bytes, key_words
from wire.link_pair import MOVE, Pair

KEY, OTHER_KEY = bytes(range(32)), bytes(range(1, 33))
# Computed with CPython's hmac; see `expected_tag`. Whoever changes it changes the protocol.
GOLDEN_TAG = "379befae6ceeeeed"


def expected_tag(key, nonce, boot, start, session, number, index, payload):
    """The tag, by CPython's hmac and the words of tags.py."""
    derived = hmac.digest(key, b"kelex session 1" + struct.pack("<IIHI", nonce, boot, start, session), "sha256")
    return hmac.digest(derived, struct.pack("<BI", number, index) + payload, "sha256")[:8]


class PairedPair(Pair):
    """A Pair whose ends share KEY; `recorded` are the orders' frames that crossed the cable."""

    def __init__(self, drone_key=KEY, host_key=KEY):
        super().__init__()
        self.drone = DroneLink(1, 77, "kelex test", drone_key)
        self.host = HostLink(lambda: next(self.nonces), session=Session(host_key))
        self.recorded = []

    def _cross(self, direction, tx):
        for run in filter(None, bytes(tx).split(b"\0")):
            number, _, payload = frame.decode(run)
            if direction == "down" and schema.kind_of(number) == schema.ORDER:
                self.recorded.append((number, payload))
        return super()._cross(direction, tx)

    def inject(self, number, payload):
        """A frame from somebody else on the cable."""
        self.drone.receive(self.ticks_ms, b"\0" + frame.encode(number, 0, payload))

    def expects(self):
        return self.drone.gate._expected

    def serves_its_host(self):
        """The real host's next order is obeyed, and answered."""
        order = self.order()
        self.run(100)
        return self.obeyed[-1:] == [order] and self.verdicts[-1:] == [order]


@pytest.fixture
def pair():
    return PairedPair().plug().run(100)


def untagged(pair, order=None):
    return codec.encode(schema.ORDER_MOVE, pair.drone.session, pair.expects() if order is None else order, *MOVE)


# --- the tag itself ---


@given(st.binary(max_size=64), st.binary(max_size=10), st.binary(max_size=200))
def test_hmac_is_the_standards(key, head, body):
    assert Hmac(key).digest(head, body) == hmac.digest(key, head + body, hashlib.sha256)


def test_the_tag_of_this_order_never_changes():
    words = (0x11223344, 7, 0xABCD, 0xABCD0001)
    payload = codec.encode(schema.ORDER_STOP, words[3], 0x1234)
    tag = SessionTags(KEY, *words).tag(schema.ORDER_STOP, 5, payload)
    assert tag == expected_tag(KEY, *words, schema.ORDER_STOP, 5, payload)
    assert tag.hex() == GOLDEN_TAG


def test_micropython_makes_the_same_tag(micropython):
    import subprocess

    import kelex_wire

    program = (
        "from kelex_wire import codec, tags, schema\n"
        "t = tags.SessionTags(bytes(range(32)), 0x11223344, 7, 0xABCD, 0xABCD0001)\n"
        "tag = t.tag(schema.ORDER_STOP, 5, codec.encode(schema.ORDER_STOP, 0xABCD0001, 0x1234))\n"
        "print(''.join('%02x' % byte for byte in tag))"
    )
    library = kelex_wire.__path__[0].rpartition("/")[0]
    command = [micropython / "micropython", "-c", program]
    done = subprocess.run(command, env={"MICROPYPATH": library}, check=True, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == GOLDEN_TAG


@given(st.binary(min_size=32, max_size=32))
def test_a_key_survives_its_order(key):
    values = codec.decode(schema.ORDER_PAIR, codec.encode(schema.ORDER_PAIR, 1, 2, *key_words(key)))
    assert key_bytes(values[2:]) == key


# --- what is obeyed ---


def test_a_paired_drone_obeys_its_host(pair):
    for _ in range(20):
        assert pair.serves_its_host()
    assert pair.drone.gate.forged == 0


def test_an_order_without_a_tag_is_refused_as_not_allowed_and_moves_nothing(pair):
    expected = pair.expects()
    pair.crossed.clear()
    for _ in range(3):
        pair.inject(schema.ORDER_MOVE, untagged(pair))
    pair.step()
    assert pair.crossed.count(("up", schema.REFUSED)) == 3
    assert (pair.obeyed, pair.expects(), pair.drone.gate.forged) == ([], expected, 3)
    assert pair.drone.gate.verdict(expected) is None
    assert pair.serves_its_host()


def test_a_host_without_the_key_is_told_so():
    pair = PairedPair(host_key=None).plug().run(100)
    order = pair.order()
    pair.run(100)
    [verdict] = pair.heard[-1:]
    assert (verdict.order, schema.REFUSALS[verdict.record.reason]) == (order, "not_allowed")
    assert pair.obeyed == []


def test_a_host_with_another_key_learns_at_the_deadline_that_it_was_not_allowed():
    pair = PairedPair(host_key=OTHER_KEY).plug().run(100)
    order = pair.order()
    pair.run(2500)
    assert [(lost.order, lost.forbidden) for lost in pair.heard if hasattr(lost, "forbidden")] == [(order, True)]
    assert pair.obeyed == []


def test_an_unpaired_drone_obeys_orders_with_and_without_a_tag():
    for key in (None, KEY):
        assert PairedPair(drone_key=None, host_key=key).plug().run(100).serves_its_host()


def test_what_a_forged_order_is_told_is_not_taken_for_the_answer_to_the_hosts_own(pair):
    """Both have the same number: the forgery comes first, and its refusal."""
    order = pair.order()
    pair.inject(schema.ORDER_MOVE, untagged(pair))
    pair.run(300)
    assert (pair.obeyed, pair.verdicts, pair.lost) == ([order], [order], [])


def test_an_order_under_the_tag_of_another_drone_or_session_or_number_is_refused(pair):
    drone, hello_nonce = pair.drone, pair.host.session.nonce
    payload = untagged(pair)
    right = (hello_nonce, drone.boot, drone.start, drone.session)
    for place in range(4):
        words = list(right)
        words[place] += 1
        pair.inject(schema.ORDER_MOVE, payload + SessionTags(KEY, *words).tag(schema.ORDER_MOVE, 0, payload))
    tags = SessionTags(KEY, *right)
    pair.inject(schema.ORDER_MOVE, payload + SessionTags(OTHER_KEY, *right).tag(schema.ORDER_MOVE, 0, payload))
    pair.inject(schema.ORDER_MOVE, payload + tags.tag(schema.ORDER_STOP, 0, payload))
    pair.inject(schema.ORDER_MOVE, payload + tags.tag(schema.ORDER_MOVE, 1, payload))
    assert (pair.drone.gate.forged, pair.drone.orders) == (7, [])
    pair.inject(schema.ORDER_MOVE, payload + tags.tag(schema.ORDER_MOVE, 0, payload))
    assert len(pair.drone.orders) == 1


def test_recorded_orders_are_worth_nothing_in_the_same_session_in_the_next_and_after_a_restart(pair):
    for _ in range(5):
        assert pair.serves_its_host()
    old = list(pair.recorded)
    for again in ("the same session", "the next", "the next boot"):
        if again == "the next":
            pair.new_host()
            pair.host.session.pairing = KEY
        elif again == "the next boot":
            pair.drone = DroneLink(2, 78, "kelex test", KEY)
        pair.run(1000)
        obeyed = list(pair.obeyed)
        for number, payload in old:
            pair.inject(number, payload)
            # And as if it were of this session, and in turn.
            moved = struct.pack("<IH", pair.drone.session, pair.expects()) + payload[6:]
            pair.inject(number, moved)
        pair.run(200)
        assert pair.obeyed == obeyed
        assert pair.serves_its_host()


def test_a_recorded_order_is_worth_nothing_when_its_number_is_in_turn_again(pair):
    """Order numbers wrap at 2^16; the tag's index does not."""
    assert pair.serves_its_host()
    number, payload = pair.recorded[0]
    gate = pair.drone.gate
    gate._index += 0xFFFF  # as many orders later
    gate._expected = (gate._expected + 0xFFFF) & 0xFFFF
    assert gate._expected == pair.obeyed[0]
    pair.inject(number, payload)
    assert (pair.drone.orders, gate.forged) == ([], 1)


def test_the_tags_go_on_when_the_order_numbers_wrap(pair):
    pair.host._orders.next_order = 0xFFFE
    pair.host.renew(pair.now_s, KEY)
    pair.run(200)
    for _ in range(6):
        assert pair.serves_its_host()


def test_a_session_that_is_resumed_keeps_its_key(pair):
    assert pair.serves_its_host()
    pair.unplug()
    pair.run(300)
    pair.plug().run(300)
    assert pair.resumed == [False, True]
    assert pair.serves_its_host()


def test_no_session_comes_again_however_often_somebody_greets(pair):
    """A hostile host drives the 16 bits of the session's counter once around, and greets as the real host did."""
    assert pair.serves_its_host()
    hello = schema.SCHEMA_CRC, pair.host.session.nonce, 0, pair.recorded[0][1][4] | pair.recorded[0][1][5] << 8
    session = pair.drone.session
    pair.drone._sessions = 0xFFFF
    pair.say(schema.HELLO, schema.SCHEMA_CRC, 1, 0, 0)
    assert pair.drone.session & 0xFFFF == session & 0xFFFF
    pair.drone._sessions -= 1
    pair.say(schema.HELLO, *hello)
    assert pair.drone.session != session
    pair.inject(*pair.recorded[0])
    assert pair.drone.orders == []


def test_greetings_and_acknowledgements_of_a_second_host_disturb_and_end(pair):
    for nonce in range(5000, 5050):
        pair.say(schema.HELLO, schema.SCHEMA_CRC, nonce, 0, nonce)
        pair.say(schema.PING, pair.drone.session, 1)
        pair.say(schema.ACK, pair.drone.session, 0, 0)
        pair.run(20)
    pair.run(1000)
    assert pair.serves_its_host()


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["flip", "cut", "grow", "replay", "bare", "rubbish", "hello", "order"]),
            st.integers(0, 10_000),
        ),
        max_size=40,
    )
)
def test_whatever_somebody_makes_of_what_he_recorded_only_the_hosts_orders_are_obeyed(deeds):
    pair = PairedPair().plug().run(100)
    given_orders = [pair.order()]
    pair.run(100)
    for deed, n in deeds:
        number, payload = pair.recorded[n % len(pair.recorded)]
        current = bytearray(struct.pack("<IH", pair.drone.session, pair.expects()) + payload[6:])
        match deed:
            case "flip":
                current[n % len(current)] ^= 1 << n % 8
                pair.inject(number, bytes(current))
            case "cut":
                pair.inject(number, bytes(current[: n % len(current)]))
            case "grow":
                pair.inject(number, bytes(current) + bytes(n % TAG_BYTES + 1))
            case "replay":
                pair.inject(number, payload)
            case "bare":
                pair.inject(schema.ORDER_MOVE, untagged(pair, n % 0x10000))
            case "rubbish":
                pair.inject(0x30 + n % 16, struct.pack("<IH", pair.drone.session, pair.expects()) + bytes(n % 60))
            case "hello":
                pair.say(schema.HELLO, schema.SCHEMA_CRC, n, 0, n)
                pair.run(700)
            case "order":
                given_orders.append(pair.order())
        pair.run(20)
        assert len(pair.drone.orders) < ORDERS_HELD
    pair.run(3000)
    assert set(pair.obeyed) <= set(given_orders)
    assert len(pair.obeyed) == len(set(pair.obeyed))
    assert pair.serves_its_host()
