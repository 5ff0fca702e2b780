"""Which orders are guarded, and who may give them."""

import pytest
from kelex_host.bridge.verbs import VERBS
from kelex_host.trust.roles import ROLES, RULES, may_order, rule_for
from kelex_host.trust.signed_order import PARTS

EVERYBODY_ELSE = ("child", "infant", "guest")


@pytest.mark.parametrize(
    ("scope", "verb", "fields", "guarded"),
    [
        ("house", "lockdown", {"on": True}, True),
        ("house", "evacuate", {"action": "begin"}, True),
        ("house", "crystal", {"action": "verify"}, True),
        ("house", "forget", {"drone": "kelex"}, True),
        ("drone", "reboot", {}, True),
        ("drone", "maintenance", {}, True),
        ("drone", "firmware", {}, True),
        ("house", "keys", {}, True),
        ("house", "nursery", {"watch": False}, True),
        ("house", "nursery", {"watch": "off"}, True),
        ("house", "nursery", {"watch": True}, False),
        ("house", "nursery", {"watch": None}, False),
        ("house", "nursery", {"infant": "kal-el"}, False),
        ("house", "announce", {"text": "dinner"}, False),
        ("drone", "look", {}, False),
        ("world", "lockdown", {}, False),
    ],
)
def test_the_contracts_orders_are_guarded_and_no_others(scope, verb, fields, guarded):
    assert (rule_for(scope, verb, fields) is not None) is guarded


@pytest.mark.parametrize(
    ("scope", "verb", "fields", "allowed"),
    [
        ("house", "lockdown", {"on": True}, ("owner", "adult")),
        ("house", "lockdown", {"on": False}, ("owner",)),
        ("house", "lockdown", {}, ("owner",)),
        ("house", "lockdown", {"on": 1}, ("owner",)),
        ("house", "lockdown", {"on": [True]}, ("owner",)),
        ("house", "crystal", {"action": "save"}, ("owner", "adult")),
        ("house", "crystal", {"action": "restore"}, ("owner",)),
        ("house", "crystal", {"action": "Save"}, ("owner",)),
        ("house", "keys", {}, ("owner",)),
        ("drone", "reboot", {}, ("owner", "adult")),
        ("drone", "maintenance", {}, ("owner",)),
        ("house", "guarded-by-configuration", {}, ("owner", "adult")),
    ],
)
def test_a_role_may_give_an_order_or_not(scope, verb, fields, allowed):
    assert tuple(role for role in ROLES if may_order(role, scope, verb, fields)) == allowed


def test_nobody_below_an_adult_may_give_any_guarded_order_and_the_owner_may_give_all():
    for rule in RULES:
        assert "owner" in rule.roles
        assert not rule.roles & set(EVERYBODY_ELSE)
        assert rule.roles <= set(ROLES)


def test_a_rule_without_a_condition_ends_what_can_be_said_of_its_verb():
    for number, rule in enumerate(RULES):
        later = [other for other in RULES[number + 1 :] if (other.scope, other.name) == (rule.scope, rule.name)]
        assert not later or rule.field, f"{later} can never decide"


def test_no_verb_has_a_field_that_looks_like_an_envelope():
    assert not {field.name for verb in VERBS for field in verb.fields} & {*PARTS, "issued_at", "counter"}
