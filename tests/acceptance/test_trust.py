"""Trust from end to end: a house that guards `look`, its owner at the command line, and somebody who listens."""

from __future__ import annotations

import json
from pathlib import Path

from acceptance.conftest import port_of
from acceptance.household import Client, Kelex, until

LOOK = "kelex/drone/kelex/request/look"
LOOKED = "kelex/drone/kelex/response/look"
FIELDS = '{"pan": 20, "tilt": 0, "transaction": "t1"}'


def listening(house: Kelex) -> Client:
    """A plain client, once the drone is online."""
    client = Client(port_of(house))
    until(lambda: client.latest("kelex/drone/kelex/availability") == b"online", "the drone online")
    return client


def code_of(client: Client, payload: bytes, transaction: str) -> str:
    """What a request is answered: `ok`, or the code of the error."""
    before = len(client.responses(LOOKED, transaction))
    client.send(LOOK, payload)
    response = until(lambda: client.responses(LOOKED, transaction)[before:], f"an answer to {transaction}")[0]
    return str(response.get("error", {}).get("code", response["status"]))


def test_only_the_signed_order_is_obeyed_and_only_once_even_over_a_restart_with_an_older_state(home: Path) -> None:
    (home / "kelex.toml").write_text('[trust]\nguarded = ["look"]\n')
    house = Kelex(home, "up")
    house.says("Made the key [0-9a-f]{16} of jor-el")
    client = listening(house)

    assert code_of(client, b'{"pan": 20, "tilt": 0, "transaction": "t0"}', "t0") == "unsigned"
    assert house.run("look", "20", "0").returncode == 1
    assert client.truth()["servos"]["head_pan"]["angle"] == 0
    alert = until(lambda: client.document("kelex/house/alerts/trust-unsigned"), "the alert")
    assert alert["sources"][0]["topic"] == LOOK
    assert until(lambda: client.events("order_refused"), "the event")[0]["kind"] == "unsigned"

    # Signed, over the friendly command and over `send`; and a listener keeps the envelope.
    assert house.run("look", "5", "0", "--as", "jor-el").returncode == 0
    assert house.run("send", "look", FIELDS, "--as", "jor-el").returncode == 0
    overheard = next(
        payload for topic, payload, _ in client.seen if topic == LOOK and b"signature" in payload and b"t1" in payload
    )
    until(lambda: abs(client.truth()["servos"]["head_pan"]["angle"] - 20) < 1, "the head turned")
    assert code_of(client, overheard, "t1") == "ok"  # the same answer again, and no second move
    again = json.dumps(json.loads(overheard) | {"transaction": "t2"}).encode()
    assert code_of(client, again, "t2") == "replayed"
    client.close()
    assert house.stop() == 0

    # An older state is restored: none at all. What was overheard is worth nothing, a new order passes.
    (home / "trust.json").unlink()
    house = Kelex(home, "up")
    client = listening(house)
    assert code_of(client, again, "t2") == "stale"
    assert house.run("look", "10", "0", "--as", "jor-el").returncode == 0
    assert not any("Made the key" in line for line in house.lines)

    # A revoked key is dead without a restart, and the new one lives.
    assert house.run("keys", "rotate", "jor-el").returncode == 0
    assert house.run("look", "0", "0", "--as", "jor-el").returncode == 0
    client.close()
    assert house.stop() == 0


def test_a_house_whose_keyring_is_damaged_says_so_and_does_all_that_is_not_guarded(home: Path) -> None:
    (home / "kelex.toml").write_text('[trust]\nguarded = ["look"]\n')
    (home / "keyring.json").write_text("rubbish")
    house = Kelex(home, "up")
    house.says("damaged .*guarded orders are refused")
    client = listening(house)
    assert house.run("look", "10", "0").returncode == 1
    assert house.run("pose", "attention").returncode == 0
    assert (home / "keyring.json").read_text() == "rubbish"
    client.close()
    assert house.stop() == 0
