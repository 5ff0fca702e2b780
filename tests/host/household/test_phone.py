"""A call goes forward only, one at a time, and ends by itself at its limits; the simulated contacts behave as told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kelex_host.household.phone import CONTACT, HOUSE, OVER, RANKS, Limits, Line, Report
from kelex_host.household.phone_simulated import BEHAVIOURS, SimulatedPhone

LIMITS = Limits(dialling_s=30, ringing_s=60, active_s=3600)


def states(reports):
    return [(report.state, report.by) for report in reports]


# --- the line ---


def test_a_call_from_dialling_to_its_end():
    line = Line()
    assert line.dial(0, "c1", "sip:zod@h") == [Report("c1", "dialling", "sip:zod@h", HOUSE)]
    assert states(line.heard(1, "c1", "ringing", CONTACT)) == [("ringing", CONTACT)]
    assert states(line.heard(2, "c1", "active", CONTACT)) == [("active", CONTACT)]
    assert line.heard(3, "c1", "ended", CONTACT) == [Report("c1", "ended", "sip:zod@h", CONTACT)]
    assert line.call is None


def test_a_call_that_comes_in():
    line = Line()
    assert line.incoming(0, "c1", "zod") == [Report("c1", "ringing", "zod", CONTACT, incoming=True)]
    assert line.incoming(0, "c2", "ursa") == []
    assert states(line.dial(0, "c3", "non")) == [("failed", "")]
    assert states(line.heard(1, "c1", "refused", HOUSE)) == [("refused", HOUSE)]


def test_what_is_said_twice_late_or_of_another_call_is_dropped_and_counted():
    line = Line()
    line.dial(0, "c1", "x")
    line.heard(1, "c1", "active", CONTACT)
    for call_id, state in (("c1", "ringing"), ("c1", "active"), ("c1", "dialling"), ("c2", "ended")):
        assert line.heard(2, call_id, state) == []
    assert line.ignored == 4
    line.heard(3, "c1", "ended")
    assert line.heard(4, "c1", "failed") == []


def test_what_was_answered_cannot_be_refused_any_more():
    line = Line()
    line.dial(0, "c1", "x")
    line.heard(1, "c1", "active")
    assert states(line.heard(2, "c1", "refused", CONTACT)) == [("ended", CONTACT)]


@pytest.mark.parametrize(
    ("state", "limit_s", "end", "why"),
    [
        ("dialling", 30, ("failed", ""), "did not ring"),
        ("ringing", 60, ("failed", ""), "nobody answered"),
        ("active", 3600, ("ended", HOUSE), "1 hours at most"),
    ],
)
def test_every_state_has_its_limit(state, limit_s, end, why):
    line = Line(LIMITS)
    line.dial(0, "c1", "x")
    if state != "dialling":
        line.heard(10, "c1", state)
    due_s = line.due_s()
    assert due_s == limit_s + (0 if state == "dialling" else 10)
    assert line.step(due_s - 0.001) == []
    [report] = line.step(due_s)
    assert ((report.state, report.by), why in report.why) == (end, True)
    assert line.due_s() == float("inf")


@given(st.lists(st.tuples(st.sampled_from(list(RANKS)), st.sampled_from(["c1", "c2"])), max_size=12))
def test_whatever_a_telephone_says_a_call_goes_forward_and_ends_once(said):
    line = Line()
    told = line.dial(0, "c1", "x")
    for state, call_id in said:
        told += line.heard(1, call_id, state)
    ranks = [RANKS[report.state] for report in told]
    assert ranks == sorted(set(ranks))
    assert sum(report.state in OVER for report in told) == (line.call is None)


# --- the simulated contacts ---


def lived(phone, until_s=200.0):
    """Everything that happens from now on, with its moment."""
    told = []
    while (due_s := phone.due_s()) <= until_s:
        told += [(round(due_s, 3), report.state, report.by) for report in phone.step(due_s)]
    return told


def called(behaviour=None, after_s=2.0):
    phone = SimulatedPhone(LIMITS)
    if behaviour:
        phone.behave(0.0, "dru-zod", behaviour, after_s)
    assert states(phone.dial(0.0, "c1", "dru-zod", "")) == [("dialling", HOUSE)]
    return phone


@pytest.mark.parametrize(
    ("behaviour", "after_s", "told"),
    [
        (None, 2.0, [(0.3, "ringing", CONTACT), (2.0, "active", CONTACT), (3602.0, "ended", HOUSE)]),
        ("answer", 5.0, [(0.3, "ringing", CONTACT), (5.0, "active", CONTACT), (3605.0, "ended", HOUSE)]),
        ("answer", 0.0, [(0.3, "ringing", CONTACT), (0.3, "active", CONTACT), (3600.3, "ended", HOUSE)]),
        ("refuse", 3.0, [(0.3, "ringing", CONTACT), (3.0, "refused", CONTACT)]),
        ("silent", 2.0, [(0.3, "ringing", CONTACT), (60.3, "failed", "")]),
        ("hangup", 4.0, [(0.3, "ringing", CONTACT), (1.3, "active", CONTACT), (5.3, "ended", CONTACT)]),
    ],
)
def test_a_contact_behaves_as_told(behaviour, after_s, told):
    assert lived(called(behaviour, after_s), 4000.0) == told


def test_a_contact_that_is_told_to_hang_up_in_the_midst_of_a_call_does():
    phone = called()
    while phone.step(phone.due_s())[-1].state != "active":
        pass
    phone.behave(10.0, "dru-zod", "hangup", 1.5)
    assert lived(phone) == [(11.5, "ended", CONTACT)]


def test_the_house_hangs_up_at_any_moment():
    for steps in range(3):
        phone = called()
        for _ in range(steps):
            phone.step(phone.due_s())
        assert states(phone.hang_up(50.0, "c1")) == [("ended", HOUSE)]
        assert lived(phone) == []
        assert phone.hang_up(50.0, "c1") == []


def test_a_contact_calls_and_is_answered_or_refused():
    phone = SimulatedPhone(LIMITS)
    assert [report.incoming for report in phone.call_in(0.0, "c1", "dru-zod")] == [True]
    assert states(phone.answer(1.0, "c1")) == [("active", HOUSE)]
    assert phone.reject(1.0, "c1") == phone.answer(1.0, "c1") == []
    phone.hang_up(2.0, "c1")
    phone.call_in(3.0, "c2", "dru-zod")
    assert states(phone.reject(4.0, "c2")) == [("refused", HOUSE)]
    phone.call_in(5.0, "c3", "dru-zod")
    assert lived(phone) == [(65.0, "failed", "")]


@given(st.data())
def test_in_whatever_order_things_happen_each_call_ends_once(data):
    phone, now_s, told = SimulatedPhone(LIMITS), 0.0, []
    for number in range(data.draw(st.integers(1, 15))):
        now_s += data.draw(st.floats(0, 20))
        told += phone.step(now_s)
        match data.draw(st.sampled_from(["dial", "answer", "reject", "hang_up", "behave", "call_in"])):
            case "dial":
                told += phone.dial(now_s, f"c{number}", "zod", "1")
            case "call_in":
                told += phone.call_in(now_s, f"c{number}", "zod")
            case "behave":
                phone.behave(now_s, "zod", data.draw(st.sampled_from(BEHAVIOURS)), data.draw(st.floats(0, 10)))
            case action:
                told += getattr(phone, action)(now_s, f"c{data.draw(st.integers(0, number))}")
    while phone.due_s() < float("inf"):
        told += phone.step(phone.due_s())
    for call_id in {report.call_id for report in told}:
        ranks = [RANKS[report.state] for report in told if report.call_id == call_id]
        assert ranks == sorted(set(ranks))
        assert ranks[-1] == 3
