"""An emulated Pico in real time, its serial port at a TCP port: what `kelex sim --emulated` runs.

While the board rests, its time passes as ours does; while it works, as fast as it can be emulated. What it has lost
then it does not catch up: it would find its host slow. Nobody at the TCP port is a port that no program has open; a
board that starts again leaves the bus, so its host is hung up on and finds nothing until the board is back.
"""

from __future__ import annotations

import asyncio
from random import Random

from kelex_sim.emulated.body import EmulatedBody
from kelex_sim.emulated.emulated_pico import EmulatedPico
from kelex_sim.errors import WorldError
from kelex_sim.house import House
from kelex_sim.ports import TcpPort
from kelex_sim.realtime import RETRY_S
from kelex_sim.world import World

SLICE_S = 0.002


class LiveBoard:
    """One board with its parts in a room of a house. `run` lets it live."""

    def __init__(self, pico: EmulatedPico, house: House, drone: str, room: str, tcp: int) -> None:
        self.port = TcpPort(self._from_host, tcp, pico.host.open)
        self.world = World(house, {drone: EmulatedBody(pico, house, room, Random())}, self._unplug)
        self._pico = pico
        self._plugged = True
        self._is_listening = False
        self._listen_from_s = 0.0
        self._unsent = b""
        pico.host.open(False)

    async def start(self) -> None:
        """Give it power, and listen once its port is there. Raises OSError where the TCP port is taken."""
        while not self._pico.host.is_ready:
            await self._slice()
        self._listen()

    async def run(self) -> None:
        """Live until cancelled."""
        while True:
            await self._slice()
            self._carry()
            self._follow()

    def stop(self) -> None:
        """Hang up."""
        self.port.close()

    async def _slice(self) -> None:
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        self._pico.run(SLICE_S)
        await asyncio.sleep(max(began_s + SLICE_S - loop.time(), 0))

    def _carry(self) -> None:
        """Give the host what the board has sent. What it does not take waits, and the board with it."""
        received = self._pico.received
        if received or self._unsent:
            data = self._unsent + bytes(received)
            received.clear()
            self._unsent = data[self.port.offer(data) :]
            self._pico.host.read(not self._unsent)

    def _follow(self) -> None:
        """The TCP port is there as long as the board's port is."""
        is_there = self._plugged and self._pico.host.is_ready
        if self._is_listening and not is_there:
            self._is_listening = False
            self._unsent = b""
            self.port.close()
        elif is_there and not self._is_listening and asyncio.get_running_loop().time() >= self._listen_from_s:
            try:
                self._listen()
            except OSError:  # somebody took the TCP port meanwhile
                self._listen_from_s = asyncio.get_running_loop().time() + RETRY_S

    def _listen(self) -> None:
        self.port.open()
        self._is_listening = True

    def _from_host(self, data: bytes) -> None:
        self._pico.send(data)

    def _unplug(self, _drone: str, seconds: float) -> None:
        if not self._plugged:
            raise WorldError("busy", "The cable is out already; wait until it is back.")
        self._plugged = False
        self._pico.host.unplug()
        asyncio.get_running_loop().call_later(seconds, self._plug_again)

    def _plug_again(self) -> None:
        self._plugged = True
        self._pico.host.plug()
