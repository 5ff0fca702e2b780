"""Others beside the house on its topics, as its configuration has them: a phone gateway, and a speaker."""

from __future__ import annotations

import json
from pathlib import Path

from acceptance.conftest import port_of
from acceptance.household import Client, Kelex, until

CONFIG = """
[phone]
by = "mqtt"
[speech]
by = "mqtt"
voice = "en"
[[contact]]
id = "dru-zod"
name = "General Dru-Zod"
number = "+1 555 0100"
"""
PHONE, SPEECH = "kelex/house/phone", "kelex/house/speech"


def told(client: Client, topic: str) -> list[dict[str, str]]:
    """What the house published on a topic."""
    return [json.loads(payload) for seen, payload, _ in client.seen if seen == topic]


def test_s7_a_call_by_any_phone_gateway_and_words_by_any_speaker(tmp_path: Path) -> None:
    (tmp_path / "kelex.toml").write_text(CONFIG)
    house = Kelex(tmp_path, "up", "--no-console")
    house.says("is up")
    client = Client(port_of(house))
    try:
        refused = client.ask("house", "call", to="Zod", by="jor-el")
        until(lambda: client.events("failed"), "no gateway is there yet")
        assert refused["status"] == "ok"
        client.send(f"{PHONE}/available", b"online", retain=True)
        client.ask("house", "call", to="Dru Zott", by="jor-el")
        command = until(lambda: told(client, f"{PHONE}/command"), "the gateway asked")[0]
        assert (command["action"], command["number"], command["contact"]) == ("dial", "+1 555 0100", "dru-zod")
        for state in ("ringing", "active"):
            said = {"call_id": command["call_id"], "state": state, "by": "contact"}
            client.send(f"{PHONE}/state", json.dumps(said).encode())
        until(lambda: client.events("active"), "the call active")
        client.send(f"{PHONE}/state", b'{"call_id": 7}')  # whatever else comes there is no call
        client.send(f"{PHONE}/available", b"offline", retain=True)
        until(lambda: len(client.events("failed")) == 2, "the call gone with its gateway")

        client.ask("house", "announce", text="Dinner is ready", to="lara")
        said = until(lambda: told(client, f"{SPEECH}/say"), "the speaker asked")[0]
        assert (said["text"], said["voice"]) == ("Ma'am: Dinner is ready", "en")
        until(lambda: client.events("delivered"), "it told")
    finally:
        client.close()
        house.stop()
