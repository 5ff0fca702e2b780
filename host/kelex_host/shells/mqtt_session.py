"""A short-lived MQTT client for command lines: one request with its response, or a stream of messages."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncGenerator, Sequence
from types import TracebackType
from typing import Any

from paho.mqtt.client import topic_matches_sub

from kelex_host.broker_url import BrokerUrl
from kelex_host.errors import BrokerError
from kelex_host.shells.mqtt_client import MqttClient

RESPONSE_BYTES_MAX = 1024 * 1024
STREAM_MESSAGES_MAX = 10_000

_Message = tuple[str, bytes, bool]


class MqttSession:
    """`async with MqttSession(url, timeout_s=5.0) as session:`; streams survive an outage, requests fail."""

    def __init__(self, url: BrokerUrl, *, timeout_s: float = 5.0) -> None:
        """`timeout_s`: the longest wait for a connection, and for each response."""
        self.dropped = 0  # messages that a reader was too slow for
        self._url, self._timeout_s = url, timeout_s
        self._client = MqttClient(url, f"kelex-cli-{secrets.token_hex(6)}", None, self)
        self._running: asyncio.Task[None] | None = None
        self._answered: asyncio.Future[None] | None = None
        self._responses: dict[tuple[str, str], asyncio.Future[dict[str, Any]]] = {}
        self._streams: list[tuple[list[tuple[str, int]], asyncio.Queue[_Message]]] = []

    async def __aenter__(self) -> MqttSession:
        """Connect; raises BrokerError at the first definite failure, or when `timeout_s` has passed."""
        self._answered = asyncio.get_running_loop().create_future()
        self._running = asyncio.create_task(self._client.run())
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._answered
        except TimeoutError:
            await self._stop()
            raise BrokerError(
                f"No MQTT broker answers at {self._url.address}: start one with `kelex up`, "
                "or name another with --broker."
            ) from None
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop()

    async def request(
        self, request_topic: str, response_topic: str, payload: bytes, transaction: str
    ) -> dict[str, Any]:
        """Send `payload` (QoS 1) and return the JSON object on `response_topic` with the same `transaction`.

        Raises BrokerError when no such response comes within `timeout_s`, or the broker refuses or goes away.
        """
        key = (response_topic, transaction)
        if key in self._responses:
            raise ValueError(f"transaction {transaction!r} is already waiting")
        response: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._responses[key] = response
        try:
            async with asyncio.timeout(self._timeout_s):
                # The SUBACK first: a response may not overtake the subscription that is to hear it.
                await self._subscribe([(response_topic, 1)])
                self._client.publish(request_topic, payload, qos=1, retain=False)
                return await response
        except TimeoutError:
            raise BrokerError(
                f"Nothing answered {request_topic} within {self._timeout_s:g} s: see with `kelex watch` "
                "that the house and its drone are online."
            ) from None
        finally:
            del self._responses[key]

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Hand one message (QoS 1) over; leaving the session waits a while for it. Raises BrokerError."""
        self._client.publish(topic, payload, qos=1, retain=retain)

    async def messages(self, filters: Sequence[tuple[str, int]]) -> AsyncGenerator[_Message, None]:
        """Yield (topic, payload, retained) for (topic filter, QoS) pairs, without end, through outages too.

        Raises BrokerError when the broker refuses a filter. Keeps the newest STREAM_MESSAGES_MAX.
        """
        stream = (list(filters), asyncio.Queue[_Message](STREAM_MESSAGES_MAX))
        self._streams.append(stream)
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._subscribe(stream[0])
            while True:
                yield await stream[1].get()
        except TimeoutError:
            raise BrokerError(
                f"The MQTT broker at {self._url.address} confirms no subscription: check its load."
            ) from None
        finally:
            self._streams.remove(stream)

    async def _subscribe(self, filters: list[tuple[str, int]]) -> None:
        answer = self._client.subscribe(filters)
        await asyncio.wait({answer})
        if answer.cancelled():
            raise BrokerError(self._client.last_problem)
        if answer.result():
            raise BrokerError(
                f"The MQTT broker at {self._url.address} does not let us read {answer.result()[0]}: "
                "grant it in the broker's access list."
            )

    async def _stop(self) -> None:
        await self._client.close()
        if self._running is not None:
            await self._running

    # --- MqttEvents ---

    def connected(self) -> None:
        """See MqttEvents."""
        if self._answered is not None and not self._answered.done():
            self._answered.set_result(None)
        for filters, _ in self._streams:
            self._client.subscribe(filters)

    def lost(self, why: str) -> None:
        """See MqttEvents."""
        for future in (self._answered, *self._responses.values()):
            if future is not None and not future.done():
                future.set_exception(BrokerError(why or self._client.last_problem))

    def message(self, topic: str, payload: bytes, retained: bool) -> None:
        """See MqttEvents."""
        for filters, queue in self._streams:
            if any(topic_matches_sub(name, topic) for name, _ in filters):
                if queue.full():
                    queue.get_nowait()
                    self.dropped += 1
                queue.put_nowait((topic, payload, retained))
        if retained or len(payload) > RESPONSE_BYTES_MAX or all(name != topic for name, _ in self._responses):
            return
        try:
            document = json.loads(payload)
        except ValueError:
            return
        if isinstance(document, dict) and isinstance(transaction := document.get("transaction"), str):
            waiting = self._responses.get((topic, transaction))
            if waiting is not None and not waiting.done():
                waiting.set_result(document)

    def published(self, token: int) -> None:
        """See MqttEvents; nothing here waits for it."""
