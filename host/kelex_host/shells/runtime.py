"""The running bridge: its pure core, the broker's client and the drones' ports, on one event loop.

Whatever comes in is handed to the core with the time; then the core's effects are carried out, and the loop is woken
when the core is next due.
"""

from __future__ import annotations

import asyncio
import gc
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from math import inf
from typing import Any

from paho.mqtt.client import MQTTv5, MQTTv311

from kelex_host.bridge import self_portrait
from kelex_host.bridge.bridge import Bridge
from kelex_host.bridge.effects import Lend, Notice, Subscribe, Write
from kelex_host.bridge.now import Now
from kelex_host.bridge.outbox import Publish
from kelex_host.broker_url import BrokerUrl
from kelex_host.errors import BrokerError
from kelex_host.shells.clock import Clock, RealClock, Timer
from kelex_host.shells.mqtt_client import MqttClient
from kelex_host.shells.mqtt_versions import PLAIN, Delivery
from kelex_host.shells.serial_port import DronePort, MakePort, SerialPort

# Beyond so much that the broker has not taken yet, documents wait for it, the latest only.
CONGESTED_BYTES = 64 * 1024
CONGESTED_S = 0.1


class Runtime:
    """`ports` maps each drone to the name of its port, or to what makes one; `tell(text)` shows a person a sentence.

    `clock` is the house's, and the real one where none is given.
    """

    def __init__(
        self,
        bridge: Bridge,
        url: BrokerUrl,
        ports: Mapping[str, str | MakePort],
        tell: Callable[[str], None],
        clock: Clock | None = None,
    ) -> None:
        self._bridge = bridge
        self._tell = Teller(tell)
        self._loop = asyncio.get_running_loop()
        wanted = MQTTv5 if url.speaks_5 else MQTTv311
        self._client = MqttClient(url, f"kelex-{secrets.token_hex(4)}", bridge.will, self, wanted=wanted)
        self._clock = clock or RealClock()
        self._ports: dict[str, DronePort] = {
            drone: SerialPort(drone, port, self) if isinstance(port, str) else port(drone, self)
            for drone, port in ports.items()
        }
        self._handles: dict[int, int] = {}
        self._timer: Timer | None = None
        self._wake_s = inf
        self._tasks: list[asyncio.Task[None]] = []
        self._is_stopping = False
        self.first_connection = asyncio.Event()

    def start(self) -> None:
        """Begin. What fails later is told and tried again."""
        self._bridge.start(self._clock.now())
        self._tasks = [asyncio.create_task(self._client.run(), name="the MQTT client")]
        self._tasks += [
            asyncio.create_task(port.run(), name=f"the port of {drone}") for drone, port in self._ports.items()
        ]
        for task in self._tasks:
            task.add_done_callback(self._ended)
        # What is loaded by now stays: a full collection need not go through all of it in the midst of an order.
        gc.freeze()
        self._pump()

    async def stop(self) -> None:
        """Publish that everything is offline, then leave."""
        client, *ports = self._tasks
        for port in ports:  # first, so that nothing from a drone comes behind its "offline"
            port.cancel()
        await asyncio.gather(*ports, return_exceptions=True)
        self._bridge.stop()
        self._is_stopping = True  # from now on only what the broker has got is heard, until it has all of it
        if self._timer:
            self._timer.cancel()
        self._pump()
        await self._client.close()
        client.cancel()
        await asyncio.gather(client, return_exceptions=True)
        self._bridge.close()

    def health(self) -> dict[str, Any]:
        """How it goes now, as the document of that name has it."""
        return self_portrait.health(self._bridge, self._clock.now())

    def happened(self, tell: Callable[[Now], None]) -> None:
        """Something came from elsewhere: `tell` hands it to the core."""
        if self._is_stopping:
            return
        tell(self._clock.now())
        self._pump()

    # What the ports say (see PortEvents)

    def port_opened(self, drone: str) -> None:
        """A drone's port is open."""
        self._bridge.drones[drone].opened(self._clock.now())
        self._pump()

    def port_closed(self, drone: str, why: str) -> None:
        """A drone's port is gone, or does not open; `why` is empty where that was said before."""
        self._bridge.drones[drone].closed(self._clock.now())
        if why:
            self._tell(f"{drone}: {why}")
        self._pump()

    def port_received(self, drone: str, data: bytes) -> None:
        """Bytes from a drone."""
        self._bridge.drones[drone].receive(self._clock.now(), data)
        self._pump()

    # What the broker says (see MqttEvents)

    def connected(self) -> None:
        """A new session with the broker."""
        self.first_connection.set()
        self._handles.clear()
        self._bridge.broker_connected(self._clock.now())
        self._pump()

    def lost(self, why: str) -> None:
        """The broker is gone."""
        self._bridge.broker_lost(self._clock.now())
        self._handles.clear()
        if why:
            self._tell(f"{why} Trying on.")

    def message(self, topic: str, payload: bytes, retained: bool, delivery: Delivery = PLAIN) -> None:
        """A message from the broker."""
        if self._is_stopping:
            return
        self._bridge.message(self._clock.now(), topic, payload, retained, delivery.reply_to, delivery.correlation)
        self._pump()

    def published(self, token: int) -> None:
        """The broker has something."""
        handle = self._handles.pop(token, None)
        if handle is not None:
            self._bridge.acknowledged(self._clock.now(), handle)
            self._pump()

    # Carrying out

    def _pump(self) -> None:
        congested = self._client.unsent_bytes > CONGESTED_BYTES
        if congested and not self._bridge.outbox.congested:
            self._loop.call_later(CONGESTED_S, self._look_again)
        self._bridge.outbox.congested = congested
        for effect in self._bridge.take():
            match effect:
                case Publish():
                    self._publish(effect)
                case Write(drone, data):
                    self._ports[drone].write(data)
                case Lend(drone, seconds):
                    self._ports[drone].lend(seconds)
                case Subscribe(filters, as_published):
                    self._subscribe(filters, as_published)
                case Notice(text):
                    self._tell(text)
        self._wake_in_time()

    def _look_again(self) -> None:
        """See whether what waited for a slow broker may go now."""
        self._bridge.outbox.congested = False
        self._pump()

    def _wake_in_time(self) -> None:
        """Be woken when the core is next due. A timer for an earlier moment may stand: it finds nothing to do."""
        due_s = inf if self._is_stopping else self._bridge.due_s()
        if due_s < self._wake_s:
            if self._timer:
                self._timer.cancel()
            self._wake_s = due_s
            self._timer = self._clock.call_at(due_s, self._tick)

    def _subscribe(self, filters: list[tuple[str, int]], as_published: bool) -> None:
        with suppress(BrokerError):  # the connection is breaking: the next one subscribes again
            self._client.subscribe(filters, as_published=as_published)

    def _publish(self, publish: Publish) -> None:
        message = publish.message
        try:
            token = self._client.publish(
                message.topic,
                message.payload,
                qos=message.qos,
                retain=message.retain,
                correlation=message.correlation,
            )
        except BrokerError:
            return  # the connection is breaking: `lost` follows, and the outbox sends it again
        except ValueError as error:
            # No broker takes that topic, now or later: it must not hold up what comes after it.
            self._tell(f"A message on {message.topic[:80]} cannot be published ({error}) and is dropped.")
            self._bridge.acknowledged(self._clock.now(), publish.handle)
            self._loop.call_soon(self._pump)  # it makes room for others, which this pump has not taken
            return
        if message.qos:
            self._handles[token] = publish.handle

    def _ended(self, task: asyncio.Task[None]) -> None:
        """None of the tasks ends by itself; one that did is a fault of ours, and is not kept quiet."""
        if not task.cancelled() and (error := task.exception()):
            self._tell(f"{task.get_name()} has failed ({error!r}): restart `kelex up`, and report this.")

    def _tick(self) -> None:
        self._wake_s = inf
        self._bridge.step(self._clock.now())
        self._pump()


class Teller:
    """Tells a person; once nobody listens any more (a closed pipe, a full disk), it is silent."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell: Callable[[str], None] | None = tell

    def __call__(self, text: str) -> None:
        if self._tell:
            try:
                self._tell(text)
            except (OSError, ValueError):
                self._tell = None
