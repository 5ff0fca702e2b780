"""What the household needs of others, who need not know it."""

from __future__ import annotations

from typing import Any, Protocol

from kelex_host.bridge.now import Now
from kelex_host.bridge.reply import Reply


class Drone(Protocol):
    """What the household needs of a drone's gateway."""

    def request(self, now: Now, verb: str, fields: dict[str, Any], reply: Reply) -> None:
        """Order it something. Raises RequestError."""

    def settle(self, boot: int, number: int) -> None:
        """It may forget this event."""
