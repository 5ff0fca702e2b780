"""An asyncio shell around paho-mqtt: one connection to a broker, kept alive, and no household logic.

The event loop drives paho (see `mqtt_link.py`): with paho's own thread a round trip was measured to take 1.2 to 1.6
times as long. Two more choices make it safe:

- every connection gets a fresh paho client, so nothing of an old session is resent behind the caller's back:
  the outbox is the caller's, who hears of every acknowledgement;
- connecting runs in a daemon thread, because DNS, TCP and TLS block. paho gets its callbacks only afterwards,
  in the loop's thread, so none comes from another one; a slow connect delays neither the loop nor an exit.
"""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Sequence
from typing import Any, Protocol

import paho.mqtt.client as mqtt

from kelex_host.broker_url import BrokerUrl
from kelex_host.errors import BrokerError
from kelex_host.shells.broker_problems import why_unreachable
from kelex_host.shells.mqtt_link import CONNECT_TIMEOUT_S, Link
from kelex_host.shells.mqtt_tls import context_for
from kelex_host.shells.mqtt_versions import SESSION_S, session_properties

RETRY_FIRST_S = 0.25
# A broker that is back is found within so long: all is to be right again 5 s after its return.
RETRY_MAX_S = 2.0
# One that answers but does not want us is not pestered.
UNWANTED_RETRY_MAX_S = 10.0
# One that drops us sooner is asked again as patiently as one that is not there.
STEADY_S = 2.0
# The same trouble is told again only after so long without it.
TOLD_AGAIN_S = 60.0


class MqttEvents(Protocol):
    """What a client tells its owner: in the loop's thread, never from inside a call to the client."""

    def connected(self) -> None:
        """The broker accepted us: subscribe, and publish retained state again."""

    def lost(self, why: str) -> None:
        """No connection any more, or none yet, once for each outage: one sentence with the mend.

        It is empty where that was said a moment ago, as of two clients that take each other's place.
        """

    def message(self, topic: str, payload: bytes, retained: bool) -> None:
        """A message; `retained` when the broker had kept it from before our subscription, or shows it as published.

        Whoever wants MQTT 5 takes a fourth: the Delivery, where a message came with one.
        """

    def published(self, token: int) -> None:
        """The broker acknowledged the QoS 1 publish that returned `token`."""


