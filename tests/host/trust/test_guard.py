"""What passes the guard and what does not, seen from the topics."""

import base64
import json

import pytest
from host.trust.gate import ROLES, Gate, key_of
from kelex_host.bridge.verbs import Verb
from kelex_host.errors import TrustError
from kelex_host.trust.guard import FORGERIES_MOST, LOCKED, LOCKOUT_S, Refusal, closed_guard
from kelex_host.trust.keyring import key_id
from kelex_host.trust.roles import RULES
from kelex_host.trust.signed_order import FRESH_S, message

LOCK = {"on": True}
LIFT = {"on": False}


def forged(gate, **changes):
    """The owner's order, with parts of the envelope changed."""
    return gate.sign("jor-el", "lockdown", LIFT) | changes


def signed_text(member, text, at="kelex/house/request/lockdown"):
    """An envelope around any text, rightly signed."""
    key = key_of(member)
    signature = base64.b64encode(key.sign(message(at, text))).decode()
    return {"order": text, "key": key_id(key.public_key().public_bytes_raw()), "signature": signature}


def test_a_signed_order_is_obeyed_with_its_own_fields_alone(gate):
    assert gate.send("lockdown", gate.sign("jor-el", "lockdown", LOCK)) == "ok"
    assert gate.obeyed == [("lockdown", {"on": True, "reason": None})]
    assert gate.alert("unsigned") is None


@pytest.mark.parametrize(("verb", "fields"), [("lockdown", LOCK), ("lockdown", {}), ("crystal", {"action": "save"}),
                                              ("nursery", {"watch": False}), ("nursery", {"watch": 0})])  # fmt: skip
def test_a_guarded_order_that_is_not_signed_is_refused(gate, verb, fields):
    assert gate.send(verb, fields) == "unsigned"
    assert "--as" in gate.answer["error"]["message"]
    assert gate.obeyed == []


@pytest.mark.parametrize(("verb", "scope", "fields"), [("cry", "world", {}), ("nursery", "house", {"watch": True}),
                                                       ("nursery", "house", {}), ("ack", "house", {})])  # fmt: skip
def test_what_is_not_guarded_needs_no_signature(gate, verb, scope, fields):
    assert gate.send(verb, fields, scope=scope) == "ok"


def test_a_declaration_can_guard_a_verb_that_is_not_in_the_table(gate):
    assert gate.send("melt", {}, scope="world") == "unsigned"
    assert gate.send("melt", gate.sign("kara", "melt", {}, scope="world"), scope="world") == "not_allowed"
    assert gate.send("melt", gate.sign("lara", "melt", {}, scope="world"), scope="world") == "ok"


def test_the_owner_can_lift_the_guard_of_the_nursery_watch_and_of_nothing_declared_guarded():
    gate = Gate(free=("nursery", "lockdown"))
    assert gate.send("nursery", {"watch": False}) == "ok"
    assert gate.send("lockdown", LIFT) == "unsigned"
    assert Gate(guarded=("nursery",), free=("nursery",)).send("nursery", {"watch": False}) == "unsigned"


def test_configuration_can_guard_more():
    gate = Gate(guarded=("ack",))
    assert gate.send("ack", {}) == "unsigned"
    assert gate.send("ack", gate.sign("dru-zod", "ack", {})) == "not_allowed"
    assert gate.send("ack", gate.sign("lara", "ack", {})) == "ok"


def test_a_signature_where_none_is_needed_is_verified_and_says_who_it_was(gate):
    assert gate.send("ack", gate.sign("kara", "ack", {})) == "ok"
    assert gate.obeyed == [("ack", {"by": "kara"})]
    assert gate.send("ack", gate.sign("kara", "ack", {}) | {"key": "nobody"}) == "unknown_key"
    assert len(gate.obeyed) == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"signature": base64.b64encode(bytes(64)).decode()}, "bad_signature"),
        ({"signature": ""}, "bad_signature"),
        ({"signature": "é" * 88}, "bad_signature"),
        ({"order": "{}"}, "bad_signature"),
        ({"key": "0123456789abcdef"}, "unknown_key"),
        ({"key": key_id(key_of("lara").public_key().public_bytes_raw())}, "bad_signature"),
        ({"key": 5}, "wrong_type"),
        ({"order": {"on": False}}, "wrong_type"),
        ({"on": False}, "unknown_field"),
    ],
)
def test_an_envelope_that_was_tampered_with_is_refused(gate, changes, code):
    assert gate.send("lockdown", forged(gate, **changes)) == code
    assert gate.obeyed == []
    assert gate.saved == {}


