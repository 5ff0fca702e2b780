"""Every verb of a drone, asked by a plain MQTT client: what it answers, what the hardware then does, what it tells."""

from __future__ import annotations

import json
import os
import pty
from typing import Any

import pytest
from acceptance import test_pairing
from acceptance.household import Client, Kelex, until
from kelex_host.bridge.verbs import VERBS

DRONE = "drone/kelex"
AVAILABLE = "kelex/drone/kelex/availability"


def ask(client: Client, verb: str, **fields: Any) -> tuple[dict[str, Any], str]:
    """An accepted request's data, and its transaction."""
    response = client.ask(DRONE, verb, **fields)
    assert response["status"] == "ok", response
    return response["data"], response["transaction"]


def told(client: Client, transaction: str) -> list[str]:
    """The types of the events of a request."""
    return [event["event_type"] for event in client.events() if event.get("transaction") == transaction]


def body(client: Client) -> dict[str, Any]:
    """What the drone last said of its body."""
    document = client.document("kelex/drone/kelex/body")
    assert isinstance(document, dict)
    return document


def angles(client: Client) -> dict[str, float]:
    """Where each joint truly is."""
    return {joint: servo["angle"] for joint, servo in client.truth()["servos"].items()}


def done(client: Client, transaction: str) -> None:
    """Wait for a move's end."""
    until(lambda: told(client, transaction) == ["move_done"], "move_done")


def test_look_turns_the_head_there_and_nothing_else(house: Kelex, client: Client) -> None:
    done(client, ask(client, "move", joints={"left_elbow": 10})[1])
    data, look = ask(client, "look", pan=-35, tilt=12.5)
    assert data["joints"] == {"head_pan": -35.0, "head_tilt": 12.5}
    assert data["duration_ms"] > 0
    done(client, look)
    there = angles(client)
    assert (there["head_pan"], there["head_tilt"]) == pytest.approx((-35, 12.5), abs=1)
    assert there["left_elbow"] == pytest.approx(10, abs=1)
    until(lambda: body(client)["joints"]["head_pan"] == -35.0 and not body(client)["moving"], "the body document")


def test_a_slower_look_takes_the_time_that_it_was_given(house: Kelex, client: Client) -> None:
    done(client, ask(client, "look", pan=0, tilt=0)[1])
    data, look = ask(client, "look", pan=5, tilt=0, duration_ms=900)
    assert data["duration_ms"] == 900
    until(lambda: body(client)["moving"], "it moving")
    done(client, look)


def test_move_moves_the_joints_it_names(house: Kelex, client: Client) -> None:
    wanted = {"right_shoulder": -25, "left_gripper": 30.5}
    data, move = ask(client, "move", joints=wanted)
    assert data["joints"] == wanted
    done(client, move)
    there = angles(client)
    assert {joint: there[joint] for joint in wanted} == pytest.approx(wanted, abs=1)


def test_pose_puts_every_joint_in_its_place(house: Kelex, client: Client) -> None:
    data, pose = ask(client, "pose", name="attention")
    assert len(data["joints"]) == 8
    done(client, pose)
    assert angles(client) == pytest.approx(data["joints"], abs=1)
    until(lambda: body(client)["pose"] == "attention", "the pose in the body document")


def test_a_gesture_begins_ends_and_leaves_the_body_as_it_was(house: Kelex, client: Client) -> None:
    done(client, ask(client, "pose", name="attention")[1])
    before = angles(client)
    data, nod = ask(client, "gesture", name="nod")
    assert data["duration_ms"] >= 900
    until(lambda: body(client)["gesture"] == "nod", "the gesture in the body document")
    until(lambda: abs(angles(client)["head_tilt"] - before["head_tilt"]) > 5, "the head's nod")
    until(lambda: told(client, nod) == ["gesture_started", "gesture_done"], "its end")
    until(lambda: body(client)["gesture"] is None, "the body document without it")
    assert angles(client) == pytest.approx(before, abs=1)
    assert [event["gesture"] for event in client.events() if event.get("transaction") == nod] == ["nod", "nod"]


def test_a_repeated_gesture_takes_as_often_the_time(house: Kelex, client: Client) -> None:
    once, first = ask(client, "gesture", name="nod")
    thrice, second = ask(client, "gesture", name="nod", repeat=3)
    assert thrice["duration_ms"] > 2.5 * once["duration_ms"]
    until(lambda: told(client, first) == ["gesture_started", "gesture_interrupted"], "the first one's end")
    ask(client, "stop")
    until(lambda: told(client, second) == ["gesture_started", "gesture_interrupted"], "the second one's end")


