"""What a link hears from its drone, as values; and the link's figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True)
class Online:
    """A session is open. `resumed` says that it goes on where it was: nothing was forgotten on either side."""

    welcome: Any
    resumed: bool
    received_s: float

    @property
    def started(self) -> tuple[int, int]:
        """Which start of the board this is."""
        return self.welcome.boot, self.welcome.start


@dataclass(frozen=True, slots=True)
class Offline:
    """The drone no longer answers, or its port is gone."""


@dataclass(frozen=True, slots=True)
class Incompatible:
    """The drone speaks Kelex's protocol with another schema."""

    identity: str


class Telemetry(msgspec.Struct, frozen=True):
    """The latest of its kind. (Each frame makes one: a Struct costs a fifth of a frozen dataclass.)"""

    number: int
    record: Any


@dataclass(frozen=True, slots=True)
class DroneEvent:
    """A numbered event, seen for the first time on this link. Say `settled` once it is in safe hands.

    `message` is the message's number in the schema; the event's own is `record.number`, counted from 1 in each boot.
    """

    boot: int
    message: int
    record: Any


@dataclass(frozen=True, slots=True)
class Verdict:
    """The drone's one answer to the order `order`."""

    order: int
    number: int
    record: Any


@dataclass(frozen=True, slots=True)
class OrderLost:
    """No verdict came: the session ended or time ran out. If it was `tried`, the drone may have obeyed it."""

    order: int
    tried: bool
    forbidden: bool = False  # it was refused for want of the right tag; see HostLink._take_verdict


@dataclass(frozen=True, slots=True)
class Pong:
    """One measurement of the drone's clock: its milliseconds, between two moments of ours."""

    sent_s: float
    received_s: float
    time_ms: int


Heard = Online | Offline | Incompatible | Telemetry | DroneEvent | Verdict | OrderLost | Pong


@dataclass(slots=True)
class Counters:
    """Figures of one link since the bridge started."""

    frames: int = 0
    frames_refused: int = 0
    sessions: int = 0
    bytes_received: int = 0
