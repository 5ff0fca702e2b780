"""A mosquitto over which somebody floods the house: faster than anybody can read, and nothing of it is any good."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from acceptance.household import Client, Kelex, until
from brokers import Mosquitto

MESSAGES = 15_000
MORE_MB_MOST = 64
KINDS = {
    "not_json": ("kelex/drone/kelex/request/look", b"\xff" * 2_000),
    "unknown_verb": ("kelex/drone/kelex/request/flood", b"{}"),
    "too_large": ("kelex/house/request/announce", b" " * 200_000),
}


@pytest.fixture
def flooded(mosquitto: Mosquitto, tmp_path: Path) -> Iterator[tuple[Kelex, Client]]:
    """A house behind a flood; what it took for itself meanwhile is bounded."""
    house = Kelex(tmp_path / "home", "up", "--no-console", "--broker", str(mosquitto.url))
    house.says("is up")
    client = Client(mosquitto.url.port, "kelex/house/#")
    before_mb = house.memory_mb()
    flood = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
    flood.connect("127.0.0.1", mosquitto.url.port)
    flood.loop_start()
    for topic, payload in KINDS.values():
        for _ in range(MESSAGES if len(payload) < 10_000 else MESSAGES // 10):
            sent = flood.publish(topic, payload)
        sent.wait_for_publish(120)
    flood.disconnect()
    flood.loop_stop()
    yield house, client
    assert house.memory_mb() < before_mb + MORE_MB_MOST
    client.close()
    assert house.stop() == 0


def is_obeyed(client: Client) -> bool:
    """Ask for quiet, and listen a second for the answer."""
    client.send("kelex/house/request/quiet", json.dumps({"on": True, "transaction": str(time.monotonic_ns())}).encode())
    end_s = time.monotonic() + 1
    while not (answers := client.responses("kelex/house/response/quiet")) and time.monotonic() < end_s:
        time.sleep(0.05)
    return any(answer["status"] == "ok" for answer in answers)


def test_it_is_survived_and_counted_and_a_break_is_said_once(flooded: tuple[Kelex, Client]) -> None:
    house, client = flooded
    # mosquitto throws away what a slow reader has not read, acknowledgements too: who wants something asks again.
    until(lambda: is_obeyed(client), "an order after the flood is obeyed", 60)
    until(lambda: client.document("kelex/house/health").get("refused", {}).keys() >= KINDS.keys(), "all counted", 60)
    assert len([line for line in house.lines if "broke:" in line or "acknowledges" in line]) <= 1
