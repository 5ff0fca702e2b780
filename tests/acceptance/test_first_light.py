"""`kelex up` and what a plain MQTT client can see and do: the contract's slice of look, presence and climate."""

from __future__ import annotations

import json

from acceptance.household import Client, Kelex, until

LOOK = "kelex/drone/kelex/request/look"
LOOKED = "kelex/drone/kelex/response/look"
SENSES = "kelex/drone/kelex/senses"


def test_the_house_is_online_and_its_senses_are_there(house: Kelex, client: Client) -> None:
    assert client.latest("kelex/house/availability") == b"online"
    senses = until(lambda: (now := client.document(SENSES)).get("faults") == [] and now, "senses that have settled")
    assert senses["presence"] is False
    assert 15 < senses["temperature"] < 30
    assert 20 < senses["humidity"] < 80
    assert senses["faults"] == []


def test_the_house_says_what_it_is_and_how_it_is(house: Kelex, client: Client) -> None:
    info = client.document("kelex/house/info")
    assert info["drones"] == ["kelex"]
    assert [room["id"] for room in info["configuration"]["room"]] == ["study", "nursery", "hall"]
    assert client.document("kelex/house/health")["drones"]["kelex"]["link"]["frames_refused"] == 0


def test_look_turns_the_head_and_says_so_once(house: Kelex, client: Client) -> None:
    client.send(LOOK, b'{"pan": 30, "tilt": -10, "transaction": "t1"}')

    response = until(lambda: client.responses(LOOKED, "t1"), "the response")[0]
    assert response["status"] == "ok"
    assert response["data"]["joints"] == {"head_pan": 30.0, "head_tilt": -10.0}
    assert response["data"]["duration_ms"] > 0

    until(lambda: [e for e in client.events("move_done") if e.get("transaction") == "t1"], "move_done")
    servos = client.truth()["servos"]
    assert abs(servos["head_pan"]["angle"] - 30) < 1
    assert abs(servos["head_tilt"]["angle"] + 10) < 1
    assert abs(servos["head_pan"]["pulse_us"] - (1500 + 30 * 1000 / 90)) < 1
    assert len(client.responses(LOOKED, "t1")) == 1
    assert len([e for e in client.events("move_done") if e.get("transaction") == "t1"]) == 1
    until(lambda: client.document("kelex/drone/kelex/body")["joints"]["head_pan"] == 30.0, "the body document")


def test_a_repeated_transaction_gets_the_same_answer_and_moves_nothing(house: Kelex, client: Client) -> None:
    order = b'{"pan": -20, "tilt": 5, "transaction": "again"}'
    client.send(LOOK, order)
    until(lambda: [e for e in client.events("move_done") if e.get("transaction") == "again"], "move_done")
    assert client.ask("drone/kelex", "look", pan=0, tilt=0)["status"] == "ok"

    client.send(LOOK, order)

    first, second = until(lambda: len(r := client.responses(LOOKED, "again")) == 2 and r, "the second response")
    assert first == second
    assert client.ask("drone/kelex", "look", pan=0, tilt=0)["status"] == "ok"
    assert len([e for e in client.events("move_done") if e.get("transaction") == "again"]) == 1


def test_look_works_as_typed_with_a_negative_number(house: Kelex, client: Client) -> None:
    done = house.run("look", "30", "-10")
    assert done.returncode == 0
    assert json.loads(done.stdout)["joints"] == {"head_pan": 30.0, "head_tilt": -10.0}


def test_somebody_who_enters_is_seen_by_the_motion_sensor(house: Kelex, client: Client) -> None:
    assert house.run("world", "enter", "lara", "nursery").returncode == 0
    until(lambda: client.document(SENSES)["presence"] is True, "presence")
    until(lambda: client.events("detected"), "the event")
    assert house.run("world", "leave", "lara").returncode == 0
    until(lambda: client.document(SENSES)["presence"] is False, "absence")


def test_a_warmer_room_is_measured_through_the_sensors_registers(house: Kelex, client: Client) -> None:
    assert house.run("world", "climate", "nursery", "--celsius", "31").returncode == 0
    until(lambda: abs(client.document(SENSES)["temperature"] - 31) < 0.2, "31 degrees")


def test_send_finds_the_scope_from_the_verb(house: Kelex, client: Client) -> None:
    done = house.run("send", "truth", "--json")
    assert json.loads(done.stdout)["data"]["people"]["jor-el"] == "study"


def test_watch_shows_what_the_house_says(house: Kelex, client: Client) -> None:
    lines = house.run("watch", "--all", "--json", "--count", "5").stdout.splitlines()
    assert {json.loads(line)["topic"].split("/")[0] for line in lines} == {"kelex"}


def test_unplugged_it_is_offline_and_then_back_with_nothing_lost_or_doubled(house: Kelex, client: Client) -> None:
    seen = len(client.events("detected"))
    assert client.ask("world", "unplug", drone="kelex", seconds=5)["status"] == "ok"
    until(lambda: client.latest("kelex/drone/kelex/availability") == b"offline", "offline")
    assert client.ask("drone/kelex", "look", pan=0, tilt=0)["error"]["code"] == "offline"
    client.ask("world", "enter", member="lara", room="nursery")
    until(lambda: client.latest("kelex/drone/kelex/availability") == b"online", "online again")
    until(lambda: len(client.events("detected")) > seen, "the event of the time in between")
    ids = [event["event_id"] for event in client.events()]
    assert len(ids) == len(set(ids))
    ids = [event_id for event_id in ids if event_id.startswith("kelex-")]  # the drone's
    numbers = sorted(int(event_id.rsplit("-", 1)[1]) for event_id in ids)
    assert numbers == list(range(1, len(numbers) + 1))
