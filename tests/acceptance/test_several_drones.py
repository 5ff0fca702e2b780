"""Several drones in one house: what happens to one is none of the others' business."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from acceptance.conftest import port_of
from acceptance.household import Client, Kelex, until

# Where nobody is at first, so that nothing is told before the client is there to count it.
DRONES = {"kelex": "nursery", "kelex-2": "hall", "kelex-3": "nursery"}
UNPLUGGING_S = 15.0
CONFIGURATION = "".join(f'[[drone]]\nid = "{name}"\nroom = "{room}"\n' for name, room in DRONES.items())


def availability(drone: str) -> str:
    return f"kelex/drone/{drone}/availability"


def told(client: Client, leaf: str) -> list[bytes]:
    """Every payload of a topic so far."""
    return [payload for topic, payload, _ in list(client.seen) if topic == leaf]


def all_online(client: Client) -> None:
    for drone in DRONES:
        until(lambda drone=drone: client.latest(availability(drone)) == b"online", f"{drone} online")


def numbers(client: Client, drone: str) -> list[tuple[str, int]]:
    """(boot, number) of a drone's events, as they came."""
    subjects = f"kelex/drone/{drone}/event/"
    ids = [json.loads(payload)["event_id"] for topic, payload, _ in list(client.seen) if topic.startswith(subjects)]
    assert all(event_id.rsplit("-", 2)[0] == drone for event_id in ids)
    return [(event_id.rsplit("-", 2)[1], int(event_id.rsplit("-", 1)[1])) for event_id in ids]


def check_events(client: Client, drone: str) -> int:
    """Each event came once and in order, none is missing since the client is there; how many there were."""
    seen = numbers(client, drone)
    assert len({boot for boot, _ in seen}) == 1
    first = seen[0][1]
    assert [number for _, number in seen] == list(range(first, first + len(seen)))
    return len(seen)


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kelex]:
    """A house with three simulated drones."""
    home = tmp_path_factory.mktemp("three")
    (home / "three.toml").write_text(CONFIGURATION)
    house = Kelex(home, "up", "--config", str(home / "three.toml"))
    try:
        house.says("is up")
        yield house
    finally:
        house.stop()


@pytest.fixture(scope="module")
def visitor(three: Kelex) -> Iterator[Client]:
    """A plain MQTT client, once all three are online."""
    client = Client(port_of(three))
    all_online(client)
    yield client
    client.close()


def test_truth_lists_all_three_and_each_has_its_own_documents(three: Kelex, visitor: Client) -> None:
    truth = visitor.truth()
    assert list(truth["drones"]) == list(DRONES)
    assert "servos" not in truth
    assert visitor.document("kelex/house/info")["drones"] == list(DRONES)
    for drone in DRONES:
        until(
            lambda drone=drone: visitor.document(f"kelex/drone/{drone}/senses").get("faults") == [], f"{drone}'s senses"
        )


def test_a_request_moves_the_drone_that_it_names_and_no_other(three: Kelex, visitor: Client) -> None:
    before = visitor.truth()["drones"]
    assert visitor.ask("drone/kelex-3", "look", pan=33, tilt=0)["status"] == "ok"
    until(lambda: abs(visitor.truth()["drones"]["kelex-3"]["servos"]["head_pan"]["angle"] - 33) < 1, "the head turned")
    after = visitor.truth()["drones"]
    assert all(after[drone]["servos"] == before[drone]["servos"] for drone in ("kelex", "kelex-2"))
    visitor.send("kelex/drone/kelex-2/set/holodisk", b"ON")
    until(lambda: visitor.truth()["drones"]["kelex-2"]["holodisk"], "the holo-disk")
    assert [drone["holodisk"] for drone in visitor.truth()["drones"].values()] == [False, True, False]


@pytest.mark.parametrize(
    ("verb", "fields", "reached"),
    [
        ("touch", {"seconds": 0.4}, lambda senses: senses["touch"]),
        ("ring", {}, lambda senses: senses["doorbell"]),
        ("battery", {"level": 30}, lambda senses: abs(senses["battery_level"] - 30) <= 4),
        ("fault", {"part": "light", "kind": "absent", "seconds": 0.6}, lambda senses: "light" in senses["faults"]),
    ],
)
@pytest.mark.parametrize("drone", ["kelex-2", ""])
def test_the_world_acts_on_the_drone_that_it_is_told_or_on_the_first(
    three: Kelex, visitor: Client, verb: str, fields: dict[str, Any], reached: Callable[[Any], bool], drone: str
) -> None:
    target = drone or "kelex"
    for one in DRONES:  # what a test before did to it is over
        topic = f"kelex/drone/{one}/senses"
        until(lambda topic=topic: visitor.document(topic).get("faults") == [], f"{one} without faults")
    count = len(visitor.seen)
    assert visitor.ask("world", verb, **fields, **({"drone": drone} if drone else {}))["status"] == "ok"

    def senses(of: str) -> list[Any]:
        topic = f"kelex/drone/{of}/senses"
        return [json.loads(payload) for seen, payload, _ in visitor.seen[count:] if seen == topic]

    until(lambda: any(map(reached, senses(target))), f"{verb} at {target}")
    if verb == "battery":
        visitor.ask("world", "battery", level=90, drone=target)
        until(lambda: senses(target)[-1]["battery_level"] > 80, "a full battery")
    for other in set(DRONES) - {target}:
        assert not any(map(reached, senses(other))), f"{verb} at {target} reached {other}"


