"""Every verb of the world, asked by a plain MQTT client: it moves the channels that it should, and no other."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from acceptance.conftest import port_of
from acceptance.household import Client, Kelex, until
from kelex_host.bridge.verbs import VERBS

SENSES = "kelex/drone/kelex/senses"
AVAILABLE = "kelex/drone/kelex/availability"
# How far each number may be from where it was and still be where it was: its noise, not its dead band.
STILL = {
    "temperature": 0.25,
    "humidity": 0.6,
    "light": 6,
    "sound": 15,
    "range": 130,
    "tremor": 0.4,
    "battery_voltage": 0.08,
    "battery_level": 2,
    "servo_current": 0.06,
}
YES_OR_NO = ("presence", "touch", "door", "doorbell")
CHANNELS = (*STILL, *YES_OR_NO)
# A quiet room of the example household, as its drone has it.
CALM = {"range": (1400, 1800), "tremor": (0, 0.4), "sound": (-90, -45)}

Holds = Callable[[Any], bool]


def near(wanted: float, off: float) -> Holds:
    return lambda value: value is not None and abs(value - wanted) <= off


def yes(value: Any) -> bool:
    return value is True


def senses(client: Client) -> dict[str, Any]:
    """What the drone last said of its senses."""
    document = client.document(SENSES)
    assert isinstance(document, dict)
    return document


def calm(client: Client) -> dict[str, Any]:
    """Wait until nothing goes on any more; how the senses then are."""

    def is_calm() -> dict[str, Any] | None:
        now = senses(client)
        moving = client.document("kelex/drone/kelex/body").get("moving") is not False
        if moving or now.get("faults") != [] or any(now[name] for name in YES_OR_NO):
            return None
        return now if all(low <= now[name] <= high for name, (low, high) in CALM.items()) else None

    document = until(is_calm, f"calm; it is {senses(client)}")
    assert isinstance(document, dict)
    return document


def since(client: Client, count: int) -> list[dict[str, Any]]:
    """The senses that were told after the first `count` messages."""
    return [json.loads(payload) for topic, payload, _ in client.seen[count:] if topic == SENSES]


def act(client: Client, verb: str, **fields: Any) -> dict[str, Any]:
    """An accepted request to the world; its data."""
    response = client.ask("world", verb, **fields)
    assert response["status"] == "ok", response
    data = response["data"]
    assert isinstance(data, dict)
    return data


def moves(client: Client, verb: str, fields: dict[str, Any], moved: dict[str, Holds]) -> None:
    """The verb brings these channels where they should be, and leaves all others where they were."""
    before, count = calm(client), len(client.seen)
    act(client, verb, **fields)
    for name, holds in moved.items():
        until(lambda name=name, holds=holds: any(holds(now[name]) for now in since(client, count)), f"{verb}: {name}")
    for now in since(client, count):
        assert now["faults"] == [], now
        # The household has its own reasons to make him gesture (tests/proof/test_world_channels.py goes without it).
        for name in set(STILL) - set(moved) - {"servo_current"}:
            assert abs(now[name] - before[name]) <= STILL[name], f"{verb} moved {name}"
        for name in set(YES_OR_NO) - set(moved):
            assert now[name] == before[name], f"{verb} moved {name}"


def events_of(client: Client, subject: str) -> list[str]:
    """The types of a subject's events so far."""
    topic = f"kelex/drone/kelex/event/{subject}"
    return [json.loads(payload)["event_type"] for seen, payload, _ in client.seen if seen == topic]


def test_every_channel_is_there_and_none_is_null(house: Kelex, client: Client) -> None:
    document = until(lambda: not (now := senses(client)).get("faults", [""]) and now, "senses without faults")
    assert set(document) == {*CHANNELS, "faults", "time"}
    assert all(type(document[name]) in (int, float) for name in STILL)
    assert all(type(document[name]) is bool for name in YES_OR_NO)
    assert document["battery_voltage"] == pytest.approx(client.truth()["supply_v"], abs=0.1)


def test_enter_and_leave_are_seen_by_the_motion_sensor_and_the_range_finder(house: Kelex, client: Client) -> None:
    moves(client, "enter", {"member": "lara", "room": "nursery"}, {"presence": yes, "range": near(1300, 80)})
    assert client.truth()["people"]["lara"] == "nursery"
    act(client, "leave", member="lara")
    assert client.truth()["people"]["lara"] is None
    until(lambda: senses(client)["presence"] is False, "absence")
    until(lambda: events_of(client, "presence")[-3:] == ["motion", "detected", "cleared"], "the event of it")


