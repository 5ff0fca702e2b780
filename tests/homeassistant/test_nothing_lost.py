"""5,000 events through a mosquitto that is killed and started again five times: each arrives."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import tempfile
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from brokers import Mosquitto
from host.shells.conftest import until
from kelex_host.bridge.bridge import Bridge
from kelex_host.bridge.outbox import Message
from kelex_host.shells.runtime import Runtime

EVENTS = 5_000
KILLS = 5
# What the README recommends for a broker that passes everything on.
LOSSLESS = (
    "persistence true", "autosave_interval 1", "autosave_on_changes true", "max_queued_messages 0",
    "max_inflight_messages 0", "allow_anonymous true",
)  # fmt: skip


class Reader:
    """A plain client whose session the broker keeps: `cleansession false`."""

    def __init__(self, port: int) -> None:
        self.ids: list[str] = []
        self.subscribed = 0
        self._mqtt = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, "reader", clean_session=False)
        self._mqtt.reconnect_delay_set(0.1, 0.2)  # type: ignore[arg-type]
        self._mqtt.on_message = lambda client, data, message: self.ids.append(json.loads(message.payload)["event_id"])
        self._mqtt.on_connect = lambda client, *rest: client.subscribe("kelex/house/event/#", 1)
        self._mqtt.on_subscribe = lambda *rest: self._count()
        self._mqtt.connect("127.0.0.1", port)
        self._mqtt.loop_start()

    def _count(self) -> None:
        self.subscribed += 1

    def close(self) -> None:
        self._mqtt.disconnect()
        self._mqtt.loop_stop()


def kill(broker: Mosquitto, number: signal.Signals) -> None:
    process: Any = broker._process
    process.send_signal(number)


def test_every_event_arrives(mosquitto_binary: str, tmp_path: Path, tell: Any, request: pytest.FixtureRequest) -> None:
    # What a killed process has written is safe in memory, too; on a disk each of 5,000 changes would wait for it.
    memory = Path("/dev/shm")
    place = Path(tempfile.mkdtemp(prefix="kelex-broker-", dir=memory if memory.is_dir() else tmp_path))
    request.addfinalizer(lambda: shutil.rmtree(place))
    broker = Mosquitto(mosquitto_binary, tmp_path, *LOSSLESS, f"persistence_location {place}{os.sep}")
    config = tmp_path / "mosquitto.conf"
    config.write_text(config.read_text().replace("persistence false\n", ""))
    broker.start()

    async def body() -> tuple[Reader, Bridge]:
        bridge = Bridge(base="kelex", version="0", drones=[], nonce=lambda: 1)
        runtime = Runtime(bridge, broker.url, {}, lambda text: None)
        reader = Reader(broker.url.port)
        runtime.start()
        await until(lambda: reader.subscribed, "the reader's subscription")

        def happen(first: int, last: int) -> None:
            def tell_events(now: Any) -> None:
                for number in range(first, last):
                    event = {"event_id": f"e{number}", "event_type": "moved"}
                    bridge.outbox.put(Message("kelex/house/event/presence", json.dumps(event).encode()))

            runtime.happened(tell_events)

        step = EVENTS // KILLS
        for round in range(KILLS):
            happen(round * step, (round + 1) * step)
            # In the midst of it, once some are through and the broker has the reader's session on its disk.
            await until(lambda round=round: len(set(reader.ids)) > round * step + 50, "some events", 60)
            kill(broker, signal.SIGUSR1)
            await asyncio.sleep(0.2)
            before = reader.subscribed
            kill(broker, signal.SIGKILL)
            broker.stop()
            broker.start()
            await until(lambda before=before: reader.subscribed > before, "the reader again", 60)
        await until(lambda: len(set(reader.ids)) == EVENTS, "every event", 90)
        # The broker may have had all of them on its disk before the bridge was back after the last kill.
        await until(lambda: bridge.broker_connections == KILLS + 1, "the bridge again", 90)
        await runtime.stop()
        return reader, bridge

    reader, bridge = asyncio.run(body())
    reader.close()
    broker.stop()
    assert set(reader.ids) == {f"e{number}" for number in range(EVENTS)}
    assert bridge.outbox.dropped == 0
    tell(f"{EVENTS} events, {KILLS} kills of mosquitto: 0 missing, {len(reader.ids) - EVENTS} came twice")