class MqttClient:
    """One client, used from one event loop only.

    It speaks MQTT 5 where that is `wanted` and the broker offers it, else 3.1.1. A session outlives a broken connection
    by SESSION_S: an order that waited longer than that is not obeyed any more. The first session is always clean.
    """

    def __init__(
        self,
        url: BrokerUrl,
        client_id: str,
        will: tuple[str, bytes] | None,
        events: MqttEvents,
        *,
        keepalive_s: int = 20,
        wanted: int = mqtt.MQTTv311,
    ) -> None:
        """`will`: topic and payload of the Last Will (retained, QoS 1), sent unless `close` ends it all."""
        self.version = self._wanted = wanted
        self.connections = self.failures = 0
        self.last_problem = f"The MQTT broker at {url.address} is not connected yet: wait for it."
        self._url, self._client_id, self._will, self._events = url, client_id, will, events
        self._keepalive_s = keepalive_s
        self._link: Link | None = None
        self._work: asyncio.Task[None] | None = None
        self._closed = self._outage_told = False
        self._told: dict[str, float] = {}
        self._lost_s = -float("inf")
        self._last_token = 0
        self._version_refused = self._answered = False
        self._arguments: dict[str, Any] = {}

    @property
    def connected(self) -> bool:
        """Whether `publish` and `subscribe` may be called now."""
        return self._link is not None and self._link.accepted

    async def run(self) -> None:
        """Stay connected until `close`; or until cancelled, without DISCONNECT, so the Last Will is sent."""
        if self._closed:
            return
        self._work = asyncio.create_task(self._keep_connected())
        try:
            await asyncio.wait({self._work})
        finally:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)
        if not self._work.cancelled():
            self._work.result()

    def subscribe(self, filters: Sequence[tuple[str, int]], *, as_published: bool = False) -> asyncio.Future[list[str]]:
        """Ask for (topic filter, QoS) pairs. The future, which may be ignored, gives the filters refused.

        With `as_published` a broker of MQTT 5 shows the retain flag as the sender set it, always. The future is
        cancelled when the connection breaks. Raises BrokerError while not connected.
        """
        if self._link is None or not self._link.accepted:
            raise BrokerError(self.last_problem)
        return self._link.subscribe(filters, as_published)

    def publish(self, topic: str, payload: bytes, *, qos: int, retain: bool, correlation: bytes = b"") -> int:
        """Hand one message (QoS 0 or 1) over for sending; `published` gets the returned token if `qos` is 1.

        Raises BrokerError while not connected or when the broker has fallen too far behind, ValueError for a
        topic that no broker takes.
        """
        link = self._link
        if link is None or not link.accepted:
            raise BrokerError(self.last_problem)
        self._last_token += 1
        link.publish(self._last_token, topic, payload, qos, retain, correlation)
        return self._last_token

    @property
    def unsent_bytes(self) -> int:
        """About how much waits for the broker to take it."""
        return self._link.unsent_bytes if self._link else 0

    async def close(self) -> None:
        """Flush for at most FLUSH_TIMEOUT_S, say DISCONNECT (so no Last Will is sent) and end `run`."""
        self._closed = True
        if self._link is not None and self._link.accepted:
            await self._link.finish()
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)

    def _accepted(self) -> None:
        self._outage_told = False
        self.connections += 1
        self._events.connected()

    async def _keep_connected(self) -> None:
        loop = asyncio.get_running_loop()
        delay_s = RETRY_FIRST_S
        while True:
            began_s, connections = loop.time(), self.connections
            why = await self._one_connection()
            if self._closed:
                return
            if self._version_refused:
                self.version, self._version_refused = mqtt.MQTTv311, False
                continue
            self.last_problem = why
            self.failures += 1
            was_accepted = self.connections > connections
            if not was_accepted:
                self.version = self._wanted  # neither version: what comes back may be another broker
            if not self._outage_told:
                self._outage_told = True
                self._lost_s = loop.time()
                self._events.lost(self._once(loop.time(), why))
            if was_accepted and loop.time() - began_s > STEADY_S:
                delay_s = RETRY_FIRST_S
            longest_s = UNWANTED_RETRY_MAX_S if self._answered and not was_accepted else RETRY_MAX_S
            delay_s = min(longest_s, random.uniform(RETRY_FIRST_S, delay_s * 3))
            await asyncio.sleep(delay_s)

    def _once(self, now_s: float, why: str) -> str:
        """What is to be said of a trouble; nothing while it comes again and again."""
        told_s = self._told.get(why, -float("inf"))
        self._told[why] = now_s
        return "" if now_s - told_s < TOLD_AGAIN_S else why

    def _new_paho(self) -> mqtt.Client:
        """A client for one connection."""
        keeps = asyncio.get_running_loop().time() - self._lost_s < SESSION_S
        paho = mqtt.Client(
            mqtt.CallbackAPIVersion.VERSION2,
            self._client_id,
            clean_session=None if self.version == mqtt.MQTTv5 else not keeps,
            protocol=self.version,
            reconnect_on_failure=False,
        )
        self._arguments = {}
        if self.version == mqtt.MQTTv5:
            self._arguments = {"clean_start": not keeps, "properties": session_properties()}
        paho.connect_timeout = CONNECT_TIMEOUT_S
        # paho's own queue costs the square of its length: it gets none, our limits rule.
        paho.max_inflight_messages_set(0)
        if self._url.username is not None:
            paho.username_pw_set(self._url.username, self._url.password)
        if self._will is not None:
            paho.will_set(*self._will, qos=1, retain=True)
        return paho

    async def _one_connection(self) -> str:
        """Connect and stay until it breaks; returns why, in one sentence."""
        self._answered = False
        paho = self._new_paho()
        try:
            await _connect_in_thread(paho, self._url, self._keepalive_s, self._arguments)
        except (OSError, ValueError) as error:
            return why_unreachable(self._url, error)
        self._answered = True
        self._link = Link(
            paho,
            self._url,
            accepted=self._accepted,
            message=self._events.message,
            published=self._events.published,
        )
        try:
            return await self._link.until_ended()
        finally:
            # Brokers of old say so, or hang up without a word.
            self._version_refused = self.version == mqtt.MQTTv5 and self._link.version_refused
            self._link.detach()
            self._link = None


async def _connect_in_thread(paho: mqtt.Client, url: BrokerUrl, keepalive_s: int, arguments: dict[str, Any]) -> None:
    """Run paho's blocking connect; raises OSError or ValueError, drops the socket if nobody waits."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def settle(error: Exception | None) -> None:
        if done.done():
            paho.disconnect()
        elif error is not None:
            done.set_exception(error)
        else:
            done.set_result(None)

    def work() -> None:
        error: Exception | None = None
        try:
            if url.tls:
                paho.tls_set_context(context_for(url))
            paho.connect(url.host, url.port, keepalive_s, **arguments)
        except (OSError, ValueError) as caught:
            error = caught
        try:
            loop.call_soon_threadsafe(settle, error)
        except RuntimeError:  # the loop has closed meanwhile
            paho.disconnect()

    threading.Thread(target=work, name="mqtt-connect", daemon=True).start()
    await done
