"""A backlog of 20,000 messages of QoS 1: how fast it drains through our outbox, and through clients' own queues.

All against one broker, taking turns. Ours is the bridge as `kelex up` runs it, with its window of 20 in flight.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from functools import partial
from statistics import median

import paho.mqtt.client as mqtt
from kelex_host.bridge.bridge import Bridge
from kelex_host.bridge.outbox import Message
from kelex_host.broker_url import BrokerUrl
from kelex_host.shells import runtime
from measure import Row
from real_broker import real_broker

BACKLOG = 20_000
ROUNDS = 3
TOPIC = "bench/event"
PAYLOAD = b'{"event_type":"move_done","severity":"info","event_id":"kelex-1-1","time":"2026-01-01T12:00:00.000+00:00"}'
FIGURE = "QoS 1 with 20k backlog"
WHY = (
    "ours speaks MQTT 5, whose acknowledgements cost paho a quarter of our time (see the row against paho with it); "
    "and the bar was drawn on a queue of paho's that gets slower with its length, but paho 2.1 is as fast with 50,000 "
    "waiting as with 1,000 (backlog_scaling)"
)


def rows() -> list[Row]:
    peers: dict[str, Callable[[BrokerUrl], Awaitable[float]]] = {
        "paho's own queue": paho,
        "paho's own queue, MQTT 5": partial(paho, protocol=mqtt.MQTTv5),
    }
    try:
        import aiomqtt  # noqa: F401

        peers["aiomqtt"] = through_aiomqtt
    except ImportError:
        pass
    with real_broker() as (url, name):
        rounds = [(asyncio.run(ours(url)), *(asyncio.run(peer(url)) for peer in peers.values())) for _ in range(ROUNDS)]
    made = []
    for at, peer in enumerate(peers, start=1):
        ratio = median(one[0] / one[at] for one in rounds)
        note = f"{median(one[0] for one in rounds):,.0f} against {median(one[at] for one in rounds):,.0f} /s to {name}"
        reach, why = (("2x", "3x"), WHY) if at == 1 else (("", ""), "")
        made.append(Row(f"{FIGURE} / {peer}", f"{ratio:.2f}x", *reach, note, why))
    return made


async def ours(url: BrokerUrl, backlog: int = BACKLOG) -> float:
    bridge = Bridge(base="bench", version="bench", drones=[], nonce=lambda: 7)
    running = runtime.Runtime(bridge, url, {}, lambda text: None)
    running.start()
    await running.first_connection.wait()
    outbox, left, began_s = bridge.outbox, backlog, time.perf_counter()
    while left or len(outbox):
        # The journal gives as many as there is room for, and the rest as that becomes free.
        for _ in range(min(left, outbox.room)):
            outbox.put(Message(TOPIC, PAYLOAD))
            left -= 1
        running.happened(lambda now: None)
        await asyncio.sleep(0.001 if left == 0 else 0)
    took_s = time.perf_counter() - began_s
    await running.stop()
    return backlog / took_s


async def paho(url: BrokerUrl, backlog: int = BACKLOG, protocol: int = mqtt.MQTTv311) -> float:
    """All at once into paho, which sends in its own thread."""
    client, done, count = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, protocol=protocol), threading.Event(), 0

    def published(*of_a_message: object) -> None:
        nonlocal count
        count += 1
        if count == backlog:
            done.set()

    client.on_publish = published
    client.connect(url.host, url.port)
    client.loop_start()
    began_s = time.perf_counter()
    for _ in range(backlog):
        client.publish(TOPIC, PAYLOAD, qos=1)
    assert done.wait(120)
    took_s = time.perf_counter() - began_s
    client.disconnect()
    client.loop_stop()
    return backlog / took_s


async def through_aiomqtt(url: BrokerUrl) -> float:
    """Ten at a time, beyond which it warns: it has no queue of its own."""
    import aiomqtt

    async with aiomqtt.Client(url.host, url.port) as client:
        numbers = iter(range(BACKLOG))

        async def publish() -> None:
            for _ in numbers:
                await client.publish(TOPIC, PAYLOAD, qos=1)

        began_s = time.perf_counter()
        await asyncio.gather(*(publish() for _ in range(10)))
        return BACKLOG / (time.perf_counter() - began_s)
