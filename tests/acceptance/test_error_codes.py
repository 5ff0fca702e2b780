"""Every error code of the contract, provoked at a running house by a plain MQTT client."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path
from typing import Any

from acceptance.conftest import port_of
from acceptance.household import Client, Kelex, until
from brokers import Mosquitto
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from kelex_host.bridge.now import Now
from kelex_host.bridge.order_window import WINDOW
from kelex_host.bridge.requests import ERROR_CODES
from kelex_host.shells.key_files import key_path, read_private
from kelex_host.trust.signing import sign

DRONE = "drone/kelex"
AVAILABLE = "kelex/drone/kelex/availability"
# Each of these refused for one reason: scope, verb, payload, code.
REFUSED = [
    (DRONE, "look", b"pan left", "not_json"),
    (DRONE, "look", b'{"pan": "left", "tilt": 0}', "wrong_type"),
    (DRONE, "look", b'{"pan": 1}', "missing_field"),
    (DRONE, "look", b'{"pan": 1, "tilt": 0, "roll": 0}', "unknown_field"),
    (DRONE, "look", b'{"pan": 91, "tilt": 0}', "out_of_range"),
    (DRONE, "look", b'{"pan": 1, "tilt": 0}'.ljust(8193), "too_large"),
    (DRONE, "dance", b"{}", "unknown_verb"),
    (DRONE, "move", b'{"joints": {"tail": 1}}', "unknown_joint"),
    (DRONE, "pose", b'{"name": "sulk"}', "unknown_id"),
    (DRONE, "reboot", b"{}", "unsigned"),
    ("drone/ghost", "stop", b"{}", "unknown_id"),
    ("world", "enter", b'{"member": "zod", "room": "hall"}', "unknown_member"),
    ("world", "climate", b'{"room": "attic", "celsius": 20}', "unknown_room"),
    ("world", "hand", b'{"joint": "tail"}', "unknown_joint"),
]


def refused(client: Client, scope: str, verb: str, payload: bytes) -> str:
    """The code in the one answer to what is refused."""
    topic = f"kelex/{scope}/response/{verb}"
    before = len(client.responses(topic))
    client.send(f"kelex/{scope}/request/{verb}", payload)
    until(lambda: len(client.responses(topic)) > before, f"a response on {topic}")
    [response] = client.responses(topic)[before:]
    error: dict[str, str] = response["error"]
    assert error["message"].endswith("."), error
    return error["code"]


def signed(home: Path, client: Client, house: Kelex) -> set[str]:
    """The codes that signed orders get which should not pass, by the owner's key, an infant's and a stranger's."""
    assert house.run("keys", "enrol", "kal-el", "--new").returncode == 0
    jor_el, kal_el = (read_private(key_path(home, member)) for member in ("jor-el", "kal-el"))
    topic, codes = f"kelex/{DRONE}/request/reboot", set()

    def ask(
        by: str, key: Ed25519PrivateKey, code: str, *, age_s: float = 0, verb: str = "reboot", spoil: str = ""
    ) -> None:
        fields = {"pan": 3, "tilt": 3} if verb == "look" else {}
        now = Now(time.monotonic(), time.time() - age_s)
        to = topic.replace("reboot", verb)
        envelope = sign(to, fields, by=by, key=key, now=now, counter=round(time.time() * 1e6))
        envelope["order"] += spoil
        payload = json.dumps(envelope).encode()
        if code == "replayed":
            client.send(to, payload)
            until(lambda: client.responses(to.replace("request", "response"))[-1]["status"] == "ok", "the first one's")
        assert refused(client, DRONE, verb, payload) == code
        codes.add(code)

    ask("kal-el", kal_el, "not_allowed")
    ask("kal-el", jor_el, "not_allowed")
    ask("jor-el", jor_el, "bad_signature", spoil=" ")
    ask("jor-el", Ed25519PrivateKey.generate(), "unknown_key")
    ask("jor-el", jor_el, "stale", age_s=60)
    ask("jor-el", jor_el, "replayed", verb="look")
    return codes


