"""Serial to MQTT at QoS 0: frames through link, gateway, outbox and MQTT client, against a bare paho loop.

The bare loop publishes one payload like the bridge's, ready-made; paho's own thread sends. Both end with one message of
QoS 1, whose acknowledgement says that the broker has had all before it. The frames come one by one, as a drone sends
them: those that came together would be one document, the latest.
"""

from __future__ import annotations

import asyncio
import time
from statistics import median

import paho.mqtt.client as mqtt
from kelex_host.bridge.bridge import Bridge, Publish
from kelex_host.bridge.now import Now
from kelex_host.broker_url import BrokerUrl
from kelex_host.shells.mqtt_client import MqttClient
from kelex_wire import codec, frame, schema
from kelex_wire.drone_link import DroneLink
from measure import Row
from real_broker import real_broker

DRONE = "kelex"
FRAMES = 10_000
FRAMES_PER_TURN = 16
ROUNDS = 5
FIRST_TIME_MS = 1000


def rows() -> list[Row]:
    with real_broker() as (url, name):
        rates = [(asyncio.run(ours(url)), bare(url)) for _ in range(ROUNDS + 1)][1:]
    ratio = median(a / b for a, b in rates)
    note = f"{median(a for a, _ in rates):,.0f} against {median(b for _, b in rates):,.0f} messages/s to {name}"
    return [Row("serial-to-MQTT bridge, QoS 0 / bare paho loop", f"{ratio:.2f}x", "0.9x", "1.3x", note)]


class Load:
    """A bridge that is online with a drone, and its MQTT client (see MqttEvents)."""

    def __init__(self, url: BrokerUrl) -> None:
        self.bridge = Bridge(base="bench", version="bench", drones=[DRONE], nonce=lambda: 7)
        self.client = MqttClient(url, "kelex-bench", None, self)
        self.accepted = asyncio.Event()
        self.acknowledged: set[int] = set()
        self._handles: dict[int, int] = {}
        self._drone = DroneLink(1, 77, "bench")

    def greet(self) -> None:
        """Open a session with the drone; its telemetry is then made in advance, so that only our side is timed."""
        self.bridge.start(_now())
        gateway = self.bridge.drones[DRONE]
        gateway.opened(_now())
        for _ in range(4):
            self._drone.receive(FIRST_TIME_MS, bytes(gateway.link.tx))
            gateway.link.tx.clear()
            gateway.receive(_now(), bytes(self._drone.tx))
            self._drone.tx.clear()
        assert gateway.link.online
        self.pump()

    def receive(self, data: bytes) -> None:
        self.bridge.drones[DRONE].receive(_now(), data)
        self.pump()

    def pump(self) -> None:
        for effect in self.bridge.take():
            if isinstance(effect, Publish):
                message = effect.message
                token = self.client.publish(message.topic, message.payload, qos=message.qos, retain=message.retain)
                if message.qos:
                    self._handles[token] = effect.handle

    def connected(self) -> None:
        self.bridge.broker_connected(_now())
        self.accepted.set()

    def lost(self, why: str) -> None:
        raise AssertionError(why)

    def message(self, topic: str, payload: bytes, retained: bool) -> None:
        """Nobody asks anything here."""

    def published(self, token: int) -> None:
        self.acknowledged.add(token)
        if token in self._handles:
            self.bridge.acknowledged(_now(), self._handles.pop(token))


async def ours(url: BrokerUrl) -> float:
    """Messages per second through our bridge."""
    load = Load(url)
    running = asyncio.create_task(load.client.run())
    await load.accepted.wait()
    load.greet()
    frames = _frames(load.bridge.drones[DRONE].link.counters.frames)
    began_s = time.perf_counter()
    for at in range(0, len(frames), FRAMES_PER_TURN):
        for data in frames[at : at + FRAMES_PER_TURN]:
            load.receive(data)
        await asyncio.sleep(0)
    last = load.client.publish("bench/end", b"", qos=1, retain=False)
    while last not in load.acknowledged:
        await asyncio.sleep(0)
    took_s = time.perf_counter() - began_s
    assert load.bridge.drones[DRONE].link.counters.frames >= FRAMES
    await load.client.close()
    await running
    return FRAMES / took_s


def bare(url: BrokerUrl) -> float:
    """Messages per second from a loop around paho's publish, its own thread sending."""
    payload = b'{"temperature":21.5,"humidity":45.0,"presence":true,"time":"2026-01-01T12:00:00.000+00:00"}'
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
    client.connect(url.host, url.port)
    client.loop_start()
    began_s = time.perf_counter()
    for _ in range(FRAMES):
        client.publish(f"bench/drone/{DRONE}/senses", payload, qos=0, retain=True)
    client.publish("bench/end", b"", qos=1).wait_for_publish(60)
    took_s = time.perf_counter() - began_s
    client.disconnect()
    client.loop_stop()
    return FRAMES / took_s


def _frames(first_seq: int) -> list[bytes]:
    return [
        frame.encode(
            schema.SENSES,
            (first_seq + 1 + i) & 0xFF,
            codec.encode(schema.SENSES, FIRST_TIME_MS + i % 500, 2150, 4500, 1),
        )
        for i in range(FRAMES)
    ]


def _now() -> Now:
    return Now(time.monotonic(), time.time())