def test_climate_is_felt_in_its_room_alone(house: Kelex, client: Client) -> None:
    warm = {"temperature": near(31, 0.3), "humidity": near(62, 1)}
    moves(client, "climate", {"room": "nursery", "celsius": 31, "humidity": 62}, warm)
    moves(client, "climate", {"room": "nursery", "celsius": -5.5}, {"temperature": near(-5.5, 0.3)})
    rooms = act(client, "climate", room="hall", celsius=40)["rooms"]
    assert (rooms["hall"]["celsius"], rooms["nursery"]["celsius"]) == (40, -5.5)
    act(client, "climate", room="nursery", celsius=21, humidity=45)
    until(lambda: near(21, 0.3)(senses(client)["temperature"]), "21 degrees")


def test_light_is_seen_in_its_room_alone(house: Kelex, client: Client) -> None:
    moves(client, "light", {"room": "study", "lux": 0}, {})
    moves(client, "light", {"room": "nursery", "lux": 20}, {"light": near(20, 8)})
    moves(client, "light", {"room": "nursery", "lux": 400}, {"light": near(400, 15)})
    act(client, "light", room="nursery", lux=180)
    until(lambda: near(180, 8)(senses(client)["light"]), "the light as it was")


def test_cry_is_heard(house: Kelex, client: Client) -> None:
    end_s = time.monotonic() + 4
    moves(client, "cry", {"seconds": 4}, {"sound": lambda db: db > -25})
    # He takes breath in between, and that is no calm.
    until(lambda: time.monotonic() > end_s, "the cry's end")


def test_ring_presses_the_doorbell(house: Kelex, client: Client) -> None:
    moves(client, "ring", {}, {"doorbell": yes})
    until(lambda: events_of(client, "doorbell") == ["pressed"], "the event")
    act(client, "ring", who="dru-zod")
    until(lambda: events_of(client, "doorbell") == ["pressed"], "the button's next press", 5)


def test_touch_is_felt(house: Kelex, client: Client) -> None:
    moves(client, "touch", {"seconds": 0.4}, {"touch": yes})
    until(lambda: events_of(client, "touch") == ["touched", "released"], "both events")


def test_door_opens_for_a_while_or_for_good(house: Kelex, client: Client) -> None:
    moves(client, "door", {"open": True, "seconds": 0.5}, {"door": yes})
    until(lambda: events_of(client, "door") == ["opened", "closed"], "both events")
    moves(client, "door", {"open": True}, {"door": yes})
    act(client, "door", open=False)
    until(lambda: events_of(client, "door") == ["opened", "closed"] * 2, "both events again")


def test_tremor_shakes_the_drone(house: Kelex, client: Client) -> None:
    moves(client, "tremor", {"magnitude": 4, "seconds": 0.8}, {"tremor": near(4, 1)})


def test_intruder_stands_before_the_drone(house: Kelex, client: Client) -> None:
    moves(client, "intruder", {"range_mm": 500, "seconds": 0.8}, {"range": near(500, 40), "presence": yes})


def test_battery_drains(house: Kelex, client: Client) -> None:
    low = {"battery_level": near(15, 3), "battery_voltage": near(7.07, 0.1)}
    moves(client, "battery", {"level": 15}, low)
    assert client.truth()["supply_v"] == pytest.approx(7.07, abs=0.05)
    act(client, "battery", level=90)
    until(lambda: near(90, 3)(senses(client)["battery_level"]), "90 %")


# Longer than a busy machine takes to ask what the joint does meanwhile.
HELD_S = 5.0


def held_joint(client: Client, verb: str, joint: str, reflexes: set[str], moved: dict[str, Holds]) -> None:
    """A joint that is held does not turn; a reflex ends the order before it presses on; once let go, it obeys again."""
    # What was presented before may have left it anywhere.
    until(lambda: client.ask("drone/kelex", "move", joints={joint: 0})["status"] == "ok", "an order accepted")
    until(lambda: abs(client.truth()["servos"][joint]["angle"]) < 1, "the joint at rest")
    before, count = calm(client), len(client.seen)
    act(client, verb, joint=joint, seconds=HELD_S)
    transaction = client.ask("drone/kelex", "move", joints={joint: 40})["transaction"]
    until(lambda: events_of(client, "reflex")[-1:] == ["raised"], "a reflex")
    assert client.events("raised")[-1]["reflex"] in reflexes
    assert client.truth()["servos"][joint]["angle"] < 20
    until(
        lambda: [event["transaction"] for event in client.events("move_interrupted")][-1:] == [transaction], "its end"
    )
    for name, holds in moved.items():
        until(lambda name=name, holds=holds: any(holds(now[name]) for now in since(client, count)), f"{verb}: {name}")
    until(lambda: events_of(client, "reflex")[-1] == "cleared", "the end of the reflex")
    for now in since(client, count):
        for name in set(STILL) - set(moved) - {"servo_current"}:
            assert abs(now[name] - before[name]) <= STILL[name], f"{verb} moved {name}"
    calm(client)
    until(lambda: client.ask("drone/kelex", "move", joints={joint: 40})["status"] == "ok", "an order accepted")
    until(lambda: abs(client.truth()["servos"][joint]["angle"] - 40) < 1, "the joint where it was to go")


