"""Serial to MQTT at QoS 0: frames through link, gateway, outbox and MQTT client, against a bare paho loop.

The bare loop publishes one payload like the bridge's, ready-made; paho's own thread sends. Both end with one message of
QoS 1, whose acknowledgement says that the broker has had all before it. The frames come one by one, as a drone sends
them: those that came together would be one document, the latest.
"""

from __future__ import annotations

import asyncio
import time
from statistics import median
from unittest import mock

import paho.mqtt.client as mqtt
from codec_speed import SENSES
from kelex_host.bridge.bridge import Bridge
from kelex_host.bridge.outbox import Message
from kelex_host.broker_url import BrokerUrl
from kelex_host.shells import runtime
from kelex_host.shells.serial_port import PortEvents
from kelex_wire import codec, frame, schema
from kelex_wire.drone_link import DroneLink
from measure import Row
from real_broker import real_broker

DRONE = "kelex"
FRAMES = 10_000
FRAMES_PER_TURN = 16
ROUNDS = 5
FIRST_TIME_MS = 1000
WHY = (
    "the bare loop publishes one ready-made payload; of our processor time, half makes each from a frame (found, "
    "checked, decoded, written as JSON), two fifths are the bridge's turn (what is due, what goes out)"
)


def rows() -> list[Row]:
    with real_broker() as (url, name):
        rates = [(asyncio.run(ours(url)), bare(url)) for _ in range(ROUNDS + 1)][1:]
    ratio = median(a / b for a, b in rates)
    note = f"{median(a for a, _ in rates):,.0f} against {median(b for _, b in rates):,.0f} messages/s to {name}"
    return [Row("serial-to-MQTT bridge, QoS 0 / bare paho loop", f"{ratio:.2f}x", "0.9x", "1.3x", note, WHY)]


class Bench:
    """The drone's port, in SerialPort's place. Its session is a real one; its telemetry is the measurement's."""

    def __init__(self, drone: str, name: str, events: PortEvents) -> None:
        self._events = events
        self._link = DroneLink(1, 77, "bench")

    async def run(self) -> None:
        self._events.port_opened(DRONE)
        await asyncio.get_running_loop().create_future()

    def write(self, data: bytes) -> None:
        self._link.receive(FIRST_TIME_MS, data)
        asyncio.get_running_loop().call_soon(self._answer)

    def _answer(self) -> None:
        data = bytes(self._link.tx)
        self._link.tx.clear()
        if data:
            self._events.port_received(DRONE, data)


async def ours(url: BrokerUrl) -> float:
    """Messages per second through our bridge, as `kelex up` runs it."""
    bridge = Bridge(base="bench", version="bench", drones=[DRONE], nonce=lambda: 7)
    with mock.patch.object(runtime, "SerialPort", Bench):
        running = runtime.Runtime(bridge, url, {DRONE: "bench"}, lambda text: None)
    running.start()
    link = bridge.drones[DRONE].link
    while not (running.first_connection.is_set() and link.online) or len(bridge.outbox):
        await asyncio.sleep(0.01)
    with mock.patch.object(Bench, "write"):
        frames = _frames(link.counters.frames)  # made in advance, so that only our side is timed
        began_s = time.perf_counter()
        for at in range(0, FRAMES, FRAMES_PER_TURN):
            for data in frames[at : at + FRAMES_PER_TURN]:
                running.port_received(DRONE, data)
            await asyncio.sleep(0)
        bridge.outbox.put(Message("bench/end", b""))
        running.port_received(DRONE, frames[-1])  # once more, and so of no account: what waits is published
        while len(bridge.outbox):
            await asyncio.sleep(0)
        took_s = time.perf_counter() - began_s
        assert link.counters.frames >= FRAMES
        assert (link.counters.frames_refused, link.figures()["frames_missed"]) == (0, 0)
        await running.stop()
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
            codec.encode(schema.SENSES, FIRST_TIME_MS + i % 500, *SENSES),
        )
        for i in range(FRAMES)
    ]
