"""The story's moments of deeds, as any MQTT client sees them of a running house: S6 to S13."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest
from acceptance.conftest import port_of
from acceptance.household import Client, Kelex, until

DRONE_ONLINE = "kelex/drone/kelex/availability"


def ask(client: Client, verb: str, **fields: Any) -> dict[str, Any]:
    """What the house answers a request that has to be granted."""
    response = client.ask("house", verb, **fields)
    assert response["status"] == "ok", response
    data = response["data"]
    assert isinstance(data, dict)
    return data


def types(client: Client, subject: str) -> list[str]:
    """The types of the house's events of a subject."""
    topic = f"kelex/house/event/{subject}"
    return [json.loads(payload)["event_type"] for seen, payload, _ in client.seen if seen == topic]


def test_s6_the_nurserys_air_and_the_infants_sleep_are_watched(house: Kelex, client: Client) -> None:
    until(lambda: client.document("kelex/house/nursery").get("watch"), "the nursery watched")
    client.ask("world", "climate", room="nursery", celsius=31)
    until(lambda: types(client, "nursery") == ["too_hot"], "the alarm")
    until(lambda: any("too warm" in event["text"] for event in client.events("started")), "somebody told")
    until(lambda: client.latest("kelex/house/alerts/nursery-climate"), "the alert")
    client.ask("world", "climate", room="nursery", celsius=21)
    until(lambda: types(client, "nursery")[-1] == "comfortable", "the all-clear")
    until(lambda: client.latest("kelex/house/alerts/nursery-climate") == b"", "the alert taken away")
    ask(client, "nursery", infant="asleep")
    until(lambda: client.document("kelex/house/mode")["quiet_causes"] == ["infant_asleep"], "quiet")
    ask(client, "nursery", infant="awake")
    until(lambda: not client.document("kelex/house/mode")["quiet"], "loud again")
    assert client.ask("house", "nursery", watch=False)["error"]["code"] == "unsigned"


def test_s6_a_cry_is_heard_by_the_drone_and_told_until_somebody_sees_to_it(house: Kelex, client: Client) -> None:
    client.ask("world", "cry", seconds=20)
    until(lambda: "cry_started" in types(client, "nursery"), "the house knows of it")
    heard = [json.loads(p) for t, p, _ in client.seen if t == "kelex/drone/kelex/event/cry"]
    assert heard[0]["event_type"] == "cry_started"
    until(lambda: any("crying" in event["text"] for event in client.events("started")), "somebody told")
    until(lambda: client.latest("kelex/house/alerts/nursery-crying"), "the alert")
    ask(client, "ack", by="lara")
    until(lambda: "cry_ended" in types(client, "nursery"), "the end of it", 60.0)
    until(lambda: client.latest("kelex/house/alerts/nursery-crying") == b"", "the alert taken away")


def test_s7_a_call_by_a_misspelt_name_is_answered_and_the_other_side_ends_it(client: Client) -> None:
    data = ask(client, "call", to="Dru Zott", by="jor-el")
    assert data["contact"] == "dru-zod"
    until(lambda: "active" in types(client, "call"), "the answer", 3.0)
    assert types(client, "call") == ["dialling", "ringing", "active"]
    client.ask("world", "contact", contact="dru-zod", behaviour="hangup", after_s=0.1)
    until(lambda: "ended" in types(client, "call"), "the end")
    assert client.events("ended")[-1]["by"] == "dru-zod"
    client.ask("world", "contact", contact="dru-zod", behaviour="refuse", after_s=0.5)
    ask(client, "call", to="General Zod", by="jor-el")
    until(lambda: "refused" in types(client, "call"), "the refusal")
    assert client.ask("house", "call", to="Brainiac", by="jor-el")["error"]["code"] == "unknown_id"


def test_s8_cut_off_from_parts_the_plan_switches_to_what_can_be_built(client: Client) -> None:
    variants = [
        {"name": "ship", "value": 10, "parts": {"plate": 8, "engine": 2}, "steps": ["hull", "engines"]},
        {"name": "rocket", "value": 3, "parts": {"plate": 2, "engine": 1}, "steps": ["hull", "engine"]},
    ]
    made = ask(client, "project", action="create", project="ship", variants=variants, stock={"plate": 4, "engine": 1})
    assert made["variant"] == "ship"
    ask(client, "project", action="step_done", project="ship", step="hull")
    ask(client, "project", action="forbid_purchases")
    change = until(lambda: [e for e in client.events("replanned") if e["to"] == "rocket"], "the new plan", 1.0)[0]
    assert change["from"] == "ship"
    assert change["why"]
    shown = client.document("kelex/house/projects/ship")
    assert (shown["variant"], shown["steps_left"], shown["used"]) == ("rocket", ["engine"], {"plate": 4, "engine": 1})