@pytest.mark.parametrize("part", ["order", "key", "signature"])
def test_an_envelope_needs_all_its_parts(gate, part):
    envelope = forged(gate)
    del envelope[part]
    assert gate.send("lockdown", envelope) == "missing_field"


GOOD = {"on": True, "by": "jor-el", "issued_at": "2026-09-21T14:14:59Z", "counter": 1}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not_json"),
        ("[]", "wrong_type"),
        ("[" * 4000, "not_json"),
        ('{"on": true, "on": false, "by": "jor-el"}', "not_json"),
        ('{"on": true, "\\u006fn": false}', "not_json"),
        ('{"reason": [{"a": 1, "a": 2}]}', "not_json"),
        ('{"reason": "\\ud800"}', "not_json"),
        ('{"counter": NaN}', "not_json"),
        (json.dumps({k: v for k, v in GOOD.items() if k != "by"}), "missing_field"),
        (json.dumps({k: v for k, v in GOOD.items() if k != "issued_at"}), "missing_field"),
        (json.dumps({k: v for k, v in GOOD.items() if k != "counter"}), "missing_field"),
        (json.dumps(GOOD | {"by": None}), "wrong_type"),
        (json.dumps(GOOD | {"counter": True}), "wrong_type"),
        (json.dumps(GOOD | {"counter": 1.0}), "wrong_type"),
        (json.dumps(GOOD | {"counter": 0}), "out_of_range"),
        (json.dumps(GOOD | {"counter": 2**53}), "out_of_range"),
        (json.dumps(GOOD | {"transaction": "t"}), "unknown_field"),
        *[
            (json.dumps(GOOD | {"issued_at": time}), "wrong_type")
            for time in ("now", "2026-09-21T14:14:59", "2026-09-21", "20260921T141459Z", "0000-01-01T00:00:00Z",
                         "2026-09-21T14:14:60Z", "٢٠٢٦-09-21T14:14:59Z", 1790000000)
        ],
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_what_is_signed_but_malformed_is_refused(gate, text, code):
    assert gate.send("lockdown", signed_text("jor-el", text)) == code
    assert gate.obeyed == []
    assert gate.saved == {}


@pytest.mark.parametrize(
    "time", ["2026-09-21T14:14:59Z", "2026-09-21t16:15:00.123456789+02:00", "2026-09-21T14:15:00-00:00"]
)
def test_every_form_of_rfc_3339_is_taken(gate, time):
    assert gate.now.stamp() == "2026-09-21T14:15:00.000+00:00"
    assert gate.send("lockdown", signed_text("jor-el", json.dumps(GOOD | {"issued_at": time}))) == "ok"


def test_a_signature_holds_for_one_topic_alone(gate):
    envelope = signed_text("jor-el", json.dumps(GOOD), at="kelex/el/house/request/lockdown")
    assert gate.send("lockdown", envelope) == "bad_signature"


def test_nobody_orders_in_anothers_name(gate):
    assert gate.send("lockdown", gate.sign("lara", "lockdown", LIFT, by="jor-el")) == "not_allowed"
    assert gate.send("lockdown", gate.sign("jor-el", "lockdown", LIFT, by="lara")) == "not_allowed"


@pytest.mark.parametrize("member", ROLES)
def test_a_role_decides_what_a_member_may_order(gate, member):
    answers = [gate.send("lockdown", gate.sign(member, "lockdown", fields)) for fields in (LOCK, LIFT)]
    assert answers == {
        "owner": ["ok", "ok"],
        "adult": ["ok", "not_allowed"],
    }.get(ROLES[member], ["not_allowed", "not_allowed"])


