"""An MQTT broker in virtual time: retained messages, subscriptions, QoS 1 acknowledgements, a will, and faults.

It knows one client that matters (the bridge) and any number of readers that are never lost.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import Protocol

from kelex_sim.kernel import Kernel

TRIP_US = 500


class Client(Protocol):
    """What the broker tells the bridge's side."""

    def connected(self) -> None: ...
    def lost(self) -> None: ...
    def message(self, topic: str, payload: bytes, retained: bool) -> None: ...
    def published(self, token: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Message:
    time_us: int
    topic: str
    payload: bytes
    retain: bool


class FakeBroker:
    """One connection to the bridge, with a Last Will; `log` holds every message that readers saw."""

    def __init__(self, kernel: Kernel, random: Random, client: Client, will: tuple[str, bytes]) -> None:
        self.log: list[Message] = []
        self.retained: dict[str, bytes] = {}
        self.seen: Counter[str] = Counter()
        self.is_up = False
        self._kernel = kernel
        self._random = random
        self._client = client
        self._will = will
        self._filters: list[str] = []
        self._connection = 0
        self._tokens = 0

    # Readers and other clients

    def send(self, topic: str, payload: bytes, retain: bool = False) -> None:
        """Publish as some other client."""
        self._publish(topic, payload, retain)

    # The bridge's connection

    def connect(self) -> None:
        """Let the bridge in."""
        self.is_up = True
        self._connection += 1
        self._filters = []
        self._client.connected()

    def cut(self, for_us: int, silent_us: int = 0) -> None:
        """Lose the bridge's connection, and take it back `for_us` after it was noticed.

        For `silent_us` nobody notices: what is sent meanwhile, and what is on the way, is swallowed. Then the will is
        published, and the bridge is told.
        """
        if not self.is_up:
            return
        self.seen["broker_silent" if silent_us else "broker_cut"] += 1
        self.is_up = False
        self._kernel.after(silent_us, self._notice, for_us)

    def _notice(self, for_us: int) -> None:
        self._publish(self._will[0], self._will[1], True)
        self._client.lost()
        self._kernel.after(for_us, self.connect)

    def subscribe(self, filters: list[tuple[str, int]]) -> None:
        """The bridge subscribes; retained messages that match follow with the retain flag set."""
        for topic_filter, _ in filters:
            self._filters.append(topic_filter)
            for topic, payload in list(self.retained.items()):
                if matches(topic_filter, topic):
                    self._kernel.after(TRIP_US, self._deliver, self._connection, topic, payload, True)

    def publish(self, topic: str, payload: bytes, qos: int, retain: bool) -> int:
        """The bridge publishes; returns the token that `published` will name for QoS 1."""
        self._tokens += 1
        self._kernel.after(TRIP_US, self._take, self._connection, self._tokens, topic, payload, qos, retain)
        return self._tokens

    def _take(self, connection: int, token: int, topic: str, payload: bytes, qos: int, retain: bool) -> None:
        if connection != self._connection or not self.is_up:
            return
        self._publish(topic, payload, retain)
        if qos:
            self._kernel.after(TRIP_US, self._acknowledge, connection, token)

    def _acknowledge(self, connection: int, token: int) -> None:
        if connection == self._connection and self.is_up:
            self._client.published(token)

    def _publish(self, topic: str, payload: bytes, retain: bool) -> None:
        message = Message(self._kernel.now_us, topic, payload, retain)
        self.log.append(message)
        if retain and payload:
            self.retained[topic] = payload
        elif retain:
            self.retained.pop(topic, None)
        if any(matches(topic_filter, topic) for topic_filter in self._filters):
            self._kernel.after(TRIP_US, self._deliver, self._connection, topic, payload, False)

    def _deliver(self, connection: int, topic: str, payload: bytes, retained: bool) -> None:
        if connection == self._connection and self.is_up:
            self._client.message(topic, payload, retained)


def matches(topic_filter: str, topic: str) -> bool:
    """Whether a topic fits a filter with + and # (MQTT 3.1.1, section 4.7)."""
    wanted, levels = topic_filter.split("/"), topic.split("/")
    for i, level in enumerate(wanted):
        if level == "#":
            return True
        if i >= len(levels) or level not in ("+", levels[i]):
            return False
    return len(wanted) == len(levels)