def test_the_eye_shows_its_colour_and_effect(house: Kelex, client: Client) -> None:
    _, eye = ask(client, "eye", color="blue")
    until(lambda: client.truth()["eye_pixels"] == ["#0000ff"] * 8, "a blue eye")
    until(lambda: told(client, eye) == ["eye_changed"], "the event")
    assert body(client)["eye"] == {"color": "#0000ff", "effect": "steady"}
    ask(client, "eye", color="#ff8000", effect="scan")
    until(lambda: len(set(client.truth()["eye_pixels"])) > 1, "pixels that differ")
    until(lambda: body(client)["eye"] == {"color": "#ff8000", "effect": "scan"}, "the body document")
    ask(client, "eye", color="off")
    until(lambda: client.truth()["eye_pixels"] == ["#000000"] * 8, "a dark eye")


def test_a_tone_sounds_and_ends(house: Kelex, client: Client) -> None:
    data, tone = ask(client, "tone", name="alarm")
    assert data["duration_ms"] == 2000
    heard = {until(lambda: client.truth()["tone_hz"], "a note")}
    until(lambda: heard.add(client.truth()["tone_hz"]) or {1760, 1397} <= heard, "both notes of the alarm")
    until(lambda: client.truth()["tone_hz"] == 0, "its end")
    assert told(client, tone) == ["tone_started"]
    assert heard <= {1760, 1397, 0}


def test_a_note_of_any_frequency_sounds(house: Kelex, client: Client) -> None:
    data, _ = ask(client, "tone", frequency_hz=440, duration_ms=700)
    assert data["duration_ms"] == 700
    until(lambda: client.truth()["tone_hz"] == 440, "the note")
    until(lambda: client.truth()["tone_hz"] == 0, "its end")


def test_the_holodisk_is_switched(house: Kelex, client: Client) -> None:
    for on, event in ((True, "holodisk_on"), (False, "holodisk_off")):
        _, switch = ask(client, "holodisk", on=on)
        assert client.truth()["holodisk"] is on
        until(lambda switch=switch, event=event: told(client, switch) == [event], "the event")
        until(lambda on=on: body(client)["holodisk"] is on, "the body document")


def test_quiet_mode_is_slower_and_mutes_tones(house: Kelex, client: Client) -> None:
    done(client, ask(client, "look", pan=40, tilt=0)[1])
    loud, look = ask(client, "look", pan=0, tilt=0)
    done(client, look)
    _, quiet = ask(client, "quiet", on=True)
    until(lambda: told(client, quiet) == ["quiet_on"] and body(client)["quiet"], "quiet mode")
    slow, look = ask(client, "look", pan=40, tilt=0)
    assert slow["duration_ms"] > loud["duration_ms"]
    _, tone = ask(client, "tone", name="alarm")
    until(lambda: told(client, tone) == ["tone_muted"], "the event")
    assert client.truth()["tone_hz"] == 0
    _, quiet = ask(client, "quiet", on=False)
    until(lambda: told(client, quiet) == ["quiet_off"] and not body(client)["quiet"], "the end of quiet mode")
    done(client, look)


def test_stop_freezes_motion_and_gesture_at_once(house: Kelex, client: Client) -> None:
    done(client, ask(client, "look", pan=-60, tilt=0)[1])
    _, look = ask(client, "look", pan=60, tilt=0, duration_ms=5000)
    until(lambda: angles(client)["head_pan"] > -55, "it under way")
    data, stop = ask(client, "stop")
    frozen = client.truth()["servos"]["head_pan"]["pulse_us"]
    assert frozen == pytest.approx(1500 + data["joints"]["head_pan"] * 1000 / 90, abs=1)
    until(lambda: told(client, look) == ["move_interrupted"] and told(client, stop) == ["stopped"], "both events")
    assert client.truth()["servos"]["head_pan"]["pulse_us"] == frozen
    assert not body(client)["moving"]


def test_identify_says_who_it_is_and_shows_it_for_a_while(house: Kelex, client: Client) -> None:
    ask(client, "eye", color="red")
    until(lambda: client.truth()["eye"] == "#ff0000", "a red eye")
    data, identify = ask(client, "identify")
    assert (data["drone"], data["duration_ms"]) == ("kelex", 3000)
    assert data["identity"].startswith("kelex ")
    assert isinstance(data["boot"], int)
    until(lambda: client.truth()["eye"] == "#ffffff", "a white eye")
    until(lambda: client.truth()["tone_hz"], "the chime")
    until(lambda: told(client, identify) == ["identified"], "the event")
    until(lambda: client.truth()["eye"] == "#ff0000", "a red eye again")


def test_stats_are_the_drones_own_figures(house: Kelex, client: Client) -> None:
    data, _ = ask(client, "stats")
    assert set(data) == {
        "idle", "overruns", "heap_free", "frames_refused", "orders_repeated", "telemetry_skipped", "events_waiting",
        "events_dropped", "reset_cause", "orders_forged", "paired", "spooled", "flash_writes", "flash_faults",
        "bus_recoveries", "slot", "firmware", "trial", "rolled_back",
    }  # fmt: skip
    assert 0 < data["idle"] <= 1000
    assert (data["frames_refused"], data["events_dropped"], data["reset_cause"]) == (0, 0, "power_on")


