"""Bad input from MQTT and the command line: one clear answer each, and nothing moves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from acceptance.conftest import port_of
from acceptance.household import Client, Kelex, run, until

LOOK = "kelex/drone/kelex/request/look"
LOOKED = "kelex/drone/kelex/response/look"

_BAD = {
    b"": "not_json",
    b"{": "not_json",
    b"\xff\xfe\x00": "not_json",
    b"[" * 5000: "not_json",
    b'{"pan": NaN, "tilt": 0}': "not_json",
    b'{"pan": 1e999, "tilt": 0}': "not_json",
    b"null": "wrong_type",
    b'"look"': "wrong_type",
    b"[30, -10]": "wrong_type",
    b'{"pan": "30", "tilt": 0}': "wrong_type",
    b'{"pan": true, "tilt": 0}': "wrong_type",
    b'{"pan": [1], "tilt": 0}': "wrong_type",
    b'{"pan": 0, "tilt": 0, "duration_ms": 1.5}': "wrong_type",
    b'{"pan": 0, "tilt": 0, "transaction": 7}': "wrong_type",
    b"{}": "missing_field",
    b'{"pan": 3}': "missing_field",
    b'{"pan": null, "tilt": 0}': "missing_field",
    b'{"pan": 0, "tilt": 0, "spin": 1}': "unknown_field",
    b'{"pan": 90.5, "tilt": 0}': "out_of_range",
    b'{"pan": 0, "tilt": -31}': "out_of_range",
    b'{"pan": 1' + b"0" * 400 + b', "tilt": 0}': "out_of_range",
    b'{"pan": 0, "tilt": 0, "duration_ms": -1}': "out_of_range",
    b'{"pan": 0, "tilt": 0, "junk": "' + b"x" * 9000 + b'"}': "too_large",
    b'{"pan": 0, "tilt": 0, "transaction": "' + b"t" * 200 + b'"}': "too_large",
}


def test_a_hundred_malformed_payloads_get_a_hundred_errors_and_move_nothing(house: Kelex, client: Client) -> None:
    client.ask("drone/kelex", "look", pan=5, tilt=5)
    until(lambda: client.events("move_done"), "rest")
    before, answered = client.truth()["servos"], len(client.responses(LOOKED))
    payloads = [list(_BAD)[i % len(_BAD)] for i in range(100)]

    for payload in payloads:
        client.send(LOOK, payload)

    until(lambda: len(client.responses(LOOKED)) >= answered + 100, "a hundred responses")
    codes = [response["error"]["code"] for response in client.responses(LOOKED)[answered:]]
    assert codes == [_BAD[payload] for payload in payloads]
    assert client.truth()["servos"] == before
    assert client.latest("kelex/house/availability") == b"online"
    assert client.latest("kelex/drone/kelex/availability") == b"online"


def test_a_burst_of_orders_is_refused_rather_than_begun_and_not_told_of(house: Kelex, client: Client) -> None:
    """Each order that is begun has its end told, with its transaction, however many come at once."""
    for i in range(300):
        client.send(LOOK, json.dumps({"pan": i % 60, "tilt": 0, "transaction": f"burst-{i}"}).encode())

    def answered() -> dict[str, str]:
        responses = [r for r in client.responses(LOOKED) if str(r.get("transaction")).startswith("burst-")]
        return {r["transaction"]: r["status"] for r in responses}

    until(lambda: len(answered()) == 300, "three hundred answers", 30)
    begun = {transaction for transaction, status in answered().items() if status == "ok"}

    def ended() -> set[str]:
        return {event["transaction"] for event in client.events() if event["event_type"].startswith("move_")}

    until(lambda: begun <= ended(), "an end for each order that was begun", 30)
    assert begun


def test_topics_too_long_to_answer_are_ignored_and_hold_up_nothing(house: Kelex, client: Client) -> None:
    for i in range(30):
        client.send(f"kelex/drone/kelex/request/{i}{'x' * 60_000}", b"{}")
    assert client.ask("drone/kelex", "look", pan=0, tilt=0)["status"] == "ok"


@pytest.mark.parametrize(
    ("topic", "code"),
    [
        ("drone/kelex/{}/frobnicate", "unknown_verb"),
        ("drone/ghost/{}/look", "unknown_id"),
        ("house/{}/dance", "unknown_verb"),
        ("world/{}/rain", "unknown_verb"),
        ("drone/kelex/{}/look/now", "unknown_verb"),
        ("drone/kelex/{}", "unknown_verb"),
    ],
)
def test_what_there_is_not_is_named(house: Kelex, client: Client, topic: str, code: str) -> None:
    client.send("kelex/" + topic.format("request"), b'{"pan": 0, "tilt": 0, "transaction": "u"}')
    answer = until(lambda: client.responses("kelex/" + topic.format("response"), "u"), "the response")[0]
    assert answer["error"]["code"] == code


@pytest.mark.parametrize(
    ("verb", "fields", "code"),
    [
        ("enter", {"member": "zod", "room": "nursery"}, "unknown_member"),
        ("enter", {"member": "lara", "room": "attic"}, "unknown_room"),
        ("climate", {"room": "attic", "celsius": 20}, "unknown_room"),
        ("unplug", {"drone": "ghost"}, "unknown_id"),
    ],
)
def test_the_world_names_what_it_does_not_have(
    house: Kelex, client: Client, verb: str, fields: dict[str, object], code: str
) -> None:
    assert client.ask("world", verb, **fields)["error"]["code"] == code


def test_a_retained_request_is_reported_and_moves_nothing(home: Path) -> None:
    first = Kelex(home, "up")
    client = Client(port_of(first))
    try:
        client.send(LOOK, b'{"pan": 80, "tilt": 0}', retain=True)
        until(lambda: client.responses(LOOKED), "the answer to the first delivery, which no broker flags")
        until(lambda: client.events("move_done"), "the move")
        assert client.ask("drone/kelex", "look", pan=0, tilt=0)["status"] == "ok"
        broker = f"mqtt://127.0.0.1:{port_of(first)}"
        second = Kelex(home / "second", "up", "--broker", broker)
        try:
            until(
                lambda: any(
                    r["status"] == "error" and r["error"]["code"] == "retained" for r in client.responses(LOOKED)
                ),
                "the report",
            )
        finally:
            second.stop()
    finally:
        client.close()
        first.stop()


def test_the_command_line_answers_in_one_sentence(house: Kelex, client: Client, home: Path) -> None:
    refused = house.run("look", "100", "0")
    assert refused.returncode == 1
    assert refused.stderr == "'pan' is 100.0; it has to be within -90 and 90 degrees. [out_of_range]\n"

    failed = run(home, "look", "0", "0", "--broker", "mqtt://127.0.0.1:1")
    assert failed.returncode == 1
    assert "kelex up" in failed.stderr
    assert len(failed.stderr.strip().splitlines()) == 1
