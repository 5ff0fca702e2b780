"""The story's moments of memory and trust, as any MQTT client sees them of a running house: S9, S11 and S15."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from acceptance.conftest import port_of
from acceptance.household import Client, Kelex, run, until

SECRET = "KELEX_SECRET_CRYSTAL"
PROJECT = {
    "action": "create",
    "project": "rocket",
    "variants": [{"name": "rocket", "value": 3, "parts": {"plate": 2}, "steps": ["hull", "engine"]}],
    "stock": {"plate": 2},
}


def opened(home: Path) -> tuple[Kelex, Client]:
    """A running house and its client, once the drone is online."""
    house = Kelex(home, "up")
    house.says("is up")
    client = Client(port_of(house))
    until(lambda: client.latest("kelex/drone/kelex/availability") == b"online", "the drone online")
    until(lambda: client.latest("kelex/house/mode"), "the mode")
    return house, client


def ask(client: Client, verb: str, **fields: Any) -> dict[str, Any]:
    response = client.ask("house", verb, **fields)
    assert response["status"] == "ok", response
    data = response["data"]
    assert isinstance(data, dict)
    return data


def answers(client: Client, event: str) -> dict[str, Any]:
    """What the house answers to questions about itself."""
    return {
        "why": ask(client, "why", event_id=event),
        "project": ask(client, "project", action="show", project="rocket"),
        "lockdown": client.document("kelex/house/mode")["lockdown"],
        "nursery": client.document("kelex/house/nursery"),
        "brief": ask(client, "brief", member="lara")["items"],
    }


@pytest.fixture
def crystal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(SECRET, "rosebud, the sled")
    return tmp_path / "house.crystal"


def test_s9_a_crystal_restores_the_house_in_another_body(tmp_path: Path, crystal: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    for home in (here, there):
        home.mkdir()
        (home / "kelex.toml").write_text('[[member]]\nid = "lara"\naddress = "Ma\'am"\nrole = "owner"\n')
    (there / "kelex.toml").unlink()
    house, client = opened(here)
    ask(client, "news", title="The Council has fallen", severity="moderate")
    ask(client, "project", **PROJECT)
    ask(client, "project", action="step_done", project="rocket", step="hull")
    ask(client, "nursery", limits={"high": 28})
    locked = json.loads(house.run("lockdown", "--reason", "Zod", "--as", "lara", "--json").stdout)
    assert locked["status"] == "ok"
    event = until(lambda: client.events("news_item"), "the news")[0]["event_id"]
    client.close()
    house.stop()
    saved = run(here, "crystal", "save", str(crystal), "--as", "lara")
    assert saved.returncode == 0, saved.stderr
    house, client = opened(here)
    before = answers(client, event)
    client.close()
    house.stop()
    restored = run(there, "crystal", "restore", str(crystal))
    assert restored.returncode == 0, restored.stderr
    house, client = opened(there)
    assert answers(client, event) == before
    assert before["lockdown"] is True
    told = [item["text"] for item in before["brief"]]
    assert told == ["The house was locked down: Zod.", "News: The Council has fallen"]
    client.close()
    house.stop()


def test_s9_a_flipped_bit_or_a_wrong_passphrase_changes_nothing(
    tmp_path: Path, crystal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir(), there.mkdir()
    house, client = opened(here)
    client.close()
    house.stop()
    assert run(here, "crystal", "save", str(crystal)).returncode == 0
    data = bytearray(crystal.read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "flipped").write_bytes(data)
    assert run(there, "crystal", "restore", str(tmp_path / "flipped")).returncode == 1
    monkeypatch.setenv(SECRET, "another one")
    refused = run(there, "crystal", "restore", str(crystal))
    assert refused.returncode == 1
    assert "passphrase" in refused.stderr
    assert not (there / "journal.db").exists() or os.path.getsize(there / "journal.db") == 0


def test_s11_forged_unsigned_and_under_privileged_orders_do_nothing_and_are_reported(
    house: Kelex, client: Client
) -> None:
    forged = {"order": '{"on": true}', "key": "0" * 16, "signature": "AAAA"}
    assert client.ask("house", "lockdown", on=True)["error"]["code"] == "unsigned"
    assert client.ask("house", "lockdown", **forged)["status"] == "error"
    assert client.ask("house", "evacuate", action="launch")["error"]["code"] == "unsigned"
    until(lambda: client.latest("kelex/house/alerts/trust-unsigned"), "the alert")
    assert client.document("kelex/house/mode")["lockdown"] is False
    assert not client.events("locked")


def test_s15_its_journal_replays_to_the_same_decisions(tmp_path: Path) -> None:
    house, client = opened(tmp_path)
    ask(client, "announce", text="Look!", to="jor-el", priority="urgent")
    client.ask("world", "climate", room="nursery", celsius=31)
    until(lambda: client.events("too_hot"), "the heat")
    client.ask("world", "ring")
    ask(client, "call", to="zod", by="lara")
    until(lambda: client.events("active"), "the answer")
    client.close()
    house.stop()
    done = run(tmp_path, "replay", str(tmp_path / "journal.db"), "--json")
    assert done.returncode == 0, done.stdout
    result = json.loads(done.stdout)
    assert result["same"] is True
    assert result["facts"] > 20
