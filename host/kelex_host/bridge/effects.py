"""What the bridge asks of its shells, as data; see Bridge.take."""

from __future__ import annotations

from dataclasses import dataclass

from kelex_host.bridge.outbox import Publish


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Subscribe to these filters (with QoS), once a session; `as_published`: showing who sent a retained message."""

    filters: list[tuple[str, int]]
    as_published: bool = False


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes for a drone's port."""

    drone: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Lend:
    """Let go of a drone's port for so long, for another program; 0: take it back."""

    drone: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence for the person at the terminal."""

    text: str


Effect = Publish | Subscribe | Write | Lend | Notice
