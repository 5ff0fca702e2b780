"""The contract's schemas of requests and what the bridge takes are one and the same."""

from __future__ import annotations

import json
from typing import Any

import pytest
from contract.generating import FEW, near, values_of
from contract.validating import validator
from hypothesis import given
from hypothesis import strategies as st
from kelex_host.bridge import entities, verbs
from kelex_host.bridge.request_schemas import fields_schema, plain_schema, request_schema
from kelex_host.bridge.requests import RequestError, check_fields, read_payload
from kelex_host.bridge.verbs import Verb

SCHEMAS = {(verb.scope, verb.name): fields_schema(verb) for verb in verbs.VERBS}
VALIDATORS = {key: validator(schema) for key, schema in SCHEMAS.items()}
each_verb = pytest.mark.parametrize("verb", verbs.VERBS, ids=lambda verb: f"{verb.scope}-{verb.name}")


def taken(verb: Verb, request: dict[str, Any]) -> bool:
    """Whether the bridge takes a request, sent as JSON."""
    try:
        check_fields(verb, read_payload(json.dumps(request).encode()).fields)
    except RequestError:
        return False
    return True


@each_verb
@FEW
@given(data=st.data())
def test_whatever_is_valid_is_taken(verb: Verb, data: st.DataObject) -> None:
    request = data.draw(values_of(SCHEMAS[verb.scope, verb.name]))
    assert VALIDATORS[verb.scope, verb.name].is_valid(request)
    assert taken(verb, request)


@each_verb
@FEW
@given(data=st.data())
def test_whatever_nearly_fits_is_valid_if_and_only_if_it_is_taken(verb: Verb, data: st.DataObject) -> None:
    request = data.draw(near(SCHEMAS[verb.scope, verb.name]))
    assert VALIDATORS[verb.scope, verb.name].is_valid(request) == taken(verb, request)


@pytest.mark.parametrize(("verb", "request_"), [
    ("look", {"pan": 90, "tilt": 45.0, "duration_ms": None, "transaction": None}),
    ("move", {"joints": {"left_elbow": 0}}),
    ("tone", {"name": "chime", "frequency_hz": None}),
    ("tone", {"frequency_hz": 440.0, "duration_ms": 100}),
    ("eye", {"color": "#aBcDeF"}),
    ("eye", {"color": "blue", "effect": "scan"}),
])  # fmt: skip
def test_these_are_valid_and_taken(verb: str, request_: dict[str, Any]) -> None:
    assert VALIDATORS["drone", verb].is_valid(request_)
    assert taken(verbs.BY_NAME["drone", verb], request_)


@pytest.mark.parametrize(("verb", "request_"), [
    ("look", {"pan": 90.01, "tilt": 0}),
    ("look", {"pan": 0, "tilt": 0, "duration_ms": 1.5}),
    ("look", {"pan": 0, "tilt": 0, "transaction": "t" * 129}),
    ("move", {"joints": {}}),
    ("move", {"joints": {"left_elbow": -0.01}}),
    ("move", {"joints": {"left_elbow": None}}),
    ("tone", {}),
    ("tone", {"frequency_hz": 440}),
    ("tone", {"name": "chime", "frequency_hz": 440, "duration_ms": 100}),
    ("eye", {"color": "#12345"}),
    ("stop", {"now": True}),
])  # fmt: skip
def test_these_are_neither_valid_nor_taken(verb: str, request_: dict[str, Any]) -> None:
    assert not VALIDATORS["drone", verb].is_valid(request_)
    assert not taken(verbs.BY_NAME["drone", verb], request_)


@pytest.mark.parametrize("entity", entities.ENTITIES, ids=lambda entity: entity.name)
@FEW
@given(data=st.data())
def test_what_is_valid_for_an_entity_is_read_into_its_verbs_fields(
    entity: entities.Entity, data: st.DataObject
) -> None:
    schema = plain_schema(entity)
    text = data.draw(values_of(schema))
    verb = verbs.BY_NAME["drone", entity.verb]
    try:
        check_fields(verb, entities.read_set(entity, text.encode(), {}))
    except RequestError as error:
        assert error.code == "out_of_range" or text.startswith("{"), "which plain text cannot tell"  # noqa: PT017
        assert "pattern" in schema or "anyOf" in schema


def test_a_guarded_order_is_an_envelope_whose_text_has_the_verbs_fields() -> None:
    verb = verbs.BY_NAME["drone", "reboot"]
    schema = request_schema(verb)
    signed = {"order": "{}", "key": "k", "signature": "c2ln", "transaction": "t"}
    assert validator(schema).is_valid(signed)
    assert not validator(schema).is_valid({"transaction": "t"})
    order = validator(schema["properties"]["order"]["x-content-schema"])
    fresh = {"by": "jor-el", "issued_at": "2025-01-01T00:00:00+00:00", "counter": 1}
    assert order.is_valid(fresh)
    assert not order.is_valid({**fresh, "issued_at": "2025-01-01T00:00:00"})
    assert not order.is_valid({**fresh, "spin": 1})
