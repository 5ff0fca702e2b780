"""The story's moments of words, as any MQTT client sees them of a running house: S1 to S5, S14 and S15."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from acceptance.conftest import port_of
from acceptance.household import Client, Kelex, until

# A third of the fastest joint's speed: see kelex_drone/motion.py.
QUIET_DEGREES_S = 60
HURRIED = "[house]\nrepeat_after_s = 1.5\nescalate_after_s = 3\n"


def ask(client: Client, verb: str, **fields: Any) -> dict[str, Any]:
    """What the house answers a request that has to be granted."""
    response = client.ask("house", verb, **fields)
    assert response["status"] == "ok", response
    data = response["data"]
    assert isinstance(data, dict)
    return data


def told(client: Client, id: str) -> list[str]:
    """What happened to an announcement."""
    return [event["event_type"] for event in client.events() if event.get("id") == id]


@pytest.fixture(scope="module")
def hurried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of a house that does not wait long for an acknowledgement."""
    home = tmp_path_factory.mktemp("hurried")
    (home / "kelex.toml").write_text(HURRIED)
    house = Kelex(home, "up")
    house.says("is up")
    client = Client(port_of(house))
    until(lambda: client.latest("kelex/drone/kelex/availability") == b"online", "the drone online")
    yield client
    client.close()
    house.stop()


def test_s1_two_members_are_addressed_together_and_an_unknown_one_is_an_error(client: Client) -> None:
    assert ask(client, "announce", text="Dinner is ready", to=["lara", "jor-el"])["address"] == "Sir, ma'am"
    assert ask(client, "announce", text="Dinner is ready", to="lara")["address"] == "Ma'am"
    error = client.ask("house", "announce", text="Kneel!", to="zod")["error"]
    assert error["code"] == "unknown_member"
    assert "jor-el" in error["message"]


def test_s2_the_urgent_interrupts_escalates_and_stops_when_acknowledged(hurried: Client) -> None:
    routine = ask(hurried, "announce", text="The tea is ready, and so are the scones. " * 3, to="lara")["id"]
    until(lambda: told(hurried, routine)[-1:] == ["started"], "the routine one begin")
    urgent = ask(hurried, "announce", text="See the holo-news, immediately!", to="jor-el", priority="urgent")["id"]
    until(lambda: told(hurried, routine)[-1:] == ["interrupted"], "its interruption")
    until(lambda: "resumed" in told(hurried, routine), "its resumption")
    until(lambda: "escalated" in told(hurried, urgent), "the escalation")
    assert hurried.events("escalated")[0]["to"] == "lara"
    ask(hurried, "ack", by="lara")
    until(lambda: told(hurried, urgent)[-1] == "acknowledged", "the acknowledgement", 1.0)
    until(lambda: told(hurried, routine)[-1] == "delivered", "the routine one's end")
    assert told(hurried, urgent)[-1] == "acknowledged"
    assert hurried.document("kelex/house/announcements") == {"current": None, "queue": [], "unacknowledged": []}


def test_s2_severe_news_are_told_at_once_and_minor_ones_are_not(hurried: Client) -> None:
    ask(hurried, "news", title="A new opera opens", severity="minor")
    ask(hurried, "news", title="A coup in Kryptonopolis", severity="severe", source="holo-news")
    until(lambda: any("coup" in event["text"] for event in hurried.events("started")), "the announcement")
    assert not any("opera" in event.get("text", "") for event in hurried.events("queued"))
    ask(hurried, "ack", by="jor-el")


def test_s3_the_presentation_is_seen_in_servo_eye_and_relay_in_this_order(house: Kelex, client: Client) -> None:
    until(lambda: client.document("kelex/house/announcements")["current"] is None, "silence")
    before = client.truth()
    assert not before["holodisk"]
    client.seen.clear()
    ask(client, "announce", text="There is something that you need to see.", to="jor-el", priority="important")
    lit = until(lambda: (truth := client.truth())["holodisk"] and truth, "the disk on")
    assert lit["eye"] != "#000000"
    moved = {
        joint for joint, servo in lit["servos"].items() if abs(servo["angle"] - before["servos"][joint]["angle"]) > 1
    }
    assert moved, "the gesture moves a joint"
    until(lambda: not client.truth()["holodisk"], "the disk off")
    until(lambda: client.truth()["eye"] == "#000000", "the eye dark again")
    seen = [event["event_type"] for event in client.events() if event["event_id"].startswith("kelex-")]
    order = [seen.index(one) for one in ("gesture_started", "eye_changed", "holodisk_on", "holodisk_off")]
    assert order == sorted(order)


