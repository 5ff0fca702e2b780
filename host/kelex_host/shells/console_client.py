"""The console's MQTT client: what the house says goes into the model, what a page asks for goes out as a request."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from contextlib import suppress
from time import monotonic, time
from typing import Any

import msgspec

from kelex_host.bridge.now import Now
from kelex_host.bridge.topics import RequestTopic
from kelex_host.broker_url import BrokerUrl
from kelex_host.console import text
from kelex_host.console.model import Model
from kelex_host.console.orders import Wish, WishError
from kelex_host.errors import BrokerError
from kelex_host.shells.mqtt_client import MqttClient

RESPONSE_S = 5.0
WAITING_MOST = 256
FILTERS = (
    "house/+", "house/alerts/+", "house/projects/+", "house/event/#", "house/response/+",
    "world/response/+", "drone/+/availability", "drone/+/senses", "drone/+/body", "drone/+/event/#",
    "drone/+/response/+",
)  # fmt: skip


class ConsoleClient:
    """Stays connected until `stop`; several pages share it."""

    def __init__(self, url: BrokerUrl, model: Model) -> None:
        self.model = model
        self._client = MqttClient(url, f"kelex-console-{secrets.token_hex(4)}", None, self)
        self._running: asyncio.Task[None] | None = None
        self.round_trips_ms: deque[float] = deque(maxlen=64)
        self._waiting: dict[tuple[str, str], asyncio.Future[dict[str, Any]]] = {}

    def start(self) -> None:
        """Begin to connect."""
        self._running = asyncio.create_task(self._client.run(), name="the console's MQTT client")

    async def stop(self) -> None:
        """Leave the broker."""
        await self._client.close()
        if self._running:
            await self._running

    async def request(self, wish: Wish, signed: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send a wish, or what was made of it when it was signed; the response. Raises WishError without one."""
        if len(self._waiting) >= WAITING_MOST:
            raise WishError(text.TOO_MANY)
        topics = self.model.topics
        transaction = f"console-{secrets.token_hex(8)}"
        key = (topics.response(wish.topic), transaction)
        response: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[key] = response
        payload = msgspec.json.encode((wish.fields if signed is None else signed) | {"transaction": transaction})
        try:
            asked_s = monotonic()
            self._client.publish(topics.request(wish.topic), payload, qos=1, retain=False)
            async with asyncio.timeout(RESPONSE_S):
                answer = await response
            self.round_trips_ms.append((monotonic() - asked_s) * 1000)
            return answer
        except TimeoutError:
            raise WishError(text.NO_ANSWER.format(seconds=RESPONSE_S)) from None
        except BrokerError as error:
            raise WishError(str(error)) from None
        finally:
            del self._waiting[key]

    def ask_truth(self) -> None:
        """Ask the simulated house how its hardware stands; the model hears the answer.

        Without a transaction: nobody waits, and the house need not remember what it answered.
        """
        with suppress(BrokerError):
            topic = self.model.topics.request(RequestTopic("world", "", "truth"))
            self._client.publish(topic, b"{}", qos=0, retain=False)

    # --- MqttEvents ---

    def connected(self) -> None:
        """See MqttEvents."""
        self.model.broker_connected()
        with suppress(BrokerError):  # the connection is breaking: the next one subscribes again
            self._client.subscribe([(f"{self.model.topics.base}/{leaf}", 1) for leaf in FILTERS])

    def lost(self, why: str) -> None:
        """See MqttEvents."""
        self.model.broker_lost(why)
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(WishError(why))

    def message(self, topic: str, payload: bytes, retained: bool) -> None:
        """See MqttEvents."""
        self.model.message(now(), topic, payload, retained)
        if "/response/" in topic and any(name == topic for name, _ in self._waiting):
            with suppress(msgspec.DecodeError):
                document = msgspec.json.decode(payload)
                if isinstance(document, dict):
                    waiting = self._waiting.get((topic, str(document.get("transaction"))))
                    if waiting is not None and not waiting.done():
                        waiting.set_result(document)

    def published(self, token: int) -> None:
        """See MqttEvents; the response says more."""


def now() -> Now:
    """The moment."""
    return Now(monotonic(), time())
