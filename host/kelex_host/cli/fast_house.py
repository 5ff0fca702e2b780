"""What a house needs whose time has a pace of its own: a clock in the simulation's time, its speed, cables within."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from kelex_sim.ports import DirectPort
from kelex_sim.realtime import LiveKernel

from kelex_host.bridge.now import Now
from kelex_host.bridge.request_desk import World
from kelex_host.bridge.requests import RequestError
from kelex_host.shells.serial_port import PortEvents

REAL_TIME = (
    "Time runs as fast as ours here; in a house begun with `kelex up --speed` or `--scenario` it can be changed."
)


class KernelClock:
    """The simulation's time as the house's clock, from `wall_s` (Unix time) on."""

    def __init__(self, kernel: LiveKernel, wall_s: float) -> None:
        self._kernel = kernel
        self._wall_s = wall_s

    def now(self) -> Now:
        """This moment of the simulation."""
        mono_s = self._kernel.now_us / 1e6
        return Now(mono_s, self._wall_s + mono_s)

    def call_at(self, mono_s: float, callback: Callable[[], None]) -> KernelTimer:
        """Call that when the simulation is there."""
        timer = KernelTimer(callback)
        if mono_s < float("inf"):
            self._kernel.at(round(mono_s * 1e6) + 1, timer.ring)
        return timer

    def run_at(self, speed: float) -> None:
        """From now on it runs so many times as fast as ours."""
        self._kernel.speed = speed

    def pass_hours(self, seconds: float) -> None:
        """From now on the wall's clock shows so much more; the time that intervals are measured by stays."""
        self._wall_s += seconds


def with_speed(world: World, clock: KernelClock | None, paced: Callable[[Now, float], None]) -> World:
    """The world's verbs, and `speed`, of which `paced` is told. Without a clock of the house's own it is refused."""

    def act(now: Now, verb: str, fields: dict[str, Any]) -> dict[str, Any]:
        if verb != "speed":
            return world(now, verb, fields)
        if clock is None:
            raise RequestError("not_allowed", REAL_TIME)
        clock.run_at(fields["times"])
        paced(now, fields["times"])
        return {"time": now.stamp(), "times": fields["times"]}

    return act


class KernelTimer:
    """Something that is to happen in the simulation's time."""

    def __init__(self, callback: Callable[[], None]) -> None:
        self._callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        """It is not to happen any more."""
        self._callback = None

    def ring(self) -> None:
        """Its time has come."""
        if self._callback:
            self._callback()


class Cable:
    """The host's end of a cable within this process (see DronePort)."""

    def __init__(self, port: DirectPort, drone: str, events: PortEvents) -> None:
        self._port = port
        self._drone = drone
        self._events = events

    async def run(self) -> None:
        """Tell what comes through it; until cancelled."""
        port, drone, events = self._port, self._drone, self._events
        port.received = lambda data: events.port_received(drone, data)
        port.opened = lambda: events.port_opened(drone)
        port.closed = lambda: events.port_closed(drone, "")
        if port.is_open:
            port.opened()
        try:
            await asyncio.Event().wait()
        finally:
            port.received, port.opened, port.closed = lambda data: None, lambda: None, lambda: None

    def write(self, data: bytes) -> None:
        """Bytes for the drone; lost while it is not plugged in."""
        self._port.send(data)

    def lend(self, seconds: int) -> None:
        """Nobody outside of this process could have it: it stays as it is."""
