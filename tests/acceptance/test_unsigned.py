"""No guarded order gets through unsigned: every one that is declared, by every way that an order can come.

Two houses: one as it is, and one whose owner guards every verb there is, so that each `set/` topic and each command
leads to something guarded. The fourth way, the page, is in tests/console/test_unsigned.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from acceptance.conftest import port_of
from acceptance.household import Client, Kelex, until
from click import Context
from click.testing import CliRunner
from guarded import EVERY_VERB, Order, orders_to_sign, words
from kelex_host.bridge.entities import BY_NAME, ENTITIES
from kelex_host.bridge.verbs import BY_NAME as VERB_BY_NAME
from kelex_host.bridge.verbs import RANGES
from kelex_host.cli.main import app
from kelex_host.errors import KelexError
from kelex_host.trust.roles import is_guarded
from typer.core import TyperGroup
from typer.main import get_command

# What has to stay as it is, whatever is tried.
STATE = [f"kelex/house/{document}" for document in ("mode", "members", "nursery", "calls", "announcements")]
COMMAND = get_command(app)
AVAILABILITY = "kelex/drone/kelex/availability"
PLAIN = {"pose": "rest", "gesture": "wave", "tone": "chime", "eye": "red", "stop": "", "identify": ""}


@pytest.fixture(scope="module", params=[(), EVERY_VERB], ids=["as it is", "all guarded"])
def also(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """The verbs that the house's owner guards besides."""
    return tuple(request.param)


@pytest.fixture(scope="module")
def house(also: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kelex]:
    home = tmp_path_factory.mktemp("home")
    (home / "kelex.toml").write_text(f"[trust]\nguarded = {json.dumps(also)}\n")
    running = Kelex(home, "up")
    try:
        running.says("is up")
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def orders(also: tuple[str, ...]) -> list[Order]:
    """Every guarded order of this house."""
    return orders_to_sign(also)


@pytest.fixture(autouse=True)
def _nothing_changes(house: Kelex, client: Client) -> Iterator[None]:
    """Whatever a test tries, the house is afterwards as it was, and the drone was there all the time."""
    before = state(client)
    yield
    assert state(client) == before


def state(client: Client) -> dict[str, bytes]:
    """The house's state, once all of it was told, and whether the drone was there."""
    house = {topic: until(lambda topic=topic: client.latest(topic), topic) for topic in STATE}
    # Started again, in maintenance or lent, it would be offline for a while.
    house["drone"] = b" ".join(payload for topic, payload, _ in list(client.seen) if topic == AVAILABILITY)
    return house


def ask_all(client: Client, wishes: list[tuple[str, dict[str, Any]]]) -> list[str]:
    """Send requests, each (topic's scope and verb, fields) with its own transaction; the code that each is answered."""
    topics, messages = {}, []
    for number, (place, fields) in enumerate(wishes):
        scope, verb = place.rsplit(" ", 1)
        transaction = f"unsigned-{number}-{len(client.seen)}"
        topics[transaction] = f"kelex/{scope}/response/{verb}"
        payload = json.dumps({**fields, "transaction": transaction}).encode()
        messages.append((f"kelex/{scope}/request/{verb}", payload))
    client.send_all(messages)

    def answers() -> dict[str, str]:
        found = {}
        for topic, payload, _ in list(client.seen):
            if "/response/" in topic:
                document = json.loads(payload)
                if topics.get(document.get("transaction")) == topic:
                    found[document["transaction"]] = document.get("error", {}).get("code", document["status"])
        return found

    until(lambda: len(answers()) == len(topics), "an answer to each")
    found = answers()
    return [found[transaction] for transaction in topics]


def test_there_are_guarded_orders_of_every_rule_and_every_declaration(orders: list[Order], also: Any) -> None:
    names = {(order.verb.scope, order.verb.name) for order in orders}
    assert names >= {("house", "lockdown"), ("house", "evacuate"), ("house", "nursery"), ("drone", "reboot")}
    assert not also or {name for _, name in names} == set(EVERY_VERB)


def test_no_request_does(client: Client, orders: list[Order]) -> None:
    wishes = [(f"{order.scope} {order.verb.name}", order.fields) for order in orders]
    named = [(place, {**fields, "by": "jor-el"}) for place, fields in wishes]  # in the owner's name, without his key
    assert set(ask_all(client, wishes + named)) == {"unsigned"}


