"""Parts that fail: named in `faults`, told as null, and good again when the fault is over."""

from __future__ import annotations

import json
from typing import Any

from acceptance.household import Client, Kelex, until
from kelex_sim.chips.fault import KINDS
from kelex_sim.wiring import PARTS

SENSES = "kelex/drone/kelex/senses"
# Of each part a kind that shows within seconds; all others take their time, and are tried in virtual time.
FAULTS = {
    "climate": "stall",
    "range": "nan",
    "motion": "stuck",
    "current": "nan",
    "light": "absent",
    "microphone": "nan",
    "battery": "noisy",
    "pir": "absent",
    "touch": "nan",
    "door": "noisy",
    "doorbell": "absent",
}
FAULT_S = 5


def senses(client: Client) -> dict[str, Any]:
    document = client.document(SENSES)
    assert isinstance(document, dict)
    return document


def fault_events(client: Client, event_type: str) -> list[str]:
    """The parts that events of the subject `fault` named."""
    topic = "kelex/drone/kelex/event/fault"
    events = [json.loads(payload) for seen, payload, _ in client.seen if seen == topic]
    return sorted(event["part"] for event in events if event["event_type"] == event_type)


def test_every_sensor_may_fail_at_once_and_all_are_named_null_and_recover(house: Kelex, client: Client) -> None:
    assert set(FAULTS) == {part.name for part in PARTS}
    assert set(FAULTS.values()) == set(KINDS)
    channels = sorted(channel for part in PARTS for channel in part.channels)
    until(lambda: senses(client).get("faults") == [], "senses without faults")
    for part, kind in FAULTS.items():
        data = client.ask("world", "fault", part=part, kind=kind, seconds=FAULT_S)["data"]
        assert (data["part"], data["kind"], data["seconds"]) == (part, kind, FAULT_S)

    faulty = until(
        lambda: (now := senses(client)) and len(now["faults"]) == len(channels) and now, "all of them faulty"
    )
    assert sorted(faulty["faults"]) == channels
    assert [name for name in channels if faulty[name] is not None] == []
    # It obeys all the same.
    assert client.ask("drone/kelex", "look", pan=10, tilt=0)["status"] == "ok"
    assert client.latest("kelex/drone/kelex/availability") == b"online"

    sound = until(lambda: (now := senses(client))["faults"] == [] and now, "all of them sound again")
    assert [name for name in channels if sound[name] is None] == []
    until(lambda: fault_events(client, "cleared") == channels, "an event for each end")
    assert fault_events(client, "raised") == channels


def test_a_part_is_named_by_its_model_or_its_channel_as_well(house: Kelex, client: Client) -> None:
    for name in ("VL53L0X", "range"):
        assert client.ask("world", "fault", part=name, kind="absent", seconds=0.8)["data"]["part"] == "range"
    until(lambda: senses(client)["faults"] == ["range"] and senses(client)["range"] is None, "no range")
    until(lambda: senses(client)["faults"] == [], "a range again")


def test_a_servo_that_stalls_is_let_go_and_takes_no_channel_with_it(house: Kelex, client: Client) -> None:
    until(lambda: client.document("kelex/drone/kelex/body").get("moving") is False, "the rest pose")
    assert client.ask("world", "fault", part="left_elbow", kind="stall", seconds=2)["status"] == "ok"
    assert client.ask("drone/kelex", "move", joints={"left_elbow": 60})["status"] == "ok"
    reflex = until(lambda: [event for event in client.events("raised") if event.get("reflex")], "a reflex")[0]
    assert reflex["reflex"] == "stall"
    assert reflex["reading"] > 600
    assert client.truth()["servos"]["left_elbow"]["angle"] < 50
    until(lambda: [event for event in client.events("cleared") if event.get("reflex")], "the end of the reflex")
    assert [name for name, value in senses(client).items() if value is None] == []
    until(lambda: client.ask("drone/kelex", "move", joints={"left_elbow": 60})["status"] == "ok", "an order accepted")
    until(lambda: abs(client.truth()["servos"]["left_elbow"]["angle"] - 60) < 1, "the elbow there at last")
