"""The contract's AsyncAPI document is valid, whole, and the same wherever it is made."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from contract.validating import Contract, resolve
from jsonschema import Draft7Validator
from kelex_host.bridge import asyncapi, entities, verbs
from kelex_host.bridge.verbs import Field, Verb

HERE = Path(__file__).parent
DOCUMENT = asyncapi.document()
MESSAGES = DOCUMENT["components"]["messages"]


def walk(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Everything in a document, with its place."""
    yield path, value
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from walk(child, f"{path}/{key}")


def test_asyncapis_own_parser_finds_it_valid(tmp_path: Path) -> None:
    where = subprocess.run([HERE / "install_validator.sh", "--where"], capture_output=True, text=True, check=True)
    if shutil.which("node") is None or not Path(where.stdout.strip()).is_dir():
        message = f"AsyncAPI's parser is not here: run {HERE / 'install_validator.sh'}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    for base in ("kelex", "kelex/el"):
        file = tmp_path / "contract.json"
        file.write_text(json.dumps(asyncapi.document(base, "0.1.0")))
        arguments = ["node", HERE / "validator.mjs", where.stdout.strip(), file]
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        told = [line for line in done.stdout.splitlines() if line.startswith(("error", "warning"))]
        assert not told, done.stdout


@pytest.mark.parametrize("name", MESSAGES)
def test_each_payload_has_a_valid_schema(name: str) -> None:
    Draft7Validator.check_schema(MESSAGES[name]["payload"])


def test_every_reference_is_to_something() -> None:
    references = [value["$ref"] for _, value in walk(DOCUMENT) if isinstance(value, dict) and "$ref" in value]
    assert references
    for reference in references:
        assert resolve(DOCUMENT, reference), reference


def test_every_parameter_is_declared_and_every_topic_belongs_to_one_channel() -> None:
    addresses = [channel["address"] for channel in DOCUMENT["channels"].values()]
    assert len(set(addresses)) == len(addresses)
    for channel in DOCUMENT["channels"].values():
        assert set(re.findall(r"\{(\w+)\}", channel["address"])) == set(channel.get("parameters", {}))


def test_every_channel_has_an_operation_and_every_message_a_channel() -> None:
    operated = {o["channel"]["$ref"] for o in DOCUMENT["operations"].values()}
    operated |= {o["reply"]["channel"]["$ref"] for o in DOCUMENT["operations"].values() if "reply" in o}
    assert operated == {f"#/channels/{name}" for name in DOCUMENT["channels"]}
    assert {name for channel in DOCUMENT["channels"].values() for name in channel["messages"]} == set(MESSAGES)


def test_every_field_is_described_and_every_unit_named() -> None:
    units = 0
    for path, value in walk(MESSAGES):
        if isinstance(value, dict) and path.endswith("/properties"):
            for name, field in value.items():
                assert field.get("description"), f"{path}/{name}"
                assert "None" not in field["description"]
                units += "x-unit" in field
                assert field.get("x-unit", "") in field["description"], f"{path}/{name}"
    assert units > 50


@pytest.mark.parametrize("verb", verbs.VERBS, ids=lambda verb: f"{verb.scope}-{verb.name}")
def test_every_verb_has_its_request_and_its_response(verb: Verb) -> None:
    scope = "drone/{drone}" if verb.scope == "drone" else verb.scope
    operation = DOCUMENT["operations"][f"receive_{verb.scope}_{verb.name}_request"]
    request = resolve(DOCUMENT, operation["channel"]["$ref"])
    response = resolve(DOCUMENT, operation["reply"]["channel"]["$ref"])
    assert request["address"] == f"kelex/{scope}/request/{verb.name}"
    assert response["address"] == f"kelex/{scope}/response/{verb.name}"
    assert list(response["messages"]) == [f"{verb.scope}_{verb.name}_ok", "error"]


@pytest.mark.parametrize("entity", entities.ENTITIES, ids=lambda entity: entity.name)
def test_every_entity_is_answered_where_its_verb_is(entity: entities.Entity) -> None:
    operation = DOCUMENT["operations"][f"receive_drone_set_{entity.name}"]
    assert resolve(DOCUMENT, operation["channel"]["$ref"])["address"] == f"kelex/drone/{{drone}}/set/{entity.name}"
    answer = resolve(DOCUMENT, operation["reply"]["channel"]["$ref"])
    assert answer["address"] == f"kelex/drone/{{drone}}/response/{entity.verb}"


