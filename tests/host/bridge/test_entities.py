"""Plain payloads at the `set/` topics: each is a verb with one field, checked and answered as that verb is."""

import json

import pytest
from host.bridge.desk_bench import DeskBench
from hypothesis import given
from hypothesis import strategies as st
from kelex_host.bridge import verbs
from kelex_host.bridge.colors import COLORS
from kelex_host.bridge.entities import BY_NAME, ENTITIES
from kelex_host.bridge.outbox import Message
from kelex_host.bridge.requests import MAX_PAYLOAD_BYTES
from kelex_host.bridge.verbs import RANGES
from kelex_wire import gestures, tones
from kelex_wire.poses import POSES

SWITCHES = ("holodisk", "quiet")
BUTTONS = ("stop", "identify")
NAMES = {"pose": [name for name, _ in POSES], "gesture": gestures.NAMES, "tone": tones.NAMES}
NO_NUMBERS = (
    b"", b" ", b"up", b"nan", b"inf", b"-inf", b"Infinity", b"0x10", b"4_5", b"--1", b"1,5", b"1 2", b".", b"+", b"e5",
    b"1e", b"true", b"null", b'"4"', b"[4]", b"{}", b'{"head_pan": 4}', b"ON", "１２".encode(), "٣".encode(), b"1\x00",
    b"1\n2", b"x" * 5000,
)  # fmt: skip
NO_SWITCHES = (
    b"", b" ", b"1", b"0", b"true", b"false", b"ONN", b"O", b"ON OFF", b"ON,", b'"ON"', b"{}", b'{"on": true}',
    b"TOGGLE", b"ON\x00", "ОN".encode(), b"x" * 5000,
)  # fmt: skip
NO_NAMES = (b"", b" ", b"sulk", b"null", b"1", b"{}", b'{"name": "rest"}', b"\x1b[2J", "é".encode(), b"x" * 5000)


def topic(entity, drone="kelex"):
    return f"kelex/drone/{drone}/set/{entity}"


def response(entity):
    """Where the verb would be answered."""
    return f"kelex/drone/kelex/response/{BY_NAME[entity].verb}"


@pytest.fixture
def bench():
    return DeskBench()


def accepted(bench, entity, payload):
    """What reached the drone of a plain payload, but for what may be missing and is."""
    who, verb, fields = bench.accepted(topic(entity), payload, response=response(entity))
    assert (who, verb) == ("kelex", BY_NAME[entity].verb)
    return {name: value for name, value in fields.items() if value is not None}


def refused(bench, entity, payload):
    document = bench.refused(topic(entity), payload, response=response(entity))
    assert "transaction" not in document
    return document["error"]["code"]


def test_every_entity_is_a_verb_of_a_drone_that_is_not_guarded():
    assert len(BY_NAME) == len(ENTITIES)
    assert set(BY_NAME) == {*RANGES, *NAMES, *SWITCHES, *BUTTONS, "eye"}
    for entity in ENTITIES:
        assert not verbs.BY_NAME["drone", entity.verb].guarded
        assert entity.help


@pytest.mark.parametrize("joint", RANGES)
def test_a_joint_is_set_by_a_plain_number_within_its_range(bench, joint):
    low, high = RANGES[joint]
    for degrees in (low, high, (low + high) / 2):
        assert accepted(bench, joint, f"{degrees}".encode()) == {"joints": {joint: degrees}}
    for text, degrees in {"0": 0, "-0.0": 0, "4.50": 4.5, "007": 7}.items():
        assert accepted(bench, joint, text.encode()) == {"joints": {joint: degrees}}
    for bad in (f"{low - 0.01}", f"{high + 0.01}", "999999999", "-999999999"):
        assert refused(bench, joint, bad.encode()) == "out_of_range"
    for payload in NO_NUMBERS:
        assert refused(bench, joint, payload) == "wrong_type", payload
    accepted(bench, joint, b"1")


@pytest.mark.parametrize("entity", SWITCHES)
def test_a_switch_is_set_by_on_and_off(bench, entity):
    for payload, on in {b"ON": True, b"OFF": False, b"on": True, b"Off": False}.items():
        assert accepted(bench, entity, payload) == {"on": on}
    for payload in NO_SWITCHES:
        assert refused(bench, entity, payload) == "wrong_type", payload
    accepted(bench, entity, b"ON")


@pytest.mark.parametrize("entity", NAMES)
def test_what_has_names_is_set_by_each_of_them(bench, entity):
    for name in NAMES[entity]:
        assert accepted(bench, entity, name.encode()) == {"name": name}
    for payload in (*NO_NAMES, NAMES[entity][0].upper().encode(), NAMES[entity][0].encode() + b"\n"):
        assert refused(bench, entity, payload) == "unknown_id", payload
    accepted(bench, entity, NAMES[entity][0].encode())


def test_the_eye_is_set_by_a_colour_and_by_on_and_off(bench):
    for payload in (*COLORS, "#12abEF"):
        assert accepted(bench, "eye", payload.encode()) == {"color": payload}
    assert accepted(bench, "eye", b"ON") == {"color": "white"}
    assert accepted(bench, "eye", b"OFF") == {"color": "off"}
    for payload in (*NO_NAMES, b"#fff", b"#12345g", b"Blue", b'{"color": "blue"}', b"1", b"#ffffff "):
        assert refused(bench, "eye", payload) == "unknown_id", payload
    accepted(bench, "eye", b"blue")


