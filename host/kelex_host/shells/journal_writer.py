"""A thread for the journal: its commits take milliseconds, and the house has orders to pass on meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

Came = TypeVar("Came")


class JournalWriter:
    """See household.ports.Writer. `wake(work)` has a function called on the loop, and what comes of that carried out.

    It is set before anything is written; until then, and after `close`, all is done at once.
    """

    wake: Callable[[Callable[[], None]], None] | None = None

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread = ThreadPoolExecutor(1, "the journal")
        self._under_way: tuple[Future[Any], Callable[[Any], None]] | None = None

    def begin(self, work: Callable[[], Came], done: Callable[[Came], None]) -> None:
        """Have it done in the thread."""
        if self.wake is None:
            done(work())
            return
        assert self._under_way is None, "one at a time"
        future = self._thread.submit(work)
        self._under_way = future, done
        future.add_done_callback(lambda future: self._loop.call_soon_threadsafe(self._tell, future))

    def close(self) -> None:
        """Wait for what is under way, and tell."""
        self.wake = None
        self._thread.shutdown(wait=True)
        if self._under_way:
            future, done = self._under_way
            self._under_way = None
            done(future.result())

    def _tell(self, future: Future[Any]) -> None:
        if self._under_way is None or self._under_way[0] is not future or self.wake is None:
            return  # `close` has told it
        _, done = self._under_way
        self._under_way = None
        self.wake(lambda: done(future.result()))