def test_a_verb_of_the_house_needs_no_more_than_its_declaration(monkeypatch: pytest.MonkeyPatch) -> None:
    fields = (Field("text", "text", "what to say", True, 1, 500), Field("to", "text", "whom"))
    announce = Verb("house", "announce", "Say something.", "announce hello", fields)
    monkeypatch.setattr(asyncapi, "VERBS", (*verbs.VERBS, announce))
    document = asyncapi.document()
    assert document["channels"]["house_announce_request"]["address"] == "kelex/house/request/announce"
    Draft7Validator.check_schema(document["components"]["messages"]["house_announce_request"]["payload"])


def test_what_is_retained_and_how_sure_its_delivery_is() -> None:
    bindings = {name: o["bindings"]["mqtt"] for name, o in DOCUMENT["operations"].items()}
    told = {name: (mqtt["qos"], mqtt["retain"]) for name, mqtt in bindings.items()}
    assert told["send_house_availability"] == told["send_drone_availability"] == told["send_house_info"] == (1, True)
    assert told["send_house_health"] == told["send_drone_senses"] == told["send_drone_body"] == (0, True)
    assert told["send_drone_event_body"] == told["receive_drone_look_request"] == (1, False)


def test_it_is_the_same_in_every_process() -> None:
    code = "from kelex_host.bridge.asyncapi import document; import json; print(json.dumps(document()), end='')"
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        made = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        assert made.stdout == json.dumps(DOCUMENT)


def test_its_hash_is_that_of_its_canonical_json_and_tells_another_contract_apart() -> None:
    canonical = json.dumps(DOCUMENT, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert asyncapi.canonical(DOCUMENT) == canonical
    assert re.fullmatch("[0-9a-f]{16}", asyncapi.schema_hash("kelex", "0"))
    assert asyncapi.schema_hash("kelex", "0") != asyncapi.schema_hash("kelex/el", "0")
    assert asyncapi.schema_hash("kelex", "0") != asyncapi.schema_hash("kelex", "1")


OK = b'{"status":"ok","data":{"duration_ms":5,"joints":{"head_pan":3}},"transaction":"t"}'
REFUSED = b'{"status":"error","error":{"code":"busy","message":"Later."}}'
BAD = {
    "no such topic": ("kelex/house/gossip", b"{}", False),
    "no such value": ("kelex/house/availability", b"ONLINE", True),
    "not JSON": ("kelex/drone/kelex/senses", b"{", True),
    "a field missing": ("kelex/drone/kelex/senses", b'{"temperature": 3}', True),
    "an event nobody declared": ("kelex/drone/kelex/event/body", b'{"event_type": "sneezed"}', False),
    "a subject nobody declared": ("kelex/drone/kelex/event/mood", b"{}", False),
    "another verb's data": ("kelex/drone/kelex/response/eye", OK, False),
    "out of the joint's range": ("kelex/drone/kelex/response/look", OK.replace(b":3", b":91"), False),
    "a code nobody declared": ("kelex/drone/kelex/response/look", REFUSED.replace(b"busy", b"tired"), False),
    "ok to what there is not": ("kelex/drone/kelex/response/frobnicate", OK, False),
    "retained and should not be": ("kelex/drone/kelex/response/look", REFUSED, True),
}
GOOD = (
    ("kelex/drone/kelex/response/look", OK, False),
    ("kelex/drone/kelex/response/frobnicate", REFUSED, False),
    ("kelex/drone/kelex/response/look/now", REFUSED, False),
    ("kelex/house/response", REFUSED, False),
    ("kelex/house/availability", b"offline", True),
    ("kelex/drone/kelex/request/frobnicate", b"{", False),
    ("kelex/drone/kelex/set/nose", b"ON", False),
    ("other/house/gossip", b"{}", False),
)


@pytest.mark.parametrize("seen", BAD.values(), ids=BAD)
def test_what_is_not_in_the_contract_is_found(seen: tuple[str, bytes, bool]) -> None:
    assert Contract().problem(*seen)


@pytest.mark.parametrize("seen", GOOD, ids=lambda seen: seen[0])
def test_what_is_in_the_contract_is_no_problem(seen: tuple[str, bytes, bool]) -> None:
    assert Contract().problem(*seen) == ""


def test_a_request_that_was_granted_though_the_contract_has_it_not_is_found() -> None:
    request = ("kelex/drone/kelex/request/look", b'{"pan": 91, "tilt": 0, "transaction": "t"}', False)
    answer = ("kelex/drone/kelex/response/look", OK, False)
    assert len(Contract().problems([request, answer])) == 1
    assert Contract().problems([request]) == []
    fitting = (request[0], request[1].replace(b"91", b"90"), False)
    assert Contract().problems([fitting, answer]) == []
