"""A payload becomes a request, or an error whose code is the contract's and whose sentence names the mend."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kelex_host.bridge import requests, verbs
from kelex_host.bridge.requests import Payload, RequestError, check_fields, read_payload
from kelex_wire.poses import POSES
from kelex_wire.schema import JOINTS

LOOK = verbs.BY_NAME["drone", "look"]
MOVE = verbs.BY_NAME["drone", "move"]
POSE = verbs.BY_NAME["drone", "pose"]
STOP = verbs.BY_NAME["drone", "stop"]
ENTER = verbs.BY_NAME["world", "enter"]
CLIMATE = verbs.BY_NAME["world", "climate"]
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def refused(act, *arguments):
    with pytest.raises(RequestError) as error:
        act(*arguments)
    assert str(error.value).endswith(".")
    return error.value.code


def test_an_object_is_read_with_its_transaction_taken_out():
    assert read_payload(b'{"pan": 1, "transaction": "t1"}') == Payload({"pan": 1}, "t1")


@pytest.mark.parametrize("payload", [b"{}", b'{"transaction": null}'])
def test_a_transaction_may_be_missing(payload):
    assert read_payload(payload) == Payload({}, None)


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (b"", "not_json"),
        (b"look", "not_json"), (b"{", "not_json"), (b"\xff\xfe", "not_json"), (b'{"a": 1e999}', "not_json"),
        (b"[" * 5000, "not_json"), (b'{"a": NaN}', "not_json"), (b'"\\ud800"', "not_json"),
        (b"[]", "wrong_type"), (b"3", "wrong_type"), (b"null", "wrong_type"), (b'"text"', "wrong_type"),
        (b'{"transaction": 5}', "wrong_type"), (b'{"transaction": {}}', "wrong_type"),
    ],
    ids=lambda value: repr(value)[:30],
)  # fmt: skip
def test_what_is_no_object_is_refused(payload, code):
    assert refused(read_payload, payload) == code


def test_size_is_limited_and_the_limit_itself_is_allowed():
    most = requests.MAX_PAYLOAD_BYTES
    assert read_payload(b"{}".ljust(most)) == Payload({}, None)
    assert refused(read_payload, b"{}".ljust(most + 1)) == "too_large"
    longest = "t" * requests.MAX_TRANSACTION_CHARACTERS
    assert read_payload(json.dumps({"transaction": longest}).encode()).transaction == longest
    assert refused(read_payload, json.dumps({"transaction": longest + "t"}).encode()) == "too_large"


@given(st.binary(max_size=60) | anything.map(lambda value: json.dumps(value).encode()))
def test_any_payload_is_read_or_refused_with_a_code(payload):
    with suppress(RequestError):  # whose code is checked when it is made
        assert isinstance(read_payload(payload).fields, dict)


@given(st.sampled_from(verbs.VERBS), st.data())
def test_any_fields_are_within_the_limits_or_refused_with_a_code(verb, data):
    names = [field.name for field in verb.fields]
    fields = data.draw(st.dictionaries(st.sampled_from([*names, "x"]), anything, max_size=4))
    try:
        checked = check_fields(verb, fields)
    except RequestError:  # whose code is checked when it is made
        return
    assert list(checked) == names
    for field in verb.fields:
        value = checked[field.name]
        if value is None:
            assert not field.required
        elif field.low is not None:
            assert field.low <= (len(value) if field.kind == "text" else value) <= field.high


@pytest.mark.parametrize(
    ("verb", "fields", "code"),
    [
        (LOOK, {"pan": 0}, "missing_field"),
        (LOOK, {"pan": 0, "tilt": None}, "missing_field"),
        (LOOK, {"pan": 0, "tilt": 0, "roll": 0}, "unknown_field"),
        (LOOK, {"pan": "0", "tilt": 0}, "wrong_type"),
        (LOOK, {"pan": True, "tilt": 0}, "wrong_type"),
        (LOOK, {"pan": 0, "tilt": 0, "duration_ms": 1.5}, "wrong_type"),
        (LOOK, {"pan": 90.01, "tilt": 0}, "out_of_range"),
        (LOOK, {"pan": 0, "tilt": -30.01}, "out_of_range"),
        (LOOK, {"pan": 10**300, "tilt": 0}, "out_of_range"),
        (LOOK, {"pan": 0, "tilt": 0, "duration_ms": -1}, "out_of_range"),
        (ENTER, {"member": "", "room": "hall"}, "out_of_range"),
        (ENTER, {"member": "x" * 65, "room": "hall"}, "out_of_range"),
        (ENTER, {"member": 5, "room": "hall"}, "wrong_type"),
        (MOVE, {}, "missing_field"),
        (MOVE, {"joints": {}}, "missing_field"),
        (MOVE, {"joints": None}, "missing_field"),
        (MOVE, {"joints": []}, "wrong_type"),
        (MOVE, {"joints": "left_elbow=45"}, "wrong_type"),
        (MOVE, {"joints": {"tail": 1}}, "unknown_joint"),
        (MOVE, {"joints": {"left_elbow": 1, "": 1}}, "unknown_joint"),
        (MOVE, {"joints": {"left_elbow": 1}, "duration_ms": 10_001}, "out_of_range"),
        (MOVE, {"left_elbow": 1}, "unknown_field"),
        (POSE, {}, "missing_field"),
        (POSE, {"name": "sulk"}, "unknown_id"),
        (POSE, {"name": ""}, "unknown_id"),
        (POSE, {"name": "Rest"}, "unknown_id"),
        (POSE, {"name": "x" * 5000}, "unknown_id"),
        (POSE, {"name": 1}, "wrong_type"),
        (STOP, {"joints": {}}, "unknown_field"),
    ],
)
def test_a_field_that_does_not_fit_is_refused(verb, fields, code):
    assert refused(check_fields, verb, fields) == code


def test_the_limits_themselves_are_allowed_and_what_may_be_missing_is_none():
    assert check_fields(LOOK, {"pan": -90, "tilt": 45.0}) == {"pan": -90, "tilt": 45.0, "duration_ms": None}
    assert check_fields(CLIMATE, {"room": "hall"}) == {"room": "hall", "celsius": None, "humidity": None}


@pytest.mark.parametrize(("joint", "low", "high"), JOINTS)
def test_a_joint_is_moved_within_its_own_range_and_by_numbers_only(joint, low, high):
    for angle in (low / 100, high / 100):
        assert check_fields(MOVE, {"joints": {joint: angle}})["joints"] == {joint: angle}
    for angle in (low / 100 - 0.01, high / 100 + 0.01, 10**300):
        assert refused(check_fields, MOVE, {"joints": {joint: angle}}) == "out_of_range"
        assert refused(check_fields, MOVE, {"joints": {"head_pan": 0, joint: angle}}) == "out_of_range"
    for angle in (None, True, "45", [], {}):
        assert refused(check_fields, MOVE, {"joints": {joint: angle}}) == "wrong_type"


@pytest.mark.parametrize(("name", "angles"), POSES)
def test_every_pose_may_be_asked_for_and_lies_within_every_joints_range(name, angles):
    assert check_fields(POSE, {"name": name}) == {"name": name, "duration_ms": None}
    for angle, (joint, low, high) in zip(angles, JOINTS, strict=True):
        assert low <= angle <= high, joint


def test_a_stop_needs_nothing():
    assert check_fields(STOP, {}) == {}


def test_a_sentence_names_what_there_is():
    with pytest.raises(RequestError, match=r"^There is no joint 'tail'; there are head_pan, .*right_gripper\.$"):
        check_fields(MOVE, {"joints": {"tail": 1}})
    with pytest.raises(RequestError, match=r"^'name' is 'sulk'; it has to be one of rest, .*safe\.$"):
        check_fields(POSE, {"name": "sulk"})
    with pytest.raises(RequestError, match=r"^'left_elbow' is -1; it has to be within 0 and 90 degrees\.$"):
        check_fields(MOVE, {"joints": {"left_elbow": -1}})


def test_a_sentence_names_the_field_and_its_limits():
    with pytest.raises(RequestError, match=r"'pan' is 91; it has to be within -90 and 90 degrees\."):
        check_fields(LOOK, {"pan": 91, "tilt": 0})