def test_servo_load_holds_a_joint(house: Kelex, client: Client) -> None:
    held_joint(client, "servo_load", "left_elbow", {"stall"}, {"servo_current": lambda told: told > 0.6})


def test_hand_is_in_an_arms_way_and_before_the_drone(house: Kelex, client: Client) -> None:
    held_joint(client, "hand", "right_elbow", {"hand", "stall"}, {"range": near(120, 20)})


def test_unplug_takes_the_drone_offline_and_back(house: Kelex, client: Client) -> None:
    act(client, "unplug", drone="kelex", seconds=1)
    assert client.ask("world", "unplug", drone="kelex")["error"]["code"] == "busy"
    until(lambda: client.latest(AVAILABLE) == b"offline", "offline")
    act(client, "touch", seconds=0.3)
    until(lambda: client.latest(AVAILABLE) == b"online", "online")
    until(lambda: events_of(client, "touch")[-2:] == ["touched", "released"], "what it felt in between")


def test_contact_is_how_somebody_answers(house: Kelex, client: Client) -> None:
    assert client.truth()["contacts"]["dru-zod"] == {"behaviour": "answer", "after_s": 2.0}
    assert act(client, "contact", contact="dru-zod", behaviour="refuse", after_s=0.5)["behaviour"] == "refuse"
    assert client.truth()["contacts"]["dru-zod"] == {"behaviour": "refuse", "after_s": 0.5}


def test_truth_is_all_of_it_and_has_its_time(house: Kelex, client: Client) -> None:
    truth = act(client, "truth")
    assert {"time", "servos", "tone_hz", "eye", "holodisk", "supply_v", "rooms", "people"} <= set(truth)
    assert len(truth["servos"]) == 8
    assert set(truth["servos"]["head_pan"]) == {"pulse_us", "angle", "attached"}


def test_speed_changes_how_fast_time_runs_in_a_house_begun_with_one(tmp_path: Path) -> None:
    house = Kelex(tmp_path, "up", "--speed", "2")
    try:
        client = Client(port_of(house))
        until(lambda: client.latest(AVAILABLE) == b"online", "online")
        assert client.document("kelex/house/info")["speed"] == 2
        began = told_at(client)
        assert act(client, "speed", times=1000)["times"] == 1000
        until(lambda: told_at(client) - began > timedelta(minutes=5), "five minutes, within seconds")
        assert act(client, "speed", times=0.5)["times"] == 0.5
        until(lambda: client.document("kelex/house/info")["speed"] == 0.5, "the speed that it runs at")
        before, began_s = told_at(client), time.monotonic()
        assert client.ask("drone/kelex", "move", joints={"left_elbow": 40})["status"] == "ok"
        until(lambda: abs(client.truth()["servos"]["left_elbow"]["angle"] - 40) < 1, "the joint where it was to go")
        assert told_at(client) - before <= timedelta(seconds=time.monotonic() - began_s)
        assert client.latest(AVAILABLE) == b"online"
        client.close()
    finally:
        house.stop()


def told_at(client: Client) -> datetime:
    return datetime.fromisoformat(client.truth()["time"])


@pytest.mark.parametrize(
    ("verb", "fields", "code"),
    [
        ("enter", {"member": "zod", "room": "hall"}, "unknown_member"),
        ("leave", {"member": "zod"}, "unknown_member"),
        ("light", {"room": "attic", "lux": 1}, "unknown_room"),
        ("hand", {"joint": "tail"}, "unknown_joint"),
        ("servo_load", {"joint": "tail"}, "unknown_joint"),
        ("fault", {"part": "soul", "kind": "stuck"}, "unknown_id"),
        ("fault", {"part": "range", "kind": "sulky"}, "unknown_id"),
        ("contact", {"contact": "zod", "behaviour": "answer"}, "unknown_id"),
        ("touch", {"drone": "ghost"}, "unknown_id"),
        ("tremor", {"magnitude": -1}, "out_of_range"),
        ("intruder", {"range_mm": -5}, "out_of_range"),
        ("battery", {"level": 101}, "out_of_range"),
        ("door", {"open": "on"}, "wrong_type"),
        ("speed", {"times": 10}, "not_allowed"),
        ("speed", {"times": 0}, "out_of_range"),
    ],
)
def test_what_the_world_does_not_have_or_cannot_do_is_named(
    house: Kelex, client: Client, verb: str, fields: dict[str, Any], code: str
) -> None:
    assert client.ask("world", verb, **fields)["error"]["code"] == code


def test_every_verb_has_its_scenario_here_or_with_the_faults() -> None:
    # `day` has its scenario with the household's story.
    scenarios = " ".join(name for name in globals() if name.startswith("test_")) + " _fault_ _day_"
    assert [verb.name for verb in VERBS if verb.scope == "world" and f"_{verb.name}_" not in scenarios] == []
