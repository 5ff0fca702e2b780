"""What a browser wishes becomes a request of the house, or a sentence that says why not.

The page orders as every other client does: what is wrong in a wish is for the house to say, in its own words. Here is
only looked at what could hurt the console itself: shape, size, how often.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec

from kelex_host.bridge.topics import RequestTopic
from kelex_host.bridge.verbs import BY_NAME
from kelex_host.console import text
from kelex_host.errors import KelexError

SCOPES = ("drone", "house", "world")
WISH_BYTES_MOST = 8192
ORDERS_MOST = 30
ORDERS_EACH_S = 15.0


class WishError(KelexError):
    """A wish that goes nowhere; `str` is what its browser is told."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A request to be: `drag` while a slider is being drawn, when only what went wrong is told."""

    topic: RequestTopic
    fields: dict[str, Any]
    drag: bool = False


def read_wish(wish: Any, drone: str, member: str) -> Wish:
    """A wish as a browser sends it: `scope`, `verb`, `fields`. Raises WishError.

    Where a verb asks who does it, and the page does not say, it is `member`; the drone is the one that it shows.
    """
    if not isinstance(wish, dict):
        raise WishError(text.NOT_AN_ORDER)
    scope, verb, fields = wish.get("scope"), wish.get("verb"), wish.get("fields", {})
    if scope not in SCOPES or not isinstance(verb, str) or (scope, verb) not in BY_NAME or not isinstance(fields, dict):
        raise WishError(text.NOT_AN_ORDER)
    fields = {str(name): value for name, value in fields.items() if name != "transaction"}
    for declared in BY_NAME[scope, verb].fields:
        if declared.typed == "member" and declared.name not in fields and member:
            fields[declared.name] = member
    try:
        size = len(msgspec.json.encode(fields))
    except (TypeError, ValueError, RecursionError):
        raise WishError(text.NOT_AN_ORDER) from None
    if size > WISH_BYTES_MOST:
        raise WishError(text.NOT_AN_ORDER)
    return Wish(RequestTopic(scope, drone if scope == "drone" else "", verb), fields, wish.get("drag") is True)


@dataclass(slots=True)
class Bucket:
    """A limit on how often: `most` at once, then `each_s` a second. A stop always passes: the caller does not ask."""

    most: float = ORDERS_MOST
    each_s: float = ORDERS_EACH_S
    left: float = field(default=-1.0)
    at_s: float = 0.0

    def take(self, mono_s: float) -> bool:
        """Whether one more may pass now."""
        if self.left < 0:
            self.left, self.at_s = self.most, mono_s
        self.left = min(self.most, self.left + (mono_s - self.at_s) * self.each_s)
        self.at_s = mono_s
        if self.left < 1:
            return False
        self.left -= 1
        return True
