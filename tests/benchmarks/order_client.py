"""A person's MQTT client, in a process of its own: `order_client.py PORT COUNT`.

It asks the drone to look somewhere, waits until the head is there, rests, and asks again. At the end it prints, as two
JSON lists, the moments (ns of the monotonic clock) at which it published, and at which its own message came back to it.
"""

from __future__ import annotations

import json
import queue
import random
import socket
import sys
import time
from typing import Any

import paho.mqtt.client as mqtt

BASE = "kelex/drone/kelex"
ANSWER_S = 10.0


def main() -> None:
    port, count = int(sys.argv[1]), int(sys.argv[2])
    arrived: queue.SimpleQueue[str] = queue.SimpleQueue()
    returned_ns: list[int] = []
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)

    def subscribe(*_: Any) -> None:
        client.subscribe([(f"{BASE}/event/body", 1), (f"{BASE}/availability", 1), (f"{BASE}/request/look", 0)])

    def heard(_: Any, __: Any, message: mqtt.MQTTMessage) -> None:
        if message.topic.endswith("look"):
            returned_ns.append(time.monotonic_ns())
        elif message.topic.endswith("availability"):
            arrived.put(message.payload.decode())
        else:
            arrived.put(json.loads(message.payload)["event_type"])

    client.on_connect, client.on_message = subscribe, heard
    client.connect("127.0.0.1", port)
    sock: Any = client.socket()
    # Else Nagle's algorithm may hold an order until the broker's kernel has acknowledged the last PUBACK, up to 40 ms.
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.loop_start()
    _await(arrived, "online")
    published_ns = []
    for i in range(count):
        time.sleep(random.uniform(0.03, 0.08))
        payload = json.dumps({"pan": 10 if i % 2 else -10, "tilt": 0, "transaction": f"t{i}"})
        published_ns.append(time.monotonic_ns())
        client.publish(f"{BASE}/request/look", payload, qos=1)
        _await(arrived, "move_done")
    client.loop_stop()
    print(json.dumps([published_ns, returned_ns]))


def _await(arrived: queue.SimpleQueue[str], what: str) -> None:
    while arrived.get(timeout=ANSWER_S) != what:
        pass


if __name__ == "__main__":
    main()