def flood(client: Client) -> set[str]:
    """The codes that come of far more orders at once than may wait."""
    for i in range(200):
        client.send(f"kelex/{DRONE}/request/stop", json.dumps({"transaction": f"flood-{i}"}).encode())

    def answers() -> list[dict[str, Any]]:
        every = client.responses(f"kelex/{DRONE}/response/stop")
        return [response for response in every if str(response.get("transaction")).startswith("flood-")]

    until(lambda: len(answers()) == 200, "two hundred answers")
    assert {response["transaction"] for response in answers()} == {f"flood-{i}" for i in range(200)}
    return {response["error"]["code"] for response in answers() if response["status"] == "error"}


def test_every_error_code_is_provoked(home: Path, mosquitto: Mosquitto) -> None:
    client = Client(mosquitto.url.port)
    # It lies there from before the house came: the broker says so when the house subscribes.
    client.send(f"kelex/{DRONE}/request/look", b'{"pan": 70, "tilt": 0}', retain=True)
    house = Kelex(home, "up", "--broker", str(mosquitto.url))
    try:
        until(lambda: client.responses(f"kelex/{DRONE}/response/look"), "a report of the retained request")
        codes = {client.responses(f"kelex/{DRONE}/response/look")[0]["error"]["code"]}
        assert codes == {"retained"}
        until(lambda: client.latest(AVAILABLE) == b"online", "the drone online")
        # He creeps to where he rests; nobody has turned his head to 70 degrees.
        until(lambda: not client.truth()["servos"]["head_pan"]["attached"], "the head at rest")
        assert abs(client.truth()["servos"]["head_pan"]["angle"]) < 1

        for scope, verb, payload, code in REFUSED:
            assert refused(client, scope, verb, payload) == code, (verb, payload)
            codes.add(code)

        codes |= signed(home, client, house)

        assert client.ask("world", "unplug", drone="kelex", seconds=2)["status"] == "ok"
        codes.add(client.ask("world", "unplug", drone="kelex", seconds=2)["error"]["code"])
        assert "busy" in codes
        until(lambda: client.latest(AVAILABLE) == b"offline", "offline")
        codes.add(client.ask(DRONE, "look", pan=0, tilt=0)["error"]["code"])
        assert "offline" in codes
        until(lambda: client.latest(AVAILABLE) == b"online", "online again")
        assert flood(client) <= {"busy"}

        assert codes == set(ERROR_CODES) - {"expired"}  # that one is provoked below
        assert client.ask(DRONE, "look", pan=1, tilt=1)["status"] == "ok"
    finally:
        client.close()
        house.stop()


def test_what_a_drone_that_hangs_was_never_sent_expires(home: Path) -> None:
    drone = Kelex(home / "drone", "sim", "--tcp", "0")
    house = Kelex(home, "up", "--port", drone.says(r"socket://127\.0\.0\.1:\d+")[0])
    client = Client(port_of(house))
    try:
        until(lambda: client.latest(AVAILABLE) == b"online", "the drone online")
        assert client.ask(DRONE, "stop")["status"] == "ok"  # what the house itself had to order is through
        drone.send_signal(signal.SIGSTOP)
        for i in range(WINDOW + 3):
            client.send(f"kelex/{DRONE}/request/stop", json.dumps({"transaction": f"hung-{i}"}).encode())
        topic = f"kelex/{DRONE}/response/stop"
        answers = [until(lambda i=i: client.responses(topic, f"hung-{i}"), f"answer {i}") for i in range(WINDOW + 3)]
        assert [answer["error"]["code"] for [answer] in answers] == ["offline"] * WINDOW + ["expired"] * 3
        drone.send_signal(signal.SIGCONT)
        until(lambda: client.ask(DRONE, "stop")["status"] == "ok", "the drone again")
    finally:
        drone.send_signal(signal.SIGCONT)
        client.close()
        house.stop()
        drone.stop()