def test_s4_who_was_away_through_three_events_gets_just_those_the_gravest_first(client: Client) -> None:
    client.ask("world", "leave", member="lara")
    until(lambda: client.events("departed"), "her departure")
    ask(client, "announce", text="The parcel came", to="lara")
    ask(client, "news", title="The Council has fallen", severity="severe")
    ask(client, "announce", text="Your mother called", to="lara", priority="important")
    ask(client, "announce", text="Not for her", to="jor-el")
    ask(client, "ack", by="jor-el")
    client.ask("world", "enter", member="lara", room="hall")
    until(lambda: client.events("arrived"), "her arrival")
    items = ask(client, "brief", member="lara")["items"]
    assert [item["text"] for item in items] == ["News: The Council has fallen", "Your mother called", "The parcel came"]
    assert ask(client, "brief", member="lara")["items"] == []
    assert any("Welcome home" in event["text"] for event in client.events("queued"))


def test_s5_in_quiet_mode_no_tone_sounds_and_no_servo_hurries(client: Client) -> None:
    assert ask(client, "quiet", on=True)["causes"] == ["hand"]
    until(lambda: client.document("kelex/drone/kelex/body")["quiet"], "the drone quiet")
    assert client.document("kelex/house/mode")["quiet_causes"] == ["hand"]
    ask(client, "announce", text="Softly, softly.", to="lara", priority="important")
    tones, shots = [], []
    for _ in range(12):
        shots.append(client.truth())
        tones.append(shots[-1]["tone_hz"])
        time.sleep(0.3)  # between two looks at the servos
    assert not any(tones)
    assert max(turned(one, other) for one, other in pairwise(shots)) > 1, "the gesture stands for the sound"
    for one, other in pairwise(shots):
        assert turned(one, other) < QUIET_DEGREES_S * seconds(one, other) + 5
    assert not ask(client, "quiet", on=False)["quiet"]
    until(lambda: not client.document("kelex/drone/kelex/body")["quiet"], "the drone loud again")


def seconds(one: dict[str, Any], other: dict[str, Any]) -> float:
    """The time between two truths."""
    return (datetime.fromisoformat(other["time"]) - datetime.fromisoformat(one["time"])).total_seconds()


def turned(one: dict[str, Any], other: dict[str, Any]) -> float:
    """How far the joint turned that turned most, in degrees."""
    return max(abs(servo["angle"] - one["servos"][joint]["angle"]) for joint, servo in other["servos"].items())


def test_s15_why_walks_from_the_escalation_to_the_request(hurried: Client) -> None:
    event = hurried.events("escalated")[0]
    chain = ask(hurried, "why", event_id=event["event_id"])["chain"]
    assert [link["what"] for link in chain] == ["announcement/escalated", "announcement/queued", "request/announce"]
    assert "acknowledged" in chain[0]["rule"]
    assert client_error(hurried, "why", event_id="house-0-1") == "unknown_id"


def client_error(client: Client, verb: str, **fields: Any) -> str:
    """The code of a request that is refused."""
    return str(client.ask("house", verb, **fields)["error"]["code"])


def test_s14_a_house_that_was_killed_goes_on_with_what_it_had_promised(tmp_path: Path) -> None:
    house = Kelex(tmp_path, "up")
    house.says("is up")
    client = Client(port_of(house))
    granted = []
    for number in range(20):
        response = client.ask("house", "announce", text=f"Number {number} " * 95, to="lara")
        granted.append(response["data"]["id"])
    house.stop(signal.SIGKILL)
    seen = [(topic, payload) for topic, payload, _ in client.seen]
    client.close()
    house = Kelex(tmp_path, "up")
    house.says("is up")
    client = Client(port_of(house))
    until(lambda: client.latest("kelex/house/announcements"), "what it remembers")
    document = client.document("kelex/house/announcements")
    seen += [(topic, payload) for topic, payload, _ in client.seen]
    events = {json.dumps(event, sort_keys=True) for topic, payload in seen if "/event/announcement" in topic
              for event in [json.loads(payload)] if event["event_type"] == "queued"}  # fmt: skip
    assert {json.loads(event)["id"] for event in events} == set(granted)
    assert len(events) == len(granted), "each under one event_id"
    still = {one["id"] for one in [document["current"], *document["queue"]] if one}
    assert still == set(granted), "each of them takes a minute to say"
    client.close()
    house.stop()