def test_the_climate_of_a_room_is_felt_by_its_drone_alone(three: Kelex, visitor: Client) -> None:
    assert visitor.ask("world", "climate", room="hall", celsius=33)["status"] == "ok"
    until(lambda: abs(visitor.document("kelex/drone/kelex-2/senses")["temperature"] - 33) < 0.3, "33 degrees")
    for other in ("kelex", "kelex-3"):
        assert visitor.document(f"kelex/drone/{other}/senses")["temperature"] < 25


def test_on_the_command_line_one_has_to_be_named(three: Kelex, visitor: Client) -> None:
    unnamed = three.run("look", "0", "0")
    assert unnamed.returncode == 1
    assert unnamed.stderr == "There are several drones; name one with --drone: kelex, kelex-2, kelex-3.\n"
    named = three.run("look", "-5", "-5", "--drone", "kelex-2")
    assert named.returncode == 0, named.stderr


def test_one_that_loses_its_cable_again_and_again_troubles_no_other(three: Kelex, visitor: Client) -> None:
    others = ("kelex", "kelex-3")

    def offline(drone: str) -> int:
        return told(visitor, availability(drone)).count(b"offline")

    flaps = {drone: offline(drone) for drone in others}
    answers: list[dict[str, Any]] = []
    until_s = time.monotonic() + UNPLUGGING_S
    unplugged, begun = 0, offline("kelex-2")
    while time.monotonic() < until_s:
        if visitor.latest(availability("kelex-2")) == b"online":
            assert visitor.ask("world", "unplug", drone="kelex-2", seconds=0.5)["status"] == "ok"
            unplugged += 1
            until(lambda n=begun + unplugged: offline("kelex-2") >= n, "offline")
            # It feels what happens meanwhile, and tells it later.
            visitor.ask("world", "touch", drone="kelex-2", seconds=0.1)
        pan = len(answers) % 40
        answers += [visitor.ask(f"drone/{drone}", "look", pan=pan, tilt=0) for drone in others]
    until(lambda: visitor.latest(availability("kelex-2")) == b"online", "the unplugged one online again")

    assert unplugged >= 5
    assert [answer for answer in answers if answer["status"] != "ok"] == []
    assert {drone: offline(drone) for drone in others} == flaps
    looks = {answer["transaction"] for answer in answers}

    def ended() -> set[str]:
        return {str(event.get("transaction")) for event in visitor.events() if event["event_type"].startswith("move_")}

    until(lambda: looks <= ended(), "an end for each look")
    assert visitor.ask("drone/kelex-2", "look", pan=3, tilt=0)["status"] == "ok"
    until(lambda: told(visitor, "kelex/drone/kelex-2/event/touch"), "what the unplugged one felt")
    for drone in others:
        assert check_events(visitor, drone) >= len(answers) // 2
    assert check_events(visitor, "kelex-2") >= 2


def test_real_and_simulated_drones_live_in_one_house(home: Path) -> None:
    """A drone behind a TCP port is as real as any to the house; what simulates it is another process."""
    (home / "three.toml").write_text(CONFIGURATION)
    real = Kelex(home / "real", "sim", "--tcp", "0")
    port = real.says(r"--port (socket://\S+)")[1]
    house = Kelex(home, "up", "--config", str(home / "three.toml"), "--port", port)
    client = Client(port_of(house))
    try:
        all_online(client)
        assert list(client.truth()["drones"]) == ["kelex-2", "kelex-3"]
        for drone in DRONES:
            look = client.ask(f"drone/{drone}", "look", pan=12, tilt=0)
            assert look["status"] == "ok", look
            until(
                lambda look=look: look["transaction"] in [e.get("transaction") for e in client.events("move_done")],
                f"{drone}'s move_done",
            )
        # The world of this house does not reach the real one; its own does.
        assert client.ask("world", "touch", drone="kelex")["error"]["code"] == "unknown_id"
        real.type("touch 0.3")
        until(lambda: told(client, "kelex/drone/kelex/event/touch"), "the real one's touch")
        assert told(client, "kelex/drone/kelex-2/event/touch") == []

        assert client.ask("world", "unplug", drone="kelex-2", seconds=0.5)["status"] == "ok"
        until(lambda: client.latest(availability("kelex-2")) == b"offline", "kelex-2 offline")
        all_online(client)
        real.stop()
        until(lambda: client.latest(availability("kelex")) == b"offline", "the real one offline")
        assert client.ask("drone/kelex", "stop")["error"]["code"] == "offline"
        assert client.ask("drone/kelex-2", "stop")["status"] == "ok"
        assert client.latest(availability("kelex-3")) == b"online"
        for drone in DRONES:
            check_events(client, drone)
    finally:
        client.close()
        house.stop()