def test_an_order_is_fresh_for_thirty_seconds_by_either_clock(gate):
    for age_s, code in ((FRESH_S, "ok"), (-FRESH_S, "ok"), (FRESH_S + 0.01, "stale"), (-FRESH_S - 0.01, "stale")):
        assert gate.send("lockdown", gate.sign("jor-el", "lockdown", LOCK, age_s=age_s)) == code


@pytest.mark.parametrize("years", [1, -1])
def test_a_clock_that_is_wrong_by_a_year_is_said_plainly_with_both_times_and_all_else_works(gate, years):
    assert gate.send("lockdown", gate.sign("jor-el", "lockdown", LOCK, age_s=years * 31_536_000)) == "stale"
    said = gate.answer["error"]["message"]
    assert "clock" in said
    assert f"{2026 - years}-09-21" in said
    assert "2026-09-21" in said
    assert gate.send("cry", {}, scope="world") == "ok"
    assert gate.send("lockdown", gate.sign("jor-el", "lockdown", LOCK)) == "ok"


def test_an_order_passes_once(gate):
    envelope = gate.sign("jor-el", "lockdown", LIFT)
    assert [gate.send("lockdown", envelope) for _ in range(3)] == ["ok", "replayed", "replayed"]
    assert len(gate.obeyed) == 1


def test_an_order_that_was_overtaken_by_a_later_one_is_refused(gate):
    first, second = (gate.sign("jor-el", "lockdown", LIFT) for _ in range(2))
    assert gate.send("lockdown", second) == "ok"
    assert gate.send("lockdown", first) == "replayed"


def test_an_order_delivered_again_with_its_transaction_gets_the_same_answer_and_is_obeyed_once(gate):
    envelope = gate.sign("jor-el", "lockdown", LIFT | {"transaction": "t1"})
    assert [gate.send("lockdown", envelope) for _ in range(3)] == ["ok", "ok", "ok"]
    assert len(gate.obeyed) == 1
    assert gate.send("lockdown", envelope | {"transaction": "t2"}) == "replayed"


def test_who_proves_nothing_cannot_settle_what_another_is_answered(gate):
    assert gate.send("lockdown", {"on": False, "transaction": "t1"}) == "unsigned"
    assert gate.send("lockdown", forged(gate, order="{}", transaction="t1")) == "bad_signature"
    assert gate.send("lockdown", gate.sign("jor-el", "lockdown", LIFT | {"transaction": "t1"})) == "ok"


def test_keys_have_counters_of_their_own_and_a_refused_order_moves_none(gate):
    high = gate.sign("jor-el", "lockdown", LOCK, counter=2**53 - 1)
    for refused in (high | {"order": high["order"] + " "}, gate.sign("kara", "lockdown", LOCK, counter=2**53 - 1),
                    gate.sign("jor-el", "lockdown", LOCK, counter=2**53 - 1, age_s=31)):  # fmt: skip
        assert gate.send("lockdown", refused) != "ok"
    for member in ("jor-el", "lara"):
        assert gate.send("lockdown", gate.sign(member, "lockdown", LOCK, counter=5)) == "ok"
        assert gate.send("lockdown", gate.sign(member, "lockdown", LOCK, counter=5)) == "replayed"
        assert gate.send("lockdown", gate.sign(member, "lockdown", LOCK, counter=6)) == "ok"


def test_a_revoked_key_is_dead_at_once(gate):
    assert gate.send("lockdown", gate.sign("lara", "lockdown", LOCK)) == "ok"
    gate.keyring = gate.keyring.revoke(key_id(key_of("lara").public_key().public_bytes_raw()))
    assert gate.send("lockdown", gate.sign("lara", "lockdown", LOCK)) == "unknown_key"
    assert "revoked" in gate.answer["error"]["message"]


def test_the_key_of_somebody_who_is_no_member_any_more_is_worth_nothing(gate):
    gate.keyring = gate.keyring.enrol("non", "phone", key_of("non").public_key().public_bytes_raw())
    assert gate.send("lockdown", gate.sign("non", "lockdown", LOCK)) == "unknown_key"


