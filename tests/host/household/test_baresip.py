"""What baresip says becomes reports; whatever else comes over its connection is counted or ends it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kelex_host.household.baresip import FRAME_BYTES, Baresip, Netstrings, TalkError
from kelex_host.household.phone import CONTACT, HOUSE, Limits

ZOD = "sip:zod@h"


def netstring(said):
    text = said if isinstance(said, bytes) else json.dumps(said).encode()
    return b"%d:%s," % (len(text), text)


def event(kind, sip_id="s1", direction="outgoing", **more):
    said = {"event": True, "type": kind, "class": "call", "direction": direction, "peeruri": ZOD, "id": sip_id}
    return netstring({**said, **more})


def response(token, ok=True, data=""):
    return netstring({"response": True, "ok": ok, "data": data, "token": token})


def commands(phone):
    return [json.loads(text) for text in Netstrings().feed(phone.take())]


def states(reports):
    return [(report.state, report.by) for report in reports]


@pytest.fixture
def phone():
    made = Baresip(Limits(dialling_s=10))
    made.opened()
    [hello] = commands(made)
    assert hello == {"command": "hangup", "token": "hello"}
    made.received(0, response("hello"))
    return made


@pytest.fixture
def dialled(phone):
    phone.dial(0, "c1", "zod", ZOD)
    phone.take()
    phone.received(0, response("c1"))
    return phone


def test_a_call_goes_out(phone):
    assert states(phone.dial(0, "c1", "zod", ZOD)) == [("dialling", HOUSE)]
    assert commands(phone) == [{"command": "dial", "params": ZOD, "token": "c1"}]
    told = phone.received(1, response("c1") + event("CALL_RINGING") + event("CALL_RTCP") + event("CALL_ESTABLISHED"))
    assert states(told) == [("ringing", CONTACT), ("active", CONTACT)]
    told = phone.received(2, event("CALL_CLOSED", param="Connection reset by peer"))
    assert states(told) == [("ended", CONTACT)]


def test_it_does_not_matter_how_the_bytes_are_cut(dialled):
    stream = event("CALL_RINGING") + event("CALL_ESTABLISHED") + event("CALL_CLOSED", param="Connection reset by peer")
    told = [report for i in range(len(stream)) for report in dialled.received(1, stream[i : i + 1])]
    assert [report.state for report in told] == ["ringing", "active", "ended"]


@pytest.mark.parametrize(
    ("param", "end"),
    [
        ("486 Rejected", ("refused", CONTACT)),
        ("603 Decline", ("refused", CONTACT)),
        ("404 Not Found", ("failed", "")),
        ("408 Request Timeout", ("failed", "")),
        ("Connection timed out", ("failed", "")),
        ("Connection reset by peer", ("ended", CONTACT)),
        ("Connection reset by user", ("ended", HOUSE)),
        ("", ("failed", "")),
        ("4865 odd", ("failed", "")),
    ],
)
def test_how_a_call_ends_before_it_is_answered(dialled, param, end):
    [report] = dialled.received(1, event("CALL_CLOSED", param=param))
    assert (report.state, report.by) == end
    assert bool(report.why) == (report.state == "failed")


def test_what_baresip_refuses_to_dial_has_failed(phone):
    phone.dial(0, "c1", "zod", ZOD)
    [report] = phone.received(1, response("c1", False, "no such account\n"))
    assert (report.state, report.why) == ("failed", "baresip refuses to dial: no such account")
    assert states(phone.dial(2, "c2", "zod", ZOD)) == [("dialling", HOUSE)]


@pytest.mark.parametrize("number", ["", "sip:zod@h x", "sip:zod@h\n/quit", "sip:ü@h", "s" * 201])
def test_a_number_that_cannot_be_dialled_is_not_sent(phone, number):
    [report] = phone.dial(0, "c1", "zod", number)
    assert report.state == "failed"
    assert "give the contact one, such as sip:zod@host" in report.why
    assert phone.take() == b""


def test_without_baresip_a_call_fails_at_once():
    [report] = Baresip().dial(0, "c1", "zod", ZOD)
    assert (report.state, report.why) == ("failed", "baresip is not running; start it with its module ctrl_tcp")


def test_a_call_comes_in_and_is_taken(phone):
    [report] = phone.received(0, event("CALL_INCOMING", "s7", "incoming"))
    assert (report.call_id, report.state, report.peer, report.incoming) == ("sip-s7", "ringing", ZOD, True)
    assert phone.answer(1, "sip-s7") == []
    assert commands(phone) == [{"command": "accept"}]
    assert states(phone.received(1, event("CALL_ESTABLISHED", "s7", "incoming"))) == [("active", HOUSE)]
    assert states(phone.hang_up(2, "sip-s7")) == [("ended", HOUSE)]
    assert phone.received(2, event("CALL_CLOSED", "s7", "incoming", param="Connection reset by user")) == []


def test_an_account_that_answers_by_itself_rings_and_is_active_at_once(phone):
    told = phone.received(0, event("CALL_ESTABLISHED", "s7", "incoming"))
    assert states(told) == [("ringing", CONTACT), ("active", HOUSE)]


def test_a_caller_who_gives_up_has_ended_it(phone):
    phone.received(0, event("CALL_INCOMING", "s7", "incoming"))
    told = phone.received(1, event("CALL_CLOSED", "s7", "incoming", param="Connection reset by peer"))
    assert states(told) == [("ended", CONTACT)]


def test_a_second_call_that_comes_in_does_not_disturb_the_first(dialled):
    dialled.received(1, event("CALL_ESTABLISHED"))
    assert dialled.received(1, event("CALL_INCOMING", "s2", "incoming")) == []
    assert dialled.received(1, event("CALL_CLOSED", "s2", "incoming", param="486 Busy Here")) == []
    assert states(dialled.received(2, event("CALL_CLOSED", param="Connection reset by peer"))) == [("ended", CONTACT)]


def test_what_is_left_of_an_earlier_call_is_not_taken_for_the_next(phone):
    phone.dial(0, "c1", "zod", ZOD)
    phone.hang_up(0, "c1")
    phone.dial(0, "c2", "zod", ZOD)
    # Only now baresip gets to the three commands.
    gone = event("CALL_CLOSED", "s1", param="Connection reset by user")
    assert phone.received(1, response("c1") + gone + response("") + response("c2")) == []
    assert states(phone.received(2, event("CALL_RINGING", "s2"))) == [("ringing", CONTACT)]
    assert phone.received(2, event("CALL_RINGING", "s1")) == []


def test_a_lost_connection_fails_the_call_and_a_new_one_starts_clean(dialled):
    [report] = dialled.closed(5)
    assert (report.state, report.why) == ("failed", "the connection to baresip is lost; see to it")
    assert dialled.closed(6) == []
    dialled.opened()
    assert dialled.received(7, event("CALL_RINGING") + event("CALL_INCOMING", "s2", "incoming")) == []
    assert dialled.dial(7, "early", "zod", ZOD)[0].state == "failed"
    dialled.received(7, response("hello"))
    assert states(dialled.dial(7, "c2", "zod", ZOD)) == [("dialling", HOUSE)]


def test_a_call_that_does_not_ring_is_hung_up(dialled):
    assert states(dialled.step(dialled.due_s())) == [("failed", "")]
    assert commands(dialled) == [{"command": "hangup"}]


def test_a_failed_registration_is_told():
    phone = Baresip()
    phone.opened()
    failed = {"event": True, "type": "REGISTER_FAIL", "class": "register", "param": "401 x"}
    phone.received(0, response("hello") + netstring(failed))
    assert phone.problem == "baresip cannot register (401 x); correct its accounts file."


@pytest.mark.parametrize(
    "text", [b"", b"x", b"[]", b"7", b"\xff", b'{"type": 7}', b'{"response": true}', b'{"id": {}}']
)
def test_what_makes_no_sense_changes_nothing(dialled, text):
    assert dialled.received(1, netstring(text)) == []
    assert states(dialled.received(1, event("CALL_RINGING"))) == [("ringing", CONTACT)]


@pytest.mark.parametrize("data", [b"x", b":", b"12a:", b"0000001:", b"9999999", b"-1:x,", b"1:xx", b"99999:"])
def test_what_is_no_netstring_ends_the_connection(data):
    with pytest.raises(TalkError):
        Netstrings().feed(data)


def test_an_empty_and_a_largest_netstring_are_read():
    assert Netstrings().feed(b"0:,") == [b""]
    assert Netstrings().feed(netstring(b"x" * FRAME_BYTES)) == [b"x" * FRAME_BYTES]


@given(pieces=st.lists(st.binary(max_size=20), max_size=10))
def test_any_bytes_are_taken_or_refused(pieces):
    phone = Baresip()
    phone.opened()
    try:
        for piece in pieces:
            assert phone.received(0, piece) == []
    except TalkError:
        pass
