"""An emulated board in a thread, in real time, at a TCP port: for programs that know nothing of it but the port."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

from kelex_sim.emulated.emulated_pico import EmulatedPico
from kelex_sim.emulated.live_board import LiveBoard
from kelex_sim.house import example_house

DRONE, ROOM = "kelex", "nursery"
START_S = 60.0


class LiveThread:
    """What `kelex sim --emulated` runs, as a context manager; `port` is what to give to `--port`."""

    def __init__(self, pico: EmulatedPico) -> None:
        self.pico = pico
        self.port = ""
        self.reset_s: list[float] = []  # when the board started again, by its own clock
        self._is_up = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        reset = pico.mcu.watchdog.on_watchdog_trigger

        def note_reset() -> None:
            self.reset_s.append(pico.seconds)
            reset()

        pico.mcu.watchdog.on_watchdog_trigger = note_reset

    def __enter__(self) -> LiveThread:
        self._thread.start()
        assert self._is_up.wait(START_S), "the board's port is not there"
        return self

    def __exit__(self, *failure: object) -> None:
        self._loop.call_soon_threadsafe(self._life.cancel)
        self._thread.join()

    def now(self, do: Callable[[LiveBoard], None]) -> None:
        """Have something done to the board in its own thread, such as pulling its cable."""
        self._loop.call_soon_threadsafe(do, self._board)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._life = self._loop.create_task(self._live())
        self._loop.run_until_complete(asyncio.gather(self._life, return_exceptions=True))
        self._loop.close()

    async def _live(self) -> None:
        self._board = LiveBoard(self.pico, example_house(), DRONE, ROOM, 0)
        try:
            await self._board.start()
            self.port = self._board.port.name
            self._is_up.set()
            await self._board.run()
        finally:
            self._board.stop()
