"""From an order's publication over MQTT to the first changed servo pulse in the simulator, in real time.

Real are: the client and the broker, each a process of its own; the bridge with its shells; the pseudo-terminal; the
firmware. Bridge and simulated house share one loop, as under `kelex up`. And where the time goes: until the bridge has
the order, and from there to the pulse.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
    delays = asyncio.run(measure(LOOKS))
    figure = "order over MQTT -> servo pulse"
    return [
        Row(f"{figure}, p50", _ms(delays.whole_ms, 50), "", "", delays.parts(50)),
        Row(f"{figure}, p99", _ms(delays.whole_ms, 99), "10 ms", "5 ms", delays.parts(99), delays.why()),
    ]


@dataclass(frozen=True)
class Delays:
    """Of each order (ms): to the pulse, to the bridge on the way there, and back to its sender by the broker alone."""

    whole_ms: list[float]
    to_bridge_ms: list[float]
    returned_ms: list[float]

    @property
    def in_house_ms(self) -> list[float]:
        """From the bridge to the pulse."""
        return [whole - there for whole, there in zip(self.whole_ms, self.to_bridge_ms, strict=True)]

    def parts(self, percent: float) -> str:
        """Where the time goes."""
        return (
            f"{len(self.whole_ms)} looks; to the bridge {_ms(self.to_bridge_ms, percent)}, from there to the pulse "
            f"{_ms(self.in_house_ms, percent)}; the same message back at its sender {_ms(self.returned_ms, percent)}"
        )

    def why(self) -> str:
        """Of the slowest orders, what took longest."""
        both = sorted(zip(self.whole_ms, self.to_bridge_ms, strict=True))
        slowest = both[-max(len(both) // 20, 1) :]
        share = sum(there for _, there in slowest) / sum(whole for whole, _ in slowest)
        return (
            f"of the slowest twentieth, {share:.0%} passes before the bridge has the order; and the way through the "
            f"broker alone, back to the sender, has a p50 of {_ms(self.returned_ms, 50)} and a p99 of "
            f"{_ms(self.returned_ms, 99)}: client, broker and house are three processes of Python that wait for a core"
        )


def _ms(delays_ms: list[float], percent: float) -> str:
    return f"{percentile(delays_ms, percent):.1f} ms"


async def measure(looks: int) -> Delays:
    """For so many orders."""
    broker = EmbeddedBroker()
    url = BrokerUrl("127.0.0.1", await broker.start(FIRST_PORT))
    house = LiveHouse(example_house(), {DRONE: ("nursery", PtyPort)}, boots_before=0)
    pulses_ns = _watch(house.drones[DRONE].body)
    house.start()
    bridge = Bridge(base="kelex", version="bench", drones=[DRONE], nonce=lambda: secrets.randbits(32))
    taken_ns = _watch_orders(bridge)
    runtime = Runtime(bridge, url, {DRONE: house.drones[DRONE].port.name}, lambda text: None)
    runtime.start()
    try:
        client = await asyncio.create_subprocess_exec(
            *(sys.executable, str(Path(__file__).with_name("order_client.py")), str(url.port), str(looks)),
            stdout=asyncio.subprocess.PIPE,
        )
        printed, _ = await client.communicate()
    finally:
        await runtime.stop()
        house.stop()
        await broker.stop()
    asked_ns, returned_ns = json.loads(printed)
    assert len(taken_ns) == len(returned_ns) == len(asked_ns)
    return Delays(
        [(min(at for at in pulses_ns if at > asked) - asked) / 1e6 for asked in asked_ns],
        [(taken - asked) / 1e6 for asked, taken in zip(asked_ns, taken_ns, strict=True)],
        [(back - asked) / 1e6 for asked, back in zip(asked_ns, returned_ns, strict=True)],
    )


def _watch_orders(bridge: Bridge) -> list[int]:
    """The moments at which the bridge is given a look, as they come."""
    take, moments_ns = bridge.message, []

    def watched(now: Any, topic: str, *of_a_message: Any) -> None:
        if topic.endswith("/request/look"):
            moments_ns.append(time.monotonic_ns())
        take(now, topic, *of_a_message)

    bridge.message = watched  # type: ignore[method-assign]
    return moments_ns


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