def test_reboot_and_maintenance_are_refused_unsigned_and_the_board_runs_on(house: Kelex, client: Client) -> None:
    boot = ask(client, "identify")[0]["boot"]
    for verb in ("reboot", "maintenance"):
        assert client.ask(DRONE, verb)["error"]["code"] == "unsigned"
        # Signed by nobody that the house knows, it is no better off.
        order = {"order": json.dumps({"by": "jor-el"}), "key": "k1", "signature": "AAAA"}
        assert client.ask(DRONE, verb, **order)["status"] == "error"
    assert ask(client, "identify")[0]["boot"] == boot
    assert client.latest(AVAILABLE) == b"online"
    assert client.events("rebooting") == client.events("maintenance") == []


def test_a_reboot_signed_by_the_owner_starts_the_board_again(house: Kelex, client: Client) -> None:
    boot = ask(client, "identify")[0]["boot"]
    done = house.run("reboot", "--as", "jor-el")
    assert done.returncode == 0, done.stderr
    until(lambda: client.events("rebooting"), "the last word of the old start")

    def started_again() -> bool:
        answer = client.ask(DRONE, "identify")
        return answer["status"] == "ok" and answer["data"]["boot"] == boot + 1

    until(started_again, "the next start")
    assert ask(client, "stats")[0]["reset_cause"] == "watchdog"
    until(lambda: client.document("kelex/drone/kelex/body").get("pose") == "rest", "the rest pose")
    until(lambda: all(servo["attached"] for servo in client.truth()["servos"].values()), "all servos held in it")


def test_calibration_tells_what_calibrate_offset_and_detect_have_changed(house: Kelex, client: Client) -> None:
    before, _ = ask(client, "calibration")
    changes = {"calibrate": {"joint": "head_pan", "trim": 2}, "offset": {"temperature": 1}, "detect": {"hold_s": 30}}
    for verb, fields in changes.items():
        assert client.ask(DRONE, verb, **fields)["error"]["code"] == "unsigned"
    assert ask(client, "calibration")[0] == before
    for line in ("calibrate head_pan --trim 2.5", "offset --temperature -1.5", "detect --hold-s 30"):
        done = house.run(*line.split(), "--as", "jor-el")
        assert done.returncode == 0, done.stderr
    after, _ = ask(client, "calibration")
    assert after["joints"]["head_pan"]["trim"] == 2.5
    assert after["offsets"]["temperature"] == -1.5
    assert after["presence"] == before["presence"] | {"hold_s": 30}
    held = f"detect --hold-s {before['presence']['hold_s']}"
    for line in ("calibrate head_pan --trim 0", "offset --temperature 0", held):
        assert house.run(*line.split(), "--as", "jor-el").returncode == 0
    assert ask(client, "calibration")[0] == before


def test_calibrate_leads_through_a_joint_at_a_terminal(house: Kelex, client: Client) -> None:
    terminal, its = pty.openpty()
    off, right, reached, not_free, end = b"-2.5\n", b"0\n", b"y\n", b"n\n", b"-80\n"
    os.write(terminal, off + right + reached + not_free + end + reached + reached)
    done = house.run("calibrate", "head_pan", stdin=its)
    assert done.returncode == 0, done.stderr
    for said in ("at 0 degrees it is straight ahead", "Was that to his left?", "It turns to -80", "It turns to 90"):
        assert said in done.stdout
    os.close(terminal)
    os.close(its)
    kept = ask(client, "calibration")[0]["joints"]["head_pan"]
    assert kept == {"trim": 2.5, "low": -80, "high": 90}
    until(
        lambda: client.truth()["servos"]["head_pan"]["pulse_us"] == pytest.approx(1500 + 2.5 * 1000 / 90, abs=2),
        "its middle",
    )
    assert house.run(*"calibrate head_pan --trim 0 --low -90 --high 90 --as jor-el".split()).returncode == 0


def test_who_may_not_lend_the_port_leaves_the_drone_online_and_the_owner_gets_it_back(
    house: Kelex, client: Client
) -> None:
    assert client.ask(DRONE, "lend", seconds=5)["error"]["code"] == "unsigned"
    assert client.latest(AVAILABLE) == b"online"
    for seconds, availability in ((60, b"offline"), (0, b"online")):
        done = house.run("lend", "--seconds", str(seconds), "--as", "jor-el")
        assert done.returncode == 0, done.stderr
        until(lambda availability=availability: client.latest(AVAILABLE) == availability, "the drone's availability")


def test_every_verb_has_its_scenario_here() -> None:
    everywhere = {**globals(), **vars(test_pairing)}
    scenarios = " ".join(name for name in everywhere if name.startswith("test_"))
    assert [verb.name for verb in VERBS if verb.scope == "drone" and f"_{verb.name}_" not in scenarios] == []
