"""Gear 2: the same simulated house in real time, each drone behind a pseudo-terminal or a TCP port.

The kernel's clock follows the event loop's, or runs so many times as fast. Everything that comes from outside first
brings the kernel up to the present, so the firmware sees bytes at the moment at which they came. At a pace of its own,
the drones' cables have to be inside (DirectPort in ports.py): real ones would seem so many times as slow. Where the
computer does not keep up, time goes slower, and nothing else suffers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import Random
from typing import Protocol

from kelex_sim.body import Body
from kelex_sim.disk import Disk
from kelex_sim.errors import WorldError
from kelex_sim.house import House
from kelex_sim.kernel import Kernel
from kelex_sim.pico import WAKE_US
from kelex_sim.world import World

RETRY_S = 0.5
# At a pace of its own, the kernel works in slices, with room for others in between: at most so long, and so often.
_SLICE_S = 0.02
_PAUSE_S = 0.004
_STEP_US = 50_000


class Port(Protocol):
    """Where a drone's cable ends. What arrives there goes to the `receive` that the port was made with."""

    @property
    def name(self) -> str:
        """What to give to `kelex up --port`."""

    def open(self) -> None:
        """Plug it in. Raises OSError."""

    def close(self) -> None:
        """Pull it out: the host sees its end vanish."""

    def write(self, data: bytes) -> None:
        """Bytes for the host; lost where nobody takes them, as on USB."""


MakePort = Callable[[Callable[[bytes], None]], Port]


class LiveKernel(Kernel):
    """Virtual time that keeps up with the event loop's clock; with a `speed`, at a pace of its own, in slices."""

    def __init__(self, speed: float | None = None) -> None:
        super().__init__()
        self._loop = asyncio.get_running_loop()
        self._in_slices = speed is not None
        self._speed = speed or 1.0
        self._origin_s = self._loop.time()  # at which `_origin_us` was the present
        self._origin_us = 0
        self._timer: asyncio.TimerHandle | None = None
        self._is_running = False

    @property
    def speed(self) -> float:
        """How many times as fast as the event loop's clock. It can be changed where the kernel was given one."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        assert self._in_slices, "only a pace of its own can be changed"
        self.catch_up()
        # From this moment on: what has passed did so at the old pace, and no time is skipped.
        self._origin_s, self._origin_us, self._speed = self._loop.time(), self.now_us, speed
        self.catch_up()

    def catch_up(self, ahead_us: int = 0) -> None:
        """Run all that is due by now (and a little ahead), and wake up for what comes next."""
        if self._is_running:  # what runs now has brought something about; it is at the present already
            return
        self._is_running = True
        try:
            if self._in_slices:
                self._run_a_slice()
            else:
                self.run_until(self._present_us() + ahead_us)
        finally:
            self._is_running = False
        if self._timer:
            self._timer.cancel()
            self._timer = None
        next_us = self.next_us()
        if next_us is not None:
            due_s = self._origin_s + (next_us - self._origin_us) / 1e6 / self._speed
            if self._in_slices:
                due_s = max(due_s, self._loop.time() + _PAUSE_S)
            self._timer = self._loop.call_at(due_s, self.catch_up)

    def stop(self) -> None:
        """Let time stand still."""
        if self._timer:
            self._timer.cancel()

    def _present_us(self) -> int:
        return self._origin_us + round((self._loop.time() - self._origin_s) * self._speed * 1e6)

    def _run_a_slice(self) -> None:
        """Towards the present, as far as the slice allows; what is missing then is left out of the count."""
        end_s, present_us = self._loop.time() + _SLICE_S, self._present_us()
        while self.now_us < present_us:
            self.run_until(min(present_us, self.now_us + _STEP_US))
            if self._loop.time() >= end_s:
                self._origin_s, self._origin_us = self._loop.time(), self.now_us
                return


class LiveDrone:
    """A simulated drone at the end of a real port."""

    def __init__(self, kernel: LiveKernel, house: House, room: str, make_port: MakePort, disk: Disk) -> None:
        self._kernel = kernel
        self._loop = asyncio.get_running_loop()
        self.port = make_port(self._from_host)
        self._plugged = False
        self.body = Body(kernel, house, room, random=Random(), output=self._to_host, disk=disk)

    def start(self) -> None:
        """Plug it in and give it power."""
        self.plug()
        self.body.pico.power_on()
        self._kernel.catch_up()

    def stop(self) -> None:
        """Pull the plug for good."""
        self._plugged = False
        self.port.close()

    def unplug(self, seconds: float) -> None:
        """Pull the cable, and put it back later. The board keeps its power, as one with a battery does.

        Raises WorldError while it is out already.
        """
        if not self._plugged:
            raise WorldError("busy", "The cable is out already; wait until it is back.")
        self.stop()
        self._kernel.after(round(seconds * 1e6), self._plug_again)

    def plug(self) -> None:
        """Put the cable in. Raises OSError."""
        self.port.open()
        self._plugged = True

    def _plug_again(self) -> None:
        try:
            self.plug()
        except OSError:  # somebody took the port meanwhile
            self._loop.call_later(RETRY_S, self._plug_again)

    def _to_host(self, data: bytes) -> None:
        if self._plugged:
            self.port.write(data)

    def _from_host(self, data: bytes) -> None:
        self._kernel.catch_up()
        self.body.pico.feed(data)
        # Too short a wait for the loop, which rounds it up to a whole millisecond.
        self._kernel.catch_up(WAKE_US)


class LiveHouse:
    """A house with its drones: a room and a port for each."""

    def __init__(
        self,
        house: House,
        drones: dict[str, tuple[str, MakePort]],
        boots_before: int,
        kernel: LiveKernel | None = None,
    ) -> None:
        """`boots_before`: how often the boards are to have started already.

        A simulated board has a new flash in each run; without it, its events would carry ids of the run before.
        """
        self._kernel = kernel or LiveKernel()
        self._house = house
        self.drones = {
            name: LiveDrone(self._kernel, house, room, make_port, Disk.with_boots(boots_before))
            for name, (room, make_port) in drones.items()
        }
        self._world = World(house, {name: drone.body for name, drone in self.drones.items()}, self._unplug)

    def start(self) -> None:
        """Power up every drone. Raises OSError where a port cannot be made."""
        for drone in self.drones.values():
            drone.start()

    def stop(self) -> None:
        """Pull every plug."""
        self._kernel.stop()
        for drone in self.drones.values():
            drone.stop()

    @property
    def world(self) -> World:
        """The world's verbs, on this house as it is now."""
        self._kernel.catch_up()
        return self._world

    def _unplug(self, drone: str, seconds: float) -> None:
        self.drones[drone].unplug(seconds)
