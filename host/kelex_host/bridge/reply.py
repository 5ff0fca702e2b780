"""Where the one answer to a request goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kelex_host.bridge.now import Now
from kelex_host.bridge.requests import RequestError


@dataclass(frozen=True, slots=True)
class Reply:
    """`transaction` is the request's; `ok` or `error` is called once."""

    transaction: str | None
    ok: Callable[[Now, dict[str, Any]], None]
    error: Callable[[Now, RequestError], None]