def test_no_set_topic_does(client: Client, orders: list[Order], also: tuple[str, ...]) -> None:
    """Neither under a guarded verb's name, nor with a guarded order as the payload of what can be set."""

    def told(code: str) -> int:
        return sum(f'"{code}"'.encode() in payload for topic, payload, _ in client.seen if "/response/" in topic)

    names = {order.verb.name for order in orders} - set(BY_NAME)
    unknown = told("unknown_verb")
    for name in names:
        client.send(f"kelex/drone/kelex/set/{name}", b"ON")
    until(lambda: told("unknown_verb") == unknown + len(names), "what no set topic is, refused")

    # Two do whatever their payload is; what they do is guarded in one of the houses only.
    entities = [entity for entity in ENTITIES if also or entity.name not in ("stop", "identify")]
    one_each = {order.verb.name: order for order in orders}.values()
    messages = [
        (f"kelex/drone/kelex/set/{entity.name}", json.dumps(payload).encode())
        for entity in entities
        for order in (one_each if also else orders)
        for payload in (order.fields, {"verb": order.verb.name, **order.fields})
    ]
    before = len(client.seen)
    client.send_all(messages)

    def answers() -> list[bytes]:
        return [payload for topic, payload, _ in client.seen[before:] if "/response/" in topic]

    until(lambda: len(answers()) >= len(messages), "an answer to each")
    assert {json.loads(payload)["status"] for payload in answers()} == {"error"}


def test_what_can_be_set_is_guarded_as_its_verb_is(client: Client, also: tuple[str, ...]) -> None:
    guarded = [entity for entity in ENTITIES if is_guarded(VERB_BY_NAME["drone", entity.verb], {}, also)]
    assert guarded == (list(ENTITIES) if also else [])  # in a house as it is, nothing that can be set is guarded
    for entity in guarded:
        topic = f"kelex/drone/kelex/response/{entity.verb}"
        before = len(client.responses(topic))
        payload = "10" if entity.name in RANGES else PLAIN.get(entity.name, "ON")
        client.send(f"kelex/drone/kelex/set/{entity.name}", payload.encode())
        answer = until(lambda topic=topic, before=before: client.responses(topic)[before:], f"an answer on {topic}")[0]
        assert answer["error"]["code"] == "unsigned", entity.name


def typed(house: Kelex, line: list[str]) -> str:
    """All that a line prints which is refused. In this process: starting one takes longer."""
    result = CliRunner().invoke(COMMAND, [*line, "--broker", f"mqtt://127.0.0.1:{port_of(house)}"])
    assert result.exit_code == 1, (line, result.output)
    return result.output + (str(result.exception) if isinstance(result.exception, KelexError) else "")


def test_no_command_does(
    house: Kelex, client: Client, orders: list[Order], tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each verb's own command, and `send`; typed where no key is."""
    monkeypatch.setenv("KELEX_HOME", str(tmp_path))
    for order in orders:
        has_command = order.verb.name != "crystal"  # a group of commands on files
        drone = ["--drone", "kelex"] if order.verb.scope == "drone" else []
        sent = typed(house, ["send", order.verb.name, json.dumps(order.fields), *drone])
        assert "[unsigned]" in sent, order
        measured = ["--trim", "2.5"] if order.verb.name == "calibrate" else []  # else it asks, at a terminal
        if has_command:
            assert "[unsigned]" in typed(house, [*words(order), *measured, *drone]), order


def test_the_commands_that_can_sign_are_those_that_are_tried() -> None:
    """Whoever adds a command that orders something guarded finds this list, and adds it to the tests."""

    def signing(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
        if isinstance(command, TyperGroup):
            context = Context(command)
            for name in command.list_commands(context):
                yield from signing(command.get_command(context, name), (*path, name))
        if any("--as" in parameter.opts for parameter in command.params):
            yield path

    own = {tuple(words(order)[: 1 + (order.verb.scope == "world")]) for order in orders_to_sign(EVERY_VERB)}
    others = {("send",), ("flash",), ("keys", "pair"), ("keys", "unpair"), ("crystal", "save")}
    assert set(signing(COMMAND)) == own - {("crystal",)} | others


def test_nor_do_the_commands_that_pair(
    house: Kelex, client: Client, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KELEX_HOME", str(tmp_path))
    for line in (["keys", "pair", "kelex"], ["keys", "unpair", "kelex"]):
        assert "There is no key" in typed(house, line), line  # they always sign


def test_and_a_signed_one_passes_all_the_while(house: Kelex, client: Client) -> None:
    before = client.responses("kelex/house/response/nursery")
    assert house.run("nursery", "--watch", "--as", "jor-el").returncode == 0
    assert len(client.responses("kelex/house/response/nursery")) == len(before) + 1
