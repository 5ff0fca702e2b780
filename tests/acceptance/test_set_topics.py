"""The plain `set/` topics, as a simple client or Home Assistant uses them."""

from __future__ import annotations

from typing import Any

import pytest
from acceptance.household import Client, Kelex, until

DRONE = "kelex/drone/kelex"


def put(client: Client, entity: str, payload: bytes, verb: str) -> dict[str, Any]:
    """Set something; the one answer, which comes where its verb would be answered."""
    topic = f"{DRONE}/response/{verb}"
    before = len(client.responses(topic))
    client.send(f"{DRONE}/set/{entity}", payload)
    until(lambda: len(client.responses(topic)) > before, f"a response on {topic}")
    [response] = client.responses(topic)[before:]
    return response


def ok(client: Client, entity: str, payload: bytes, verb: str) -> dict[str, Any]:
    """The data of what was accepted."""
    response = put(client, entity, payload, verb)
    assert response["status"] == "ok", response
    assert "transaction" not in response
    data = response["data"]
    assert isinstance(data, dict)
    return data


@pytest.mark.parametrize(
    ("joint", "payload", "degrees"),
    [
        ("head_pan", b"-33.5", -33.5),
        ("head_tilt", b"12", 12),
        ("left_elbow", b"90", 90),
        ("right_gripper", b"0.5", 0.5),
    ],
)
def test_a_number_moves_a_joint(house: Kelex, client: Client, joint: str, payload: bytes, degrees: float) -> None:
    assert ok(client, joint, payload, "move")["joints"] == {joint: degrees}
    until(lambda: abs(client.truth()["servos"][joint]["angle"] - degrees) < 1, f"{joint} at {degrees} degrees")


def test_a_name_takes_a_pose_makes_a_gesture_and_sounds_a_tone(house: Kelex, client: Client) -> None:
    assert len(ok(client, "pose", b"attention", "pose")["joints"]) == 8
    until(lambda: client.document(f"{DRONE}/body").get("pose") == "attention", "the pose")
    ok(client, "gesture", b"nod", "gesture")
    until(lambda: [event["gesture"] for event in client.events("gesture_done")] == ["nod"], "the gesture")
    ok(client, "tone", b"alarm", "tone")
    until(lambda: client.truth()["tone_hz"] in (1760, 1397), "the alarm")


def test_on_and_off_switch_the_holodisk_quiet_mode_and_the_eye(house: Kelex, client: Client) -> None:
    for payload, on in ((b"ON", True), (b"OFF", False)):
        ok(client, "holodisk", payload, "holodisk")
        assert client.truth()["holodisk"] is on
        ok(client, "quiet", payload, "quiet")
        until(lambda on=on: client.document(f"{DRONE}/body").get("quiet") is on, "quiet mode")
    for payload, color in ((b"ON", "#ffffff"), (b"green", "#00ff00"), (b"#102030", "#102030"), (b"OFF", "#000000")):
        ok(client, "eye", payload, "eye")
        until(lambda color=color: client.truth()["eye"] == color, f"the eye in {color}")


def test_a_press_stops_and_identifies(house: Kelex, client: Client) -> None:
    assert ok(client, "identify", b"PRESS", "identify")["drone"] == "kelex"
    assert client.ask("drone/kelex", "look", pan=80, tilt=0, duration_ms=5000)["status"] == "ok"
    assert len(ok(client, "stop", b"", "stop")["joints"]) == 8
    until(lambda: client.events("move_interrupted"), "the look's end")


def test_what_does_not_fit_is_answered_once_and_moves_nothing(house: Kelex, client: Client) -> None:
    ok(client, "stop", b"PRESS", "stop")
    until(lambda: client.truth()["tone_hz"] == 0, "silence")
    before = client.truth()
    for entity, payload, verb, code in [
        ("head_pan", b"north", "move", "wrong_type"),
        ("head_pan", b"nan", "move", "wrong_type"),
        ("head_pan", b"90.5", "move", "out_of_range"),
        ("left_elbow", b"-1", "move", "out_of_range"),
        ("holodisk", b"maybe", "holodisk", "wrong_type"),
        ("holodisk", b"\xff", "holodisk", "wrong_type"),
        ("pose", b"sulk", "pose", "unknown_id"),
        ("eye", b"ultraviolet", "eye", "unknown_id"),
        ("tone", b"x" * 9000, "tone", "too_large"),
        ("reboot", b"ON", "reboot", "unknown_verb"),
        ("lamp", b"ON", "lamp", "unknown_verb"),
    ]:
        assert put(client, entity, payload, verb)["error"]["code"] == code, (entity, payload)
    after = client.truth()
    assert {key: after[key] for key in ("servos", "tone_hz", "holodisk")} == {
        key: before[key] for key in ("servos", "tone_hz", "holodisk")
    }
