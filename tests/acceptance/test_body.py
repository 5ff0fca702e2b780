"""The whole body from outside: `move`, `pose` and `stop`, over MQTT and as typed."""

from __future__ import annotations

import json
import time

import pytest
from acceptance.household import Client, Kelex, until

BODY = "kelex/drone/kelex/body"


def angles(client: Client) -> dict[str, float]:
    """Where each joint truly is."""
    return {joint: servo["angle"] for joint, servo in client.truth()["servos"].items()}


def pulses(client: Client) -> dict[str, float]:
    """The pulse that each servo gets (us)."""
    return {joint: servo["pulse_us"] for joint, servo in client.truth()["servos"].items()}


def send(client: Client, verb: str, transaction: str, **fields: object) -> dict[str, object]:
    """A request with this transaction; its response."""
    client.send(f"kelex/drone/kelex/request/{verb}", json.dumps({**fields, "transaction": transaction}).encode())
    topic = f"kelex/drone/kelex/response/{verb}"
    response = until(lambda: client.responses(topic, transaction), "the response")[0]
    assert isinstance(response, dict)
    return response


def ends_of(client: Client, transaction: str) -> list[str]:
    """The event types that carry this transaction."""
    return [event["event_type"] for event in client.events() if event.get("transaction") == transaction]


def test_move_moves_the_joints_that_it_names_and_no_other(house: Kelex, client: Client) -> None:
    until(lambda: client.document(BODY).get("moving") is False, "the rest pose, which a new start creeps to")
    before = angles(client)
    wanted = {"left_shoulder": 20, "left_elbow": 45.5, "right_gripper": 60}
    response = send(client, "move", "m1", joints=wanted)
    assert response["data"] == {"duration_ms": response["data"]["duration_ms"], "joints": wanted}  # type: ignore[index]
    until(lambda: ends_of(client, "m1") == ["move_done"], "move_done")
    after = angles(client)
    assert {joint: after[joint] for joint in wanted} == pytest.approx(wanted, abs=1)
    assert all(after[joint] == before[joint] for joint in after if joint not in wanted)


def test_a_pose_is_taken_by_all_eight_joints_and_the_body_says_which(house: Kelex, client: Client) -> None:
    response = send(client, "pose", "p1", name="offer")
    assert response["status"] == "ok"
    until(lambda: ends_of(client, "p1") == ["move_done"], "move_done")
    until(lambda: client.document(BODY).get("pose") == "offer", "the pose in the body document")
    told = client.document(BODY)["joints"]
    assert len(told) == 8
    assert angles(client) == pytest.approx(told, abs=1)
    assert all(servo["attached"] for servo in client.truth()["servos"].values())


def test_stop_freezes_a_slow_move_where_it_is(house: Kelex, client: Client) -> None:
    assert client.ask("drone/kelex", "move", joints={"head_pan": -80, "right_shoulder": -80})["status"] == "ok"
    until(lambda: client.document(BODY).get("moving") is False, "rest")
    send(client, "move", "slow", joints={"head_pan": 80, "right_shoulder": 80}, duration_ms=5000)
    until(lambda: client.document(BODY)["joints"]["head_pan"] > -60, "it under way")

    response = send(client, "stop", "halt")

    stopped = pulses(client)
    assert 1500 - 80 * 1000 / 90 < stopped["head_pan"] < 1500 + 80 * 1000 / 90
    assert response["data"]["joints"]["head_pan"] == pytest.approx((stopped["head_pan"] - 1500) * 0.09, abs=0.05)  # type: ignore[index]
    until(lambda: ends_of(client, "slow") == ["move_interrupted"], "move_interrupted")
    for _ in range(10):
        time.sleep(0.1)
        assert pulses(client) == stopped
    assert client.document(BODY)["moving"] is False

    send(client, "move", "on", joints={"head_pan": 0})
    until(lambda: ends_of(client, "on") == ["move_done"], "a move after the stop")
    assert ends_of(client, "slow") == ["move_interrupted"]


def test_what_does_not_fit_gets_one_answer_and_moves_nothing(house: Kelex, client: Client) -> None:
    until(lambda: client.document(BODY).get("moving") is False, "rest")
    before = pulses(client)
    for verb, fields, code in [
        ("move", {"joints": {}}, "missing_field"),
        ("move", {"joints": {"tail": 1}}, "unknown_joint"),
        ("move", {"joints": {"head_pan": 1, "left_elbow": -0.5}}, "out_of_range"),
        ("move", {"joints": {"head_pan": 1, "left_elbow": "45"}}, "wrong_type"),
        ("pose", {"name": "sulk"}, "unknown_id"),
        ("stop", {"joints": ["head_pan"]}, "unknown_field"),
    ]:
        assert client.ask("drone/kelex", verb, **fields)["error"]["code"] == code  # type: ignore[arg-type]
    assert pulses(client) == before


def test_they_work_as_typed(house: Kelex, client: Client) -> None:
    moved = house.run("move", "left_elbow=45", "right_shoulder=-10.5", "--duration-ms", "200")
    assert moved.returncode == 0, moved.stderr
    assert json.loads(moved.stdout)["joints"] == {"left_elbow": 45.0, "right_shoulder": -10.5}
    posed = house.run("pose", "attention")
    assert posed.returncode == 0, posed.stderr
    assert len(json.loads(posed.stdout)["joints"]) == 8
    stopped = house.run("stop")
    assert stopped.returncode == 0, stopped.stderr


@pytest.mark.parametrize("verb", ["move", "pose", "stop"])
def test_help_has_an_example(house: Kelex, verb: str) -> None:
    assert f"Example: kelex {verb}" in house.run(verb, "--help").stdout
