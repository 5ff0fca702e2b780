"""The two ends of the wire, coupled directly: sessions, silence, credit, clocks."""

import pytest
from kelex_host.bridge.heard import DroneEvent, Incompatible, Pong
from kelex_wire import codec, frame, schema
from kelex_wire.drone_link import BEACONS_UNHEARD, CREDIT_BYTES, DroneLink
from wire.joints import body
from wire.link_pair import TICKS, Pair

BODY = (schema.BODY, *body())
# Without anybody who reads: test_emulator.py measures it.
USB_TAKES_BYTES = 320


@pytest.fixture
def pair():
    return Pair().plug().run(100)


def test_a_hello_opens_a_session_of_this_boot(pair):
    assert pair.resumed == [False]
    assert pair.drone.session == 77 << 16 | 1
    assert pair.host.online
    assert pair.heard[0].welcome.identity == "kelex test"


def test_a_drone_without_a_host_says_nothing_but_a_few_beacons():
    pair = Pair()
    pair.presence()
    assert not pair.drone.telemetry(*BODY)
    pair.run(60_000)
    assert pair.crossed == [("up", schema.BEACON)] * BEACONS_UNHEARD


def test_a_host_that_keeps_its_port_open_and_neither_reads_nor_writes_is_sent_no_more_than_usb_takes(pair):
    pair.fate = lambda direction, number: "drop"
    sent = 0
    for _ in range(600):
        pair.drone.telemetry(*BODY)
        pair.presence()
        pair.drone.step(pair.ticks_ms)
        sent += len(pair.drone.tx)
        pair.drone.tx[:] = b""
        pair.now_ms += 100
    assert CREDIT_BYTES < sent <= USB_TAKES_BYTES


def test_each_byte_of_a_host_brings_beacons_again():
    pair = Pair()
    pair.run(60_000)
    pair.crossed.clear()
    pair.drone.receive(pair.ticks_ms, b"?")
    pair.run(60_000)
    assert pair.crossed == [("up", schema.BEACON)] * BEACONS_UNHEARD


def test_a_host_that_falls_silent_hears_only_beacons_after_a_while(pair):
    pair.fate = lambda direction, number: "drop" if direction == "down" else "pass"
    pair.run(1600)
    pair.crossed.clear()
    pair.presence()
    assert not pair.drone.telemetry(*BODY)
    pair.run(1000)
    assert {crossed for crossed in pair.crossed if crossed[0] == "up"} == {("up", schema.BEACON)}


def test_an_unplugged_cable_resumes_the_session_with_the_orders_on_the_way(pair):
    session = pair.drone.session
    order = pair.order(wait_s=10)
    pair.unplug()
    pair.run(2000)
    pair.plug().run(200)
    assert (pair.drone.session, pair.resumed, pair.offline) == (session, [False, True], 1)
    assert (pair.obeyed, pair.verdicts, pair.lost) == ([order], [order], [])


def test_an_order_obeyed_just_before_the_cable_went_is_not_obeyed_again(pair):
    pair.fate = lambda direction, number: "drop" if direction == "up" else "pass"
    order = pair.order(wait_s=10)
    pair.run(50)
    pair.unplug()
    pair.fate = lambda direction, number: "pass"
    pair.plug().run(300)
    assert (pair.obeyed, pair.verdicts) == ([order], [order])


def test_a_reboot_starts_a_new_session_and_gives_up_what_was_on_the_way(pair):
    pair.fate = lambda direction, number: "drop"
    order = pair.order(wait_s=10)
    pair.run(20)
    pair.reboot()
    pair.fate = lambda direction, number: "pass"
    pair.run(3000)
    assert pair.resumed == [False, False]
    assert pair.host.boot == 2
    assert (pair.obeyed, pair.lost) == ([], [order])


def test_an_order_given_while_the_greeting_is_out_survives_a_new_session(pair):
    pair.reboot()
    pair.fate = lambda direction, number: "drop" if direction == "up" and number == schema.WELCOME else "pass"
    pair.run(3000)
    order = pair.order(wait_s=10)
    pair.fate = lambda direction, number: "pass"
    pair.run(1000)
    assert (pair.obeyed, pair.verdicts, pair.lost) == ([order], [order], [])


