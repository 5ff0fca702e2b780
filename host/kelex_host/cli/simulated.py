"""The simulated house of `kelex up`: its drones' rooms and cables, in our time or at a pace of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kelex_sim.ports import DirectPort, PtyPort
from kelex_sim.realtime import LiveHouse, LiveKernel, Port
from kelex_sim.realtime import MakePort as MakeSimulatedPort

from kelex_host.cli.fast_house import Cable, KernelClock
from kelex_host.cli.household import simulated_house
from kelex_host.cli.pace import Pace
from kelex_host.config import Settings
from kelex_host.shells.serial_port import DronePort, MakePort, PortEvents, SerialPort

UNPLUGGED = "Its simulated cable is out; it is put back after the seconds of `kelex world unplug`."


@dataclass(frozen=True, slots=True)
class Simulated:
    """A simulated house; `clock` is its own where its time has a pace of its own."""

    house: LiveHouse
    clock: KernelClock | None


def simulate(settings: Settings, terminals: Path, pace: Pace) -> tuple[Simulated | None, dict[str, str | MakePort]]:
    """A simulated house for the drones that have no port, None where every drone is real; and their cables' ends."""
    names = {drone.id: drone.room for drone in settings.drone if not drone.port}
    if not names:
        return None, {}
    kernel = LiveKernel(pace.speed)
    ends: dict[str, str | MakePort] = {}

    def make_port(drone: str) -> MakeSimulatedPort:
        def make(receive: Callable[[bytes], None]) -> Port:
            if pace.speed is None:
                ends[drone] = partial(_terminal, str(terminals / drone))
                return PtyPort(receive, terminals / drone)
            port = DirectPort(kernel, receive)
            ends[drone] = partial(Cable, port)
            return port

        return make

    drones = {drone: (room, make_port(drone)) for drone, room in names.items()}
    house = LiveHouse(simulated_house(settings), drones, boots_before=int(time.time()), kernel=kernel)
    house.start()
    clock = KernelClock(kernel, pace.begins_s or time.time()) if pace.speed is not None else None
    return Simulated(house, clock), ends


def _terminal(path: str, drone: str, events: PortEvents) -> DronePort:
    return SerialPort(drone, path, events, absent=UNPLUGGED)
