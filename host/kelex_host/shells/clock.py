"""The clock that a running house goes by."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic, time
from typing import Protocol

from kelex_host.bridge.now import Now


class Timer(Protocol):
    """Something that is to happen."""

    def cancel(self) -> None:
        """It is not to happen any more."""


class Clock(Protocol):
    """Time, and being woken at one."""

    def now(self) -> Now:
        """This moment."""

    def call_at(self, mono_s: float, callback: Callable[[], None]) -> Timer:
        """Call that at a moment of this clock."""


class RealClock:
    """The computer's own."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()

    def now(self) -> Now:
        """This moment."""
        return real_now()

    def call_at(self, mono_s: float, callback: Callable[[], None]) -> Timer:
        """Call that at a moment of the event loop, whose clock is the monotonic one."""
        return self._loop.call_at(mono_s, callback)


def real_now() -> Now:
    """This moment, whatever clock a house goes by."""
    return Now(monotonic(), time())