def test_another_host_process_gets_a_session_of_its_own(pair):
    first = pair.drone.session
    pair.new_host()
    pair.run(200)
    assert pair.drone.session == first + 1
    assert pair.resumed == [False, False]


def test_another_schema_is_reported_once_and_opens_no_session():
    pair = Pair()
    pair.host.opened(0.0)
    for _ in range(3):
        hello = codec.decode(schema.HELLO, frame.decode(bytes(pair.host.tx).split(b"\0")[0])[2])
        other = codec.encode(schema.WELCOME, schema.SCHEMA_CRC ^ 1, hello.nonce, 1, 1, 7, 1, 0, "kelex 9")
        pair.heard += pair.host.receive(0.1, frame.encode(schema.WELCOME, 1, other))
    assert pair.heard == [Incompatible("kelex 9")]
    assert not pair.host.online


def test_lost_telemetry_is_counted_and_what_comes_late_is_dropped(pair):
    fates = iter(["pass", "drop", "late", "pass", "pass"])
    missed = pair.host.figures()["frames_missed"]
    pair.fate = lambda direction, number: next(fates) if number == schema.BODY else "pass"
    for time_ms in range(5):
        assert pair.drone.telemetry(schema.BODY, *body(time_ms))
    pair.run(50)
    assert [record.time_ms for record in pair.telemetry] == [0, 3, 4]
    assert pair.host.figures()["frames_missed"] - missed == 2


def test_without_acknowledgements_no_more_than_the_credit_is_sent(pair):
    pair.run(300)
    pair.drone.tx[:] = b""
    sent = sum(pair.drone.telemetry(*BODY) for _ in range(50))
    size = len(codec.encode(*BODY)) + frame.OVERHEAD_BYTES
    assert sent == CREDIT_BYTES // size
    assert len(pair.drone.tx) <= CREDIT_BYTES
    assert pair.drone.telemetry_skipped == 50 - sent


def test_an_acknowledgement_from_before_gives_no_credit(pair):
    pair.run(300)
    old = pair.drone._seq
    while pair.drone.telemetry(*BODY):
        pass
    pair.say(schema.ACK, pair.drone.session, old - 1 & 0xFF, 0)
    assert not pair.drone.telemetry(*BODY)
    pair.say(schema.ACK, pair.drone.session, old + 1 & 0xFF, 0)
    assert pair.drone.telemetry(*BODY)


def test_lost_acknowledgements_stop_the_stream_only_until_the_next_beacon(pair):
    pair.fate = lambda direction, number: "drop" if number == schema.ACK else "pass"
    pair.run(100)
    while pair.drone.telemetry(*BODY):
        pass
    pair.run(100)
    pair.fate = lambda direction, number: "pass"
    pair.run(1000)
    assert pair.drone.telemetry(*BODY)


def test_the_clock_is_measured_by_pings(pair):
    pair.run(3000)
    pongs = pair.of(Pong)
    assert len(pongs) == 4
    for pong in pongs:
        assert pong.sent_s <= pong.time_ms / 1000 <= pong.received_s


def test_a_drone_that_comes_late_tells_its_time_as_it_is_when_the_welcome_comes():
    pair = Pair()
    pair.host.opened(0.0)
    pair.run(10_000)
    pair.plugged = True
    pair.run(500)
    [online] = pair.heard[:1]
    assert abs(online.received_s - online.welcome.time_ms / 1000) < 0.05


def test_nothing_happens_when_the_drones_clock_wraps():
    pair = Pair(start_ms=TICKS - 1500).plug()
    for _ in range(30):
        pair.order()
        pair.presence()
        pair.run(100)
        pair.settle_all()
    assert pair.resumed == [False]
    assert pair.offline == 0
    assert len(pair.obeyed) == len(pair.verdicts) == len(pair.events) == 30
    assert pair.host.figures()["orders_resent"] == 0


def test_another_start_with_the_same_boot_number_is_another_start(pair):
    """A board whose flash was wiped counts from one again: its events are new all the same."""
    pair.presence()
    pair.run(100)
    pair.settle_all()
    pair.drone = DroneLink(pair.drone.boot, 4711, "kelex test")
    pair.run(3000)
    pair.presence()
    pair.run(300)
    assert [event.record.number for event in pair.of(DroneEvent)] == [1, 1]
