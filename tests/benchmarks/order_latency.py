"""From an order's publication over MQTT to the first changed servo pulse in the simulator, in real time.

Real are: the client and the embedded broker, each a process of its own; the bridge with its shells; the pseudo-
terminal; the firmware. Bridge and simulated house share one loop, as under `kelex up`.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
import time
from pathlib import Path

from kelex_host.bridge.bridge import Bridge
from kelex_host.broker_url import BrokerUrl
from kelex_host.shells.embedded_broker import EmbeddedBroker
from kelex_host.shells.runtime import Runtime
from kelex_sim.body import Body
from kelex_sim.house import example_house
from kelex_sim.ports import PtyPort
from kelex_sim.realtime import LiveHouse
from measure import Row, percentile

LOOKS = 200
FIRST_PORT = 21883
DRONE = "kelex"


def rows() -> list[Row]:
    delays_ms, returns_ms = asyncio.run(measure(LOOKS))
    figure = "order over MQTT -> servo pulse"
    back = f"{LOOKS} looks; the same message back at its sender: {{:.1f}} ms"
    return [
        Row(f"{figure}, p50", _ms(delays_ms, 50), "", "", back.format(percentile(returns_ms, 50))),
        Row(f"{figure}, p99", _ms(delays_ms, 99), "10 ms", "5 ms", back.format(percentile(returns_ms, 99))),
    ]


def _ms(delays_ms: list[float], percent: float) -> str:
    return f"{percentile(delays_ms, percent):.1f} ms"


async def measure(looks: int) -> tuple[list[float], list[float]]:
    """For so many orders: delays (ms) to the pulse, and to the message's return to its sender."""
    broker = EmbeddedBroker()
    port = await broker.start(FIRST_PORT)
    house = LiveHouse(example_house(), {DRONE: ("nursery", PtyPort)}, boots_before=0)
    pulses_ns = _watch(house.drones[DRONE].body)
    house.start()
    bridge = Bridge(base="kelex", version="bench", drones=[DRONE], nonce=lambda: secrets.randbits(32))
    url = BrokerUrl("127.0.0.1", port)
    runtime = Runtime(bridge, url, {DRONE: house.drones[DRONE].port.name}, lambda text: None)
    runtime.start()
    try:
        client = await asyncio.create_subprocess_exec(
            *(sys.executable, str(Path(__file__).with_name("order_client.py")), str(port), str(looks)),
            stdout=asyncio.subprocess.PIPE,
        )
        printed, _ = await client.communicate()
    finally:
        await runtime.stop()
        house.stop()
        await broker.stop()
    published_ns, returned_ns = json.loads(printed)
    delays_ms = [(min(at for at in pulses_ns if at > asked) - asked) / 1e6 for asked in published_ns]
    return delays_ms, [(back - asked) / 1e6 for asked, back in zip(published_ns, returned_ns, strict=True)]


def _watch(body: Body) -> list[int]:
    """The moments at which the pulse on the head's pan pin changes, as they come."""
    servo, moments_ns = body.servos["head_pan"], []
    drive = servo.drive

    def watched(pulse_us: float, hz: int) -> None:
        if pulse_us > 0:
            moments_ns.append(time.monotonic_ns())
        drive(pulse_us, hz)

    servo.drive = watched  # type: ignore[method-assign]
    return moments_ns
