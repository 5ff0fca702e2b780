"""What is published is valid by the contract: documents, events and answers of every record that the wire can carry."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from contract.generating import FEW, values_of
from contract.validating import Contract, validator
from hypothesis import given
from hypothesis import strategies as st
from kelex_host.bridge import document_schemas as shapes
from kelex_host.bridge import records, verbs, world_schemas
from kelex_host.bridge.asyncapi import schema_hash
from kelex_host.bridge.bridge import Bridge
from kelex_host.bridge.gateway import encode_json
from kelex_host.bridge.now import Now
from kelex_host.bridge.request_schemas import fields_schema
from kelex_host.bridge.requests import check_fields
from kelex_host.bridge.verbs import Verb
from kelex_host.proof.world_port import world_port
from kelex_sim.body import Body
from kelex_sim.house import example_house
from kelex_sim.kernel import Kernel
from kelex_sim.world import World
from kelex_wire import codec, schema
from wire.every_message import limits

NOW = Now(100.0, 1_700_000_000.0)
STAMP = {"time": NOW.stamp()}
CONTRACT = Contract()
SIMULATED = [verb for verb in verbs.VERBS if verb.scope == "world" and verb.name not in verbs.PLAYED]


def record_of(number: int) -> st.SearchStrategy[Any]:
    """Any record of a message that the wire carries."""
    message = codec.message(number)
    values = []
    for field in message.fields:
        low, high = limits(field)
        value = st.integers(low, high) if field[1] != "s" else st.text(max_size=10)
        values.append(st.none() | value if field[1].endswith("?") else value)
    return st.tuples(*values).map(lambda values: message.record(*values))


def check(topic: str, document: dict[str, Any], *, retained: bool = False) -> None:
    """The document is what the contract has at this topic."""
    assert CONTRACT.problem(topic, encode_json(document), retained) == ""


@FEW
@given(record_of(schema.SENSES))
def test_senses(record: Any) -> None:
    check("kelex/drone/kelex/senses", records.senses_document(record) | STAMP, retained=True)


@FEW
@given(record_of(schema.BODY))
def test_body(record: Any) -> None:
    check("kelex/drone/kelex/body", records.body_document(record) | STAMP, retained=True)


@pytest.mark.parametrize("number", records.EVENTS)
@FEW
@given(data=st.data())
def test_events(number: int, data: st.DataObject) -> None:
    record = data.draw(record_of(number))
    subject, document = records.event_document(number, record)
    document |= STAMP | {"event_id": f"kelex-3-{record.number}"}
    check(f"kelex/drone/kelex/event/{subject}", document)
    if hasattr(record, "order"):
        check(f"kelex/drone/kelex/event/{subject}", document | {"transaction": "t"})
    if number in schema.CRITICAL:
        check(f"kelex/drone/kelex/event/{subject}", document | {"earlier_boot": True})


@pytest.mark.parametrize("verb", [verb for verb in verbs.VERBS if verb.scope == "drone"], ids=lambda verb: verb.name)
@FEW
@given(data=st.data())
def test_what_a_drone_grants(verb: Verb, data: st.DataObject) -> None:
    number = records.VERDICTS.get(verb.name, schema.ACCEPTED)
    granted = records.verdict_data(number, data.draw(record_of(number)))
    if verb.name == verbs.LEND:  # the house's to grant: no drone is asked
        granted = {"seconds": data.draw(st.integers(0, 3600))}
    if number == schema.IDENTIFIED:
        granted |= {"drone": "kelex", "identity": "Kelex 1", "boot": 3}
    check(f"kelex/drone/kelex/response/{verb.name}", {"status": "ok", "data": granted, "transaction": "t"})


@FEW
@given(record_of(schema.REFUSED))
def test_what_a_drone_refuses(record: Any) -> None:
    code, message = records.refusal(record)
    check("kelex/drone/kelex/response/look", {"status": "error", "error": {"code": code, "message": message}})


@FEW
@given(record_of(schema.STATS))
def test_what_the_house_says_of_itself(record: Any) -> None:
    bridge = Bridge(base="kelex", version="1", drones=["a", "b"], nonce=lambda: 1, configuration={"room": []})
    bridge.drones["a"].stats = records.stats_document(record)
    bridge.desk.refused["busy"] += 1
    bridge.start(NOW)
    told = list(bridge.outbox.retained.values())
    assert {message.topic for message in told} >= {
        "kelex/house/availability", "kelex/house/info", "kelex/house/health", "kelex/drone/b/availability",
    }  # fmt: skip
    for message in told:
        assert CONTRACT.problem(message.topic, message.payload, message.retain) == ""
    info = bridge.outbox.retained["kelex/house/info"].payload.decode()
    assert f'"schema_hash":"{schema_hash("kelex", "1")}"' in info


KNOWN = {"member": "lara", "room": "hall", "contact": "dru-zod", "part": "range", "drone": "kelex"}


@pytest.fixture(scope="module", params=[("kelex",), ("kelex", "two")], ids=["one-drone", "two-drones"])
def world(request: pytest.FixtureRequest) -> World:
    kernel, house = Kernel(), example_house()
    bodies = {
        name: Body(kernel, house, "nursery", random=Random(1), output=lambda data: None) for name in request.param
    }
    kernel.run_until(1_000_000)
    return World(house, bodies, lambda *what: None)


@pytest.mark.parametrize("verb", SIMULATED, ids=lambda verb: verb.name)
@FEW
@given(data=st.data())
def test_what_the_world_answers(world: World, verb: Verb, data: st.DataObject) -> None:
    fields = data.draw(values_of(fields_schema(verb)))
    fields.pop("transaction", None)
    fields |= {field.name: KNOWN[field.name] for field in verb.fields if field.name in KNOWN}
    answer = world_port(world)(NOW, verb.name, check_fields(verb, fields))
    check(f"kelex/world/response/{verb.name}", {"status": "ok", "data": answer})


def test_every_verb_of_the_world_says_more_than_its_time() -> None:
    for verb in verbs.VERBS:
        if verb.scope == "world":
            assert set(world_schemas.answer(verb.name)["properties"]) > {"time"}


def test_a_figure_of_the_link_without_a_description_cannot_be_left_out() -> None:
    bridge = Bridge(base="kelex", version="1", drones=["a"], nonce=lambda: 1)
    link = shapes.health()["properties"]["drones"]["additionalProperties"]["properties"]["link"]
    assert set(bridge.drones["a"].link.figures()) == set(link["properties"])
    assert not validator(link).is_valid({})
