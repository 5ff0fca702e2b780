"""How long a change on the drone takes to Home Assistant's state machine: a real one, over a real mosquitto.

    uv run python tests/benchmarks/homeassistant_latency.py [RINGS]

The doorbell is rung again and again. Its event carries the moment at which the drone noticed, by the house's clock;
Home Assistant's state carries the moment at which it changed. Both clocks are this machine's.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from statistics import quantiles

TESTS = Path(__file__).parents[1]
sys.path.insert(0, str(TESTS))

from acceptance.household import Client, Kelex, until  # noqa: E402
from brokers import Mosquitto  # noqa: E402
from homeassistant.home_assistant import HomeAssistant  # noqa: E402

WANTED_MS = 100


def main(rings: int) -> None:
    where = subprocess.run([TESTS / "homeassistant/install.sh", "--where"], capture_output=True, text=True, check=True)
    python = Path(where.stdout.strip()) / "venv/bin/python"
    binary = shutil.which("mosquitto", path="/usr/bin:/usr/sbin:/usr/local/sbin")
    if binary is None or not python.exists():
        print("Home Assistant: not measured; install mosquitto, and run tests/homeassistant/install.sh")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        broker = Mosquitto(binary, folder, "allow_anonymous true", "set_tcp_nodelay true")
        broker.start()
        house = Kelex(folder / "home", "up", "--no-console", "--broker", str(broker.url))
        ha = HomeAssistant(python, folder / "ha", [])
        try:
            house.says("kelex: online")
            ha.start()
            ha.add_mqtt(broker.url)
            client = Client(broker.url.port)
            until(lambda: "kelex_drone_kelex_doorbell_event" in ha.entities(), "the doorbell", 120)
            late = sorted(latencies_ms(ha, client, rings))
            client.close()
        finally:
            house.stop()
            ha.stop()
            broker.stop()
    p99 = quantiles(late, n=100)[98]
    print(f"drone to Home Assistant's state: p50 {late[len(late) // 2]:.1f} ms, p99 {p99:.1f} ms (bar {WANTED_MS})")


def latencies_ms(ha: HomeAssistant, client: Client, rings: int) -> list[float]:
    """Of each ring, from the drone's stamp to the state's."""
    entity = ha.entities()["kelex_drone_kelex_doorbell_event"]
    found = []
    with ha.socket() as socket:
        socket("subscribe_events", event_type="state_changed")
        for _ in range(rings):
            client.send("kelex/world/request/ring", json.dumps({}).encode())
            while True:
                event = socket.next_event(60)
                state = event["data"]["new_state"]
                if event["data"]["entity_id"] == entity and "time" in state["attributes"]:
                    break
            told, shown = (datetime.fromisoformat(t) for t in (state["attributes"]["time"], state["last_updated"]))
            found.append((shown - told).total_seconds() * 1000)
            until(lambda: not client.document("kelex/drone/kelex/senses").get("doorbell"), "the button is up")
    return found


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
