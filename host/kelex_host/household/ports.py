"""What the household needs of others, who need not know it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from kelex_host.bridge.now import Now
from kelex_host.bridge.reply import Reply


class Drone(Protocol):
    """What the household needs of a drone's gateway. `is_disk_held`: somebody else switched its holo-disk on."""

    is_disk_held: bool

    def request(self, now: Now, verb: str, fields: dict[str, Any], reply: Reply) -> None:
        """Order it something. Raises RequestError."""

    def settle(self, boot: int, number: int) -> None:
        """It may forget this event."""


Came = TypeVar("Came")


class Writer(Protocol):
    """Carries out what takes its time with the disk, one at a time."""

    def begin(self, work: Callable[[], Came], done: Callable[[Came], None]) -> None:
        """Have it done; `done` hears what came of it, on the house's own loop."""

    def close(self) -> None:
        """Wait for what is under way, and tell; from then on `begin` does it at once."""


class InlineWriter:
    """Does it at once."""

    def begin(self, work: Callable[[], Came], done: Callable[[Came], None]) -> None:
        """Do it."""
        done(work())

    def close(self) -> None:
        """There is nothing to wait for."""
