"""What the owner is told of refused orders."""

from host.trust.gate import Gate, topic
from kelex_host.trust.alerts import KINDS, RESOLVED_S, SOURCES_MOST, UPDATE_S
from kelex_host.trust.signed_order import FRESH_S

LOCK = {"on": True}


def test_the_first_refusal_is_told_at_once_with_what_which_key_and_from_where(gate):
    envelope = gate.sign("kara", "lockdown", LOCK)
    gate.send("lockdown", envelope)
    source = {"key": envelope["key"], "topic": topic("lockdown"), "count": 1}
    alert, [event] = gate.alert("not-allowed"), gate.events()
    assert alert["sources"] == event["sources"] == [source]
    assert alert["count"] == event["count"] == 1
    assert alert["severity"] == event["severity"] == "moderate"
    assert event["event_type"] == "order_refused"
    assert "child" in alert["text"]
    assert alert["first"] == event["time"] == gate.now.stamp()


def test_alerts_are_retained_and_events_are_not(gate):
    gate.send("lockdown", {})
    retained = {name: retain for name, _, retain in gate.told}
    assert retained["kelex/house/alerts/trust-unsigned"] is True
    assert retained["kelex/house/event/trust"] is False


def test_more_of_a_kind_are_counted_and_told_once_a_minute(gate):
    for _ in range(100):
        gate.send("lockdown", {})
    assert gate.alert("unsigned")["count"] == 1
    assert gate.alerts.due_s() == gate.now.mono_s + UPDATE_S
    gate.pass_time(UPDATE_S - 0.1)
    assert len(gate.events()) == 1
    gate.pass_time(0.1)
    assert gate.alert("unsigned")["count"] == 100
    assert [event["count"] for event in gate.events()] == [1, 99]
    gate.pass_time(UPDATE_S)
    assert len(gate.events()) == 2


def test_one_kind_does_not_hide_another(gate):
    for _ in range(100):
        gate.send("lockdown", {})
    gate.send("lockdown", gate.sign("jor-el", "lockdown", LOCK, age_s=FRESH_S + 1))
    assert gate.alert("stale")["count"] == 1


def test_whatever_is_malformed_is_one_kind(gate):
    gate.send("lockdown", {"order": "", "key": "", "signature": 5})
    gate.send("lockdown", {"order": ""})
    gate.pass_time(UPDATE_S)
    assert gate.alert("malformed")["count"] == 2


def test_sources_are_bounded(gate):
    for number in range(50):
        gate.send("lockdown", {"order": "", "key": f"key{number}" * 100, "signature": ""})
    gate.pass_time(UPDATE_S)
    assert len(gate.alert("unknown-key")["sources"]) == SOURCES_MOST
    assert gate.alert("unknown-key")["count"] == 50
    assert max(len(source["key"]) for source in gate.alert("unknown-key")["sources"]) == 64


def test_an_alert_ends_an_hour_after_the_last_refusal_and_can_begin_again(gate):
    gate.send("lockdown", {})
    gate.pass_time(RESOLVED_S / 2)
    gate.send("lockdown", {})
    gate.pass_time(RESOLVED_S - 1)
    assert gate.alert("unsigned")["count"] == 2
    assert gate.alerts.due_s() == gate.now.mono_s + 1
    gate.pass_time(1)
    assert gate.alert("unsigned") is None
    assert gate.told[-1] == ("kelex/house/alerts/trust-unsigned", b"", True)
    assert gate.alerts.due_s() == float("inf")
    gate.send("lockdown", {})
    assert gate.alert("unsigned")["count"] == 1


def test_every_event_has_an_id_of_its_own(gate):
    for kind in range(3):
        gate.send("lockdown", [{}, {"order": ""}, gate.sign("kara", "lockdown", LOCK)][kind])
    ids = [event["event_id"] for event in gate.events()]
    assert len(set(ids)) == len(ids) == 3


def test_what_an_earlier_process_left_is_taken_away():
    gate = Gate()
    gate.alerts.start()
    gate.pass_time(0)
    names = {f"kelex/house/alerts/trust-{kind.replace('_', '-')}" for kind in KINDS}
    assert {(name, payload, retain) for name, payload, retain in gate.told} == {(name, b"", True) for name in names}
