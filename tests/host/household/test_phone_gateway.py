"""A telephone behind MQTT: commands go out, states come in, and a gateway that errs or goes leaves nothing open."""

import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kelex_host.bridge.topics import Topics
from kelex_host.household.phone import CONTACT, HOUSE, Limits, Report
from kelex_host.household.phone_gateway import PhoneGateway, command_schema, state_schema

STATE, COMMAND, AVAILABLE = (f"kelex/house/phone/{leaf}" for leaf in ("state", "command", "available"))


@pytest.fixture
def phone():
    made = PhoneGateway(Topics("kelex"), Limits(dialling_s=10))
    made.message(0, AVAILABLE, b"online", True)
    return made


def commands(phone):
    """What was asked of the gateway; each as its schema says."""
    out = []
    for message in phone.take():
        assert (message.topic, message.qos, message.retain) == (COMMAND, 1, False)
        said = json.loads(message.payload)
        jsonschema.validate(said, command_schema())
        out.append(said)
    return out


def says(phone, call_id, state, **more):
    said = {"call_id": call_id, "state": state, **more}
    jsonschema.validate(said, state_schema())
    return phone.message(1, STATE, json.dumps(said).encode(), False)


def states(reports):
    return [(report.call_id, report.state, report.by) for report in reports]


def test_a_call_goes_out(phone):
    assert states(phone.dial(0, "c1", "dru-zod", "+1 555")) == [("c1", "dialling", HOUSE)]
    assert commands(phone) == [{"action": "dial", "call_id": "c1", "number": "+1 555", "contact": "dru-zod"}]
    assert states(says(phone, "c1", "ringing")) == [("c1", "ringing", "")]
    assert states(says(phone, "c1", "active", by=CONTACT)) == [("c1", "active", CONTACT)]
    assert states(says(phone, "c1", "ended", by=CONTACT, why="bye")) == [("c1", "ended", CONTACT)]
    assert commands(phone) == []


def test_a_call_comes_in(phone):
    [report] = says(phone, "g7", "ringing", peer="General Dru-Zod")
    assert report == Report("g7", "ringing", "General Dru-Zod", CONTACT, incoming=True)
    assert phone.answer(1, "g7") == []
    assert states(says(phone, "g7", "active", by=HOUSE)) == [("g7", "active", HOUSE)]
    assert states(phone.hang_up(2, "g7")) == [("g7", "ended", HOUSE)]
    assert [one["action"] for one in commands(phone)] == ["answer", "hang_up"]


def test_one_is_refused_and_a_second_one_is_told_so(phone):
    says(phone, "g1", "ringing", peer="zod")
    assert says(phone, "g2", "ringing", peer="ursa") == []
    assert states(phone.reject(1, "g1")) == [("g1", "refused", HOUSE)]
    asked = commands(phone)
    assert [(one["action"], one["call_id"]) for one in asked] == [("reject", "g2"), ("reject", "g1")]
    assert says(phone, "g1", "ended") == []


def test_a_call_that_the_house_does_not_know_is_ended(phone):
    assert says(phone, "old", "active") == []
    assert commands(phone) == [{"action": "hang_up", "call_id": "old"}]


def test_without_a_gateway_a_call_fails_at_once():
    phone = PhoneGateway(Topics("kelex"))
    [report] = phone.dial(0, "c1", "zod", "1")
    assert (report.state, report.why) == ("failed", "no phone gateway is online; start one")
    assert phone.take() == []


@pytest.mark.parametrize("lose", [lambda phone: phone.message(1, AVAILABLE, b"offline", False),
                                  lambda phone: phone.broker_lost(1)])  # fmt: skip
def test_a_gateway_that_goes_takes_the_call_along(phone, lose):
    phone.dial(0, "c1", "zod", "1")
    [report] = lose(phone)
    assert (report.state, report.by) == ("failed", "")
    assert "; " in report.why
    assert not phone.online


def test_a_gateway_that_keeps_silent_is_hung_up(phone):
    phone.dial(0, "c1", "zod", "1")
    assert phone.due_s() == 10
    assert states(phone.step(10)) == [("c1", "failed", "")]
    assert [one["action"] for one in commands(phone)] == ["dial", "hang_up"]


@pytest.mark.parametrize(
    "payload",
    [b"", b"x", b"[]", b"{}", b'{"call_id": "c1"}', b'{"call_id": 7, "state": "active"}', b"\xff",
     b'{"call_id": "c1", "state": "exploded"}', b'{"call_id": "c1", "state": "active", "by": "mallory"}',
     b'{"call_id": "", "state": "active"}', b'{"call_id": "c1", "state": "active", "why": "\\u202e"}',
     b'{"call_id": "c1", "state": "active", "why": "' + b"x" * 300 + b'"}', b" " * 10_000],
)  # fmt: skip
def test_what_is_no_state_is_counted_and_changes_nothing(phone, payload):
    phone.dial(0, "c1", "zod", "1")
    assert phone.message(1, STATE, payload, False) == []
    assert phone.refused == 1


def test_a_retained_state_is_of_yesterday(phone):
    phone.dial(0, "c1", "zod", "1")
    assert phone.message(1, STATE, b'{"call_id": "c1", "state": "active"}', True) == []


@given(payload=st.binary(max_size=100), topic=st.sampled_from([STATE, AVAILABLE, COMMAND, "x"]), retained=st.booleans())
def test_anything_may_come(payload, topic, retained):
    phone = PhoneGateway(Topics("kelex"))
    assert phone.message(0, topic, payload, retained) == []