def test_the_counter_is_safe_before_the_order_is_obeyed_or_it_is_not_obeyed(gate):
    envelope = gate.sign("jor-el", "lockdown", LIFT)
    assert gate.send("lockdown", envelope) == "ok"
    assert gate.obeyed_when_saved == 0
    assert gate.saved == {envelope["key"]: 1}

    def full(counters):
        raise TrustError("The disk is full; make room.")

    gate.guard._save = full
    assert gate.send("lockdown", gate.sign("jor-el", "lockdown", LIFT)) == "busy"
    assert len(gate.obeyed) == 1


def test_after_a_restart_an_order_still_passes_only_once(gate):
    envelope = gate.sign("jor-el", "lockdown", LIFT, age_s=-20)
    assert gate.send("lockdown", envelope) == "ok"
    gate.restart(gate.saved)
    gate.pass_time(5)
    assert gate.send("lockdown", envelope) == "replayed"


def test_after_a_restart_with_an_older_state_nothing_from_before_passes_again(gate):
    envelope = gate.sign("jor-el", "lockdown", LIFT)
    assert gate.send("lockdown", envelope) == "ok"
    gate.restart({})
    for _ in range(40):
        assert gate.send("lockdown", envelope) == "stale"
        gate.pass_time(1.0)
    assert gate.send("lockdown", gate.sign("jor-el", "lockdown", LIFT)) == "ok"


def test_a_flood_of_forgeries_locks_the_topic_against_them_and_never_stops_the_owner(gate):
    said = []
    for _ in range(FORGERIES_MOST * 5):
        assert gate.send("lockdown", forged(gate, order="{}")) == "bad_signature"
        said.append(gate.answer["error"]["message"])
    assert said[:FORGERIES_MOST].count(LOCKED) == 0
    assert set(said[FORGERIES_MOST:]) == {LOCKED}
    assert gate.send("lockdown", gate.sign("jor-el", "lockdown", LIFT)) == "ok"
    assert gate.send("lockdown", forged(gate, order="{}")) == "bad_signature"
    assert gate.desk.refused["bad_signature"] == FORGERIES_MOST * 5 + 1
    gate.pass_time(LOCKOUT_S)
    gate.send("lockdown", forged(gate, order="{}"))
    assert gate.answer["error"]["message"] != LOCKED


def test_a_damaged_keyring_refuses_every_signed_order_and_nothing_else(gate):
    def damaged():
        raise TrustError("The keyring is damaged; restore it.")

    gate.guard._keyring = damaged
    assert gate.send("lockdown", gate.sign("jor-el", "lockdown", LOCK)) == "busy"
    assert "restore it" in gate.answer["error"]["message"]
    assert gate.send("cry", {}, scope="world") == "ok"


def test_a_house_that_was_given_no_guard_refuses_whatever_is_guarded(gate):
    gate.desk._guard = closed_guard("The keyring is damaged; restore it.", ("ack",))
    for verb in ("lockdown", "ack"):
        assert gate.send(verb, {}) == "unsigned"
        assert gate.send(verb, gate.sign("jor-el", verb, LOCK)) == "busy"
    assert gate.obeyed == []
    assert gate.send("cry", {}, scope="world") == "ok"


GUARDED = [
    (rule, fields)
    for rule in RULES
    for fields in ({}, *({rule.field or "x": value} for value in (False, None, 0, "", "restore", [], {})))
    if rule.covers(rule.scope, rule.name, fields)
]


@pytest.mark.parametrize(("rule", "fields"), GUARDED, ids=lambda value: str(getattr(value, "name", value)))
def test_no_guarded_verb_passes_unsigned_even_if_its_declaration_forgets_to_say_so(gate, rule, fields):
    with pytest.raises(Refusal) as refusal:
        gate.guard.check(gate.now, "kelex/any", Verb(rule.scope, rule.name, "", ""), fields)
    assert refusal.value.code == "unsigned"
    assert {rule for rule, _ in GUARDED} == set(RULES)
