"""A change on the drone to Home Assistant's state machine, and the way back after a broker's restart.

    uv run python tests/benchmarks/homeassistant_latency.py [RINGS]

The doorbell is rung again and again. Its event carries the moment at which the drone noticed, by the house's clock;
Home Assistant's state carries the moment at which it changed. Both clocks are this machine's. Then mosquitto, which
keeps nothing, is stopped and started RESTARTS times: a newcomer looks when all that was retained stands there again.
Home Assistant itself looks for a lost broker every 10 s only, so it is asked about the first figure alone.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parents[1]
sys.path.insert(0, str(TESTS))

from acceptance.household import Client, Kelex, until  # noqa: E402
from brokers import Mosquitto  # noqa: E402
from homeassistant.home_assistant import NO_STATE, HomeAssistant  # noqa: E402
from measure import Row, percentile  # noqa: E402

RINGS = 200
RESTARTS = 5
# Long enough for the bridge's patience to grow to its longest.
AWAY_S = 4.0
DOORBELL = "kelex_drone_kelex_doorbell_event"
STATE = "drone's change to Home Assistant's state, p99"
AGAIN = "broker restarted: everything right again, the worst"


def rows(rings: int = RINGS) -> list[Row]:
    """Both figures; where there is no Home Assistant or no mosquitto, they say so."""
    where = subprocess.run([TESTS / "homeassistant/install.sh", "--where"], capture_output=True, text=True, check=True)
    python = Path(where.stdout.strip()) / "venv/bin/python"
    binary = shutil.which("mosquitto", path="/usr/bin:/usr/sbin:/usr/local/sbin")
    if binary is None or not python.exists():
        missing = "install mosquitto, and run tests/homeassistant/install.sh"
        return [Row(STATE, "not measured", "100 ms", "", missing), Row(AGAIN, "not measured", "5 s", "", missing)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        broker = Mosquitto(binary, folder, "allow_anonymous true", "set_tcp_nodelay true")
        broker.start()
        house = Kelex(folder / "home", "up", "--no-console", "--broker", str(broker.url))
        ha = HomeAssistant(python, folder / "ha", [])
        try:
            house.says("is up")
            ha.start()
            ha.add_mqtt(broker.url)
            until(lambda: DOORBELL in ha.entities(), "the doorbell", 120)
            client = Client(broker.url.port)
            until(lambda: is_heard(ha, client), "the first ring", 120)
            late_ms = latencies_ms(ha, client, rings)
            client.close()
            ha.stop()
            again_s = [restart_s(broker) for _ in range(RESTARTS)]
        finally:
            house.stop()
            ha.stop()
            broker.stop()
    return [
        Row(STATE, f"{percentile(late_ms, 99):.1f} ms", "100 ms", "", f"p50 {percentile(late_ms, 50):.1f} ms"),
        Row(AGAIN, f"{max(again_s):.2f} s", "5 s", "", f"{RESTARTS} restarts, each after {AWAY_S:g} s without"),
    ]


def is_heard(ha: HomeAssistant, client: Client) -> bool:
    """Ring, and see whether Home Assistant listens by now: it knows an entity before it has subscribed to its topic."""
    client.send("kelex/world/request/ring", b"{}")
    time.sleep(2)
    return ha.state(DOORBELL) not in NO_STATE


def latencies_ms(ha: HomeAssistant, client: Client, rings: int) -> list[float]:
    """Of each ring, from the drone's stamp to the state's."""
    entity = ha.entities()[DOORBELL]
    found = []
    with ha.socket() as socket:
        socket("subscribe_events", event_type="state_changed")
        for _ in range(rings):
            client.send("kelex/world/request/ring", b"{}")
            state = next_state(socket, entity)
            told, shown = (datetime.fromisoformat(t) for t in (state["attributes"]["time"], state["last_updated"]))
            found.append((shown - told).total_seconds() * 1000)
            until(lambda told=told: is_up_since(client, told), "the button is up")
    return found


def is_up_since(client: Client, told: datetime) -> bool:
    """Whether the button was seen up after it was told; what was sensed before that may come after the event."""
    senses = client.document("kelex/drone/kelex/senses")
    return not senses["doorbell"] and datetime.fromisoformat(senses["time"]) > told


def next_state(socket: Any, entity: str) -> Any:
    """The next state of an entity that has a time."""
    end_s = time.monotonic() + 60
    while True:
        data = socket.next_event(end_s - time.monotonic())["data"]
        if data["entity_id"] == entity and "time" in data["new_state"]["attributes"]:
            return data["new_state"]


def restart_s(broker: Mosquitto) -> float:
    """How long after its return the broker has everything retained again."""
    before = retained(broker)
    broker.stop()
    time.sleep(AWAY_S)
    broker.start()
    began_s = time.monotonic()
    newcomer = Client(broker.url.port, "#")
    until(lambda: before <= topics(newcomer), "everything retained", 60)
    took_s = time.monotonic() - began_s
    newcomer._mqtt.disconnect()
    newcomer._mqtt.loop_stop()
    return took_s


def retained(broker: Mosquitto) -> set[str]:
    """What stands at the broker: of house and drone, and for Home Assistant's discovery."""
    client = Client(broker.url.port, "#")
    until(lambda: {"kelex/house/info", "kelex/house/discovery"} <= topics(client), "what is retained")
    client._mqtt.disconnect()
    client._mqtt.loop_stop()
    return {topic for topic, payload, kept in client.seen if kept and payload}


def topics(client: Client) -> set[str]:
    return {topic for topic, payload, _ in client.seen if payload}


if __name__ == "__main__":
    for row in rows(int(sys.argv[1]) if len(sys.argv) > 1 else RINGS):
        print(f"{row.figure}: {row.measured} (bar {row.reach}); {row.note}")
