"""What the tests of the MQTT shells share: a client that remembers, and both kinds of broker."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from brokers import DEADLINE_S, free_port
from kelex_host.broker_url import BrokerUrl
from kelex_host.shells.embedded_broker import EmbeddedBroker
from kelex_host.shells.mqtt_client import MqttClient

# Runs an async test body against a broker.
OnBroker = Callable[[Callable[[BrokerUrl], Awaitable[None]]], None]


async def until(condition: Callable[[], object], what: str, deadline_s: float = DEADLINE_S) -> None:
    loop = asyncio.get_running_loop()
    end_s = loop.time() + deadline_s
    while not condition():
        assert loop.time() < end_s, f"not within {deadline_s} s: {what}"
        await asyncio.sleep(0.005)


@dataclass
class Recorder:
    """MqttEvents that remembers."""

    connections: int = 0
    losses: list[str] = field(default_factory=list)
    messages: list[tuple[str, bytes, bool]] = field(default_factory=list)
    tokens: list[int] = field(default_factory=list)

    def connected(self) -> None:
        self.connections += 1

    def lost(self, why: str) -> None:
        self.losses.append(why)

    def message(self, topic: str, payload: bytes, retained: bool) -> None:
        self.messages.append((topic, payload, retained))

    def published(self, token: int) -> None:
        self.tokens.append(token)


@asynccontextmanager
async def client(
    url: BrokerUrl, name: str, will: tuple[str, bytes] | None = None
) -> AsyncIterator[tuple[MqttClient, Recorder]]:
    """A connected client that is closed at the end."""
    events = Recorder()
    made = MqttClient(url, name, will, events)
    running = asyncio.create_task(made.run())
    try:
        await until(lambda: events.connections, f"{name} connects to {url} ({made.last_problem})")
        yield made, events
    finally:
        await made.close()
        await running


@pytest.fixture(params=["mosquitto", "embedded"])
def on_broker(request: pytest.FixtureRequest) -> OnBroker:
    """Runs an async test body against one broker and then the other."""
    if request.param == "mosquitto":
        url: BrokerUrl = request.getfixturevalue("mosquitto").url

    def run(body: Callable[[BrokerUrl], Awaitable[None]]) -> None:
        async def with_broker() -> None:
            if request.param == "mosquitto":
                await body(url)
                return
            broker = EmbeddedBroker()
            try:
                await body(BrokerUrl("127.0.0.1", await broker.start(free_port())))
            finally:
                await broker.stop()

        asyncio.run(with_broker())

    return run