def test_s10_a_summons_reaches_its_member_and_a_ring_is_a_visitor(client: Client) -> None:
    data = ask(
        client, "visitor", who="The Council", reason="it's about General Zod!", urgency="urgent", **{"for": "jor-el"}
    )
    until(lambda: any("Council" in event["text"] for event in client.events("started")), "the summons told")
    ask(client, "accept", visitor_id=data["visitor_id"], by="jor-el")
    until(lambda: types(client, "visitor") == ["arrived", "announced", "accepted"], "the acceptance")
    client.ask("world", "ring")
    until(lambda: types(client, "visitor").count("arrived") == 2, "the ring")


def signed(house: Kelex, *words: str) -> dict[str, Any]:
    """The response to a command that the owner signs."""
    done = house.run(*words, "--as", "jor-el", "--json")
    response = json.loads(done.stdout)
    assert isinstance(response, dict)
    return response


def test_s12_a_launch_is_impossible_while_an_interlock_is_open(house: Kelex, client: Client) -> None:
    assert client.ask("house", "evacuate", action="begin")["error"]["code"] == "unsigned"
    assert signed(house, "evacuate", "begin")["status"] == "ok"
    client.ask("world", "door", open=True)
    until(lambda: client.events("opened"), "the door open")
    assert signed(house, "evacuate", "check", "hatch")["error"]["code"] == "not_allowed"
    for item in ("infant", "crystal"):
        assert signed(house, "evacuate", "check", item)["status"] == "ok"
    assert signed(house, "evacuate", "launch")["error"]["code"] == "not_allowed"
    assert client.events("launch_refused")[0]["open"] == ["hatch"]
    client.ask("world", "door", open=False)
    until(lambda: client.events("closed"), "the door closed")
    assert signed(house, "evacuate", "check", "hatch")["status"] == "ok"
    assert signed(house, "evacuate", "launch")["data"]["stage"] == "launched"
    until(lambda: types(client, "evacuate")[-1] == "launched", "the launch")
    assert signed(house, "evacuate", "abort")["error"]["code"] == "not_allowed"


def test_s12_a_tremor_is_told_to_everyone(client: Client) -> None:
    client.ask("world", "tremor", magnitude=5, seconds=3)
    until(lambda: any(event.get("kind") == "tremor" for event in client.events("raised")), "the hazard")
    told = client.events("raised")
    hazard = next(event for event in told if event.get("kind") == "tremor")
    alarm = next(event for event in told if event.get("alarm") == "tremor")
    assert (hazard["cause"], hazard["level"], hazard["peak"]) == (alarm["event_id"], alarm["level"], alarm["reading"])
    until(lambda: client.latest("kelex/house/alerts/hazard-tremor"), "the alert")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_s13_lockdown_survives_restarts_and_only_the_owner_lifts_it(tmp_path: Path, number: signal.Signals) -> None:
    house = Kelex(tmp_path, "up")
    house.says("is up")
    client = Client(port_of(house))
    until(lambda: client.latest(DRONE_ONLINE) == b"online", "the drone online")
    assert client.ask("house", "lockdown", on=True)["error"]["code"] == "unsigned"
    assert signed(house, "lockdown", "--reason", "a hostile drone")["status"] == "ok"
    until(lambda: client.document("kelex/drone/kelex/body")["pose"] == "safe", "the safe pose")
    client.close()
    house.stop(number)
    house = Kelex(tmp_path, "up")  # and with it a drone that starts anew
    house.says("is up")
    client = Client(port_of(house))
    until(lambda: client.document("kelex/house/mode").get("lockdown"), "the lockdown")
    until(lambda: client.document("kelex/drone/kelex/body").get("pose") == "safe", "the safe pose again")
    assert client.ask("house", "lockdown", on=False)["error"]["code"] == "unsigned"
    assert signed(house, "lockdown", "off")["status"] == "ok"
    until(lambda: not client.document("kelex/house/mode")["lockdown"], "it lifted")
    until(lambda: "lifted" in types(client, "lockdown"), "the event")
    client.close()
    house.stop()