def test_the_eye_is_a_light_as_home_assistant_orders_it(bench):
    def shines(**order):
        return accepted(bench, "eye", json.dumps({"state": "ON", **order}).encode())

    assert shines() == {"color": "#ffffff"}
    assert shines(color={"r": 1, "g": 171, "b": 239}, effect="breathe") == {"color": "#01abef", "effect": "breathe"}
    assert shines(color={"r": 200, "g": 100, "b": 0}, brightness=20) == {"color": "#140a00"}
    assert accepted(bench, "eye", b'{"state": "OFF"}') == {"color": "off"}
    body = json.dumps({"eye": {"color": "#400000", "effect": "blink"}}).encode()
    bench.outbox.put(Message("kelex/drone/kelex/body", body, 0, retain=True))
    bench.outbox.take()
    assert shines(brightness=128) == {"color": "#800000", "effect": "blink"}
    for bad in ({"brightness": 256}, {"color": "blue"}, {"color": {"r": 1}}, {"white": 3}, {"brightness": "full"}):
        assert refused(bench, "eye", json.dumps({"state": "ON", **bad}).encode()) == "wrong_type", bad
    assert refused(bench, "eye", b'{"state": "HALF"}') == "wrong_type"
    assert refused(bench, "eye", b'{"state": "ON", "effect": "rave"}') == "unknown_id"


@pytest.mark.parametrize("entity", BUTTONS)
def test_a_button_is_pressed_by_anything(bench, entity):
    for payload in (b"", b"PRESS", b"ON", b"{}", b"null", b"0", b"x" * MAX_PAYLOAD_BYTES):
        assert accepted(bench, entity, payload) == {}


@pytest.mark.parametrize("entity", BY_NAME)
def test_what_is_too_large_no_text_or_retained_is_refused_for_every_entity(bench, entity):
    assert refused(bench, entity, b"1" * (MAX_PAYLOAD_BYTES + 1)) == "too_large"
    for payload in (b"\xff", b"\xc3", b"ON\xff", "ON".encode("utf-16"), b"\xed\xa0\x80"):
        assert refused(bench, entity, payload) == "wrong_type"
    for payload in (b"ON", b"1", b"rest", b"\xff", b"x" * 9000):
        error = bench.refused(topic(entity), payload, response=response(entity), retained=True)["error"]
        assert error["code"] == "retained"
    assert bench.send(topic(entity), b"", retained=True) == []


@pytest.mark.parametrize("entity", BY_NAME)
def test_no_drone_obeys_for_another(bench, entity):
    good = {**dict.fromkeys(RANGES, b"1"), **{name: names[0].encode() for name, names in NAMES.items()}, "eye": b"blue"}
    payload = good.get(entity, b"ON")
    for ghost in ("ghost", "KELEX", ""):
        wanted = response(entity).replace("/kelex/response", f"/{ghost}/response")
        assert bench.refused(topic(entity, ghost), payload, response=wanted)["error"]["code"] == "unknown_id"
    who, _, _ = bench.accepted(
        topic(entity, "kryo"), payload, response=response(entity).replace("/kelex/resp", "/kryo/resp")
    )
    assert who == "kryo"


@pytest.mark.parametrize(
    "entity", ["lamp", "", "look", "move", "reboot", "stats", "holodisk/on", "/quiet", "HOLODISK", "x" * 190, "a\nb"]
)
def test_what_cannot_be_set_is_said_whatever_its_payload(bench, entity):
    at = topic(entity).removesuffix("/")
    for payload in (b"ON", b"", b"{}", b"\xff", b'{"on": true, "transaction": "t"}', b"x" * 9000):
        error = bench.refused(at, payload, response=at.replace("/set", "/response"))["error"]
        assert error["code"] == "unknown_verb", payload
        assert "holodisk" in error["message"]
    assert (
        bench.refused(at, b"ON", response=at.replace("/set", "/response"), retained=True)["error"]["code"] == "retained"
    )


@given(
    st.lists(
        st.tuples(
            st.sampled_from(ENTITIES),
            st.binary(max_size=12) | st.text(max_size=8).map(lambda text: text.encode("utf-8", "surrogatepass")),
        )
    )
)
def test_any_payloads_get_an_answer_each_and_leave_the_desk_at_work(messages):
    bench = DeskBench()
    for entity, payload in messages:
        [(where, document)] = bench.send(topic(entity.name), payload)
        assert where == response(entity.name)
        assert document["status"] in ("ok", "error")
    assert len(bench.reached) + bench.desk.refused.total() == len(messages)
    assert accepted(bench, "head_pan", b"0") == {"joints": {"head_pan": 0}}


def test_whoever_switches_a_holo_disk_on_holds_it_until_it_is_switched_off_whichever_way(bench):
    drone = bench.drones["kelex"]
    for topic, payload, is_held in (
        ("set/holodisk", b"ON", True),
        ("request/holodisk", b'{"on": false}', False),
        ("request/holodisk", b'{"on": true}', True),
        ("set/holodisk", b"OFF", False),
    ):
        bench.send(f"kelex/drone/kelex/{topic}", payload)
        assert drone.is_disk_held is is_held
