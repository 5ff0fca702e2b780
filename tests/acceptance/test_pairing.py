"""Pairing from end to end: a house pairs its simulated drone, and a second house on the same cable is refused."""

from __future__ import annotations

import json
import socket
from pathlib import Path

from acceptance.conftest import port_of
from acceptance.household import Client, Kelex, until

DRONE = "drone/kelex"
AVAILABLE = "kelex/drone/kelex/availability"


def online(house: Kelex) -> Client:
    """A plain client, once the house's drone is online."""
    client = Client(port_of(house))
    until(lambda: client.latest(AVAILABLE) == b"online", "the drone online")
    return client


def stats(client: Client) -> dict[str, object]:
    data = client.ask(DRONE, "stats")["data"]
    assert isinstance(data, dict)
    return data


def answered(client: Client, verb: str, **fields: object) -> str:
    """`ok`, or the code of the error; asked again while the link is between two sessions."""

    def ask() -> str:
        response = client.ask(DRONE, verb, **fields)
        code = str(response.get("error", {}).get("code", response["status"]))
        return "" if code == "offline" else code

    return str(until(ask, f"an answer to {verb}"))


def test_pair_and_unpair_are_orders_of_the_owner_and_the_key_stays_in_the_house(house: Kelex, client: Client) -> None:
    for verb in ("pair", "unpair"):
        assert client.ask(DRONE, verb)["error"]["code"] == "unsigned"
    assert not stats(client)["paired"]
    done = house.run("keys", "pair", "kelex", "--as", "jor-el")
    assert done.returncode == 0, done.stderr
    until(lambda: client.events("paired"), "the event")
    assert answered(client, "holodisk", on=True) == "ok"
    figures = stats(client)
    assert (figures["paired"], figures["orders_forged"]) == (True, 0)
    done = house.run("keys", "unpair", "kelex", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["status"] == "ok"
    until(lambda: client.events("unpaired"), "the event")
    assert answered(client, "holodisk", on=False) == "ok"
    assert not stats(client)["paired"]


def test_a_second_house_on_the_cable_is_refused_and_the_first_one_goes_on(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    drone = Kelex(tmp_path / "drone", "sim", "--tcp", str(port))
    drone.says("answers at")
    first = Kelex(tmp_path / "first", "up", "--port", f"socket://127.0.0.1:{port}")
    client = online(first)
    # Busy while it takes its first pose, as whoever pairs at once is told.
    until(lambda: first.run("keys", "pair", "kelex").returncode == 0, "it paired")
    key = tmp_path / "first" / "pairings" / "kelex.key"
    assert key.stat().st_mode & 0o777 == 0o600
    secret = key.read_text().strip()
    assert not any(secret.encode() in payload for _, payload, _ in client.seen)
    assert answered(client, "holodisk", on=True) == "ok"
    client.close()
    assert first.stop() == 0

    # The second house, with keys of its own, opens a session; and can do nothing with it.
    second = Kelex(tmp_path / "second", "up", "--port", f"socket://127.0.0.1:{port}")
    client = online(second)
    for verb, fields in (("holodisk", {"on": False}), ("look", {"pan": 10, "tilt": 0}), ("stop", {}), ("stats", {})):
        assert answered(client, verb, **fields) == "not_allowed"
    for command in ("pair", "unpair"):
        done = second.run("keys", command, "kelex", "--json")
        assert json.loads(done.stdout)["error"]["code"] == "not_allowed"
    assert second.run("reboot", "--as", "jor-el").returncode == 1
    body = until(lambda: client.document("kelex/drone/kelex/body"), "the body document")
    assert body["holodisk"]
    # Who stands beside it with a finger on its pad may unpair it.
    drone.type("touch 20")
    until(lambda: client.document("kelex/drone/kelex/senses").get("touch"), "the finger")
    until(lambda: second.run("keys", "unpair", "kelex").returncode == 0, "it unpaired")
    assert answered(client, "holodisk", on=False) == "ok"
    client.close()
    assert second.stop() == 0
    assert drone.stop() == 0
