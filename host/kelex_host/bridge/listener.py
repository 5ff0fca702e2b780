"""Who hears of the drones beside the broker: the household, where there is one."""

from __future__ import annotations

from typing import Any, Protocol

import msgspec

from kelex_host.bridge.now import Now
from kelex_host.bridge.outbox import Message, Outbox
from kelex_host.bridge.topics import Topics

_encode = msgspec.json.Encoder().encode


class Listener(Protocol):
    """The household, as far as it hears of drones."""

    def event(self, now: Now, drone: str, subject: str, told: dict[str, Any], settles: tuple[str, int, int]) -> None:
        """Something happened: keep it, publish it, and let the drone forget it then."""

    def senses(self, now: Now, drone: str, document: dict[str, Any]) -> None:
        """What it senses."""

    def online(self, now: Now, drone: str, boot: int) -> None:
        """It answers, in this start of its."""

    def offline(self, now: Now, drone: str) -> None:
        """It answers no more."""


class Direct:
    """Where there is no household: events go straight to the broker."""

    def __init__(self, topics: Topics, outbox: Outbox) -> None:
        self._topics = topics
        self._outbox = outbox

    def event(self, now: Now, drone: str, subject: str, told: dict[str, Any], settles: tuple[str, int, int]) -> None:
        self._outbox.put(Message(self._topics.event(drone, subject), _encode(told), settles=settles))

    def senses(self, now: Now, drone: str, document: dict[str, Any]) -> None:
        pass

    def online(self, now: Now, drone: str, boot: int) -> None:
        pass

    def offline(self, now: Now, drone: str) -> None:
        pass
