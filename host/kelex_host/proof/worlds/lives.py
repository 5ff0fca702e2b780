"""A story, lived in one world: the firmware on its board, the parts around it, the real host's link at the cable."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, Protocol

from kelex_sim.body import Body
from kelex_sim.emulated.body import EmulatedBody
from kelex_sim.emulated.emulated_pico import EmulatedPico
from kelex_sim.emulated.flash_image import flash_with
from kelex_sim.house import example_house
from kelex_sim.kernel import Kernel
from kelex_sim.world import Body as WorldsBody
from kelex_sim.world import World
from kelex_wire import schema

from kelex_host.bridge import verbs
from kelex_host.bridge.heard import DroneEvent
from kelex_host.bridge.host_link import HostLink
from kelex_host.bridge.requests import check_fields
from kelex_host.proof.worlds.inputs import ROOM, Input
from kelex_host.proof.worlds.trace import Trace

DRONE = "kelex"
LOOK_S = 0.001  # how often the host looks at its port, as USB does
START_MOST_S = 5.0
SETTLED_S = 2.5  # the parts have had their first readings, the servos have crept to their places
REST_S = 2.5  # what is lived after the last input
ORDER_WAIT_S = 2.0
NUMBERS = {message[1]: message[0] for message in schema.MESSAGES}


class Place(Protocol):
    """A world: a drone with the parts around it, and the host's end of its cable."""

    body: WorldsBody
    world: World

    @property
    def now_s(self) -> float: ...
    def run(self, seconds: float) -> None: ...
    def send(self, data: bytes) -> None: ...
    def take(self) -> bytes: ...
    def plug(self, is_in: bool) -> None: ...
    def read(self, reads: bool) -> None: ...
    @property
    def is_ready(self) -> bool: ...


class Simulated:
    """Virtual time: the firmware's files under CPython."""

    def __init__(self, seed: int = 1, changed: Callable[[Any], None] = lambda app: None) -> None:
        """`changed` is given the firmware's App, at each start, to break it."""
        self._kernel = Kernel()
        self._said = bytearray()
        self.is_ready = True
        house = example_house()
        self.body: WorldsBody
        self.body = body = Body(self._kernel, house, ROOM, random=Random(seed), output=self._hear)
        self.world = World(house, {DRONE: body}, lambda drone, seconds: None)
        body.pico.started = changed
        self._feed = body.pico.feed
        body.pico.power_on()

    @property
    def now_s(self) -> float:
        """Virtual time."""
        return self._kernel.now_us / 1e6

    def run(self, seconds: float) -> None:
        """Let time pass."""
        self._kernel.run_until(self._kernel.now_us + round(seconds * 1e6))

    def send(self, data: bytes) -> None:
        """Bytes to the drone."""
        self._feed(data)

    def take(self) -> bytes:
        """What it has said since."""
        said = bytes(self._said)
        self._said.clear()
        return said

    def plug(self, is_in: bool) -> None:
        """The cable is out, or in."""
        self.is_ready = is_in
        self._said.clear()

    def read(self, reads: bool) -> None:
        """Nobody reads for a while: the simulated port keeps it for them."""

    def _hear(self, data: bytes) -> None:
        if self.is_ready:
            self._said += data


class Emulated:
    """The emulated board under the real MicroPython, from the UF2 with Kelex inside."""

    def __init__(self, uf2: Path, seed: int = 1) -> None:
        house = example_house()
        self.pico = EmulatedPico(flash=flash_with(uf2), seed=seed)
        self.body: WorldsBody = EmulatedBody(self.pico, house, ROOM, Random(seed))
        self.world = World(house, {DRONE: self.body}, lambda drone, seconds: None)

    @property
    def now_s(self) -> float:
        """Emulated time."""
        return self.pico.seconds

    def run(self, seconds: float) -> None:
        """Let time pass."""
        self.pico.run(seconds)

    def send(self, data: bytes) -> None:
        """Bytes to the drone."""
        self.pico.send(data)

    def take(self) -> bytes:
        """What it has said since."""
        said = bytes(self.pico.received)
        self.pico.received.clear()
        return said

    def plug(self, is_in: bool) -> None:
        """The cable is out, or in."""
        if is_in:
            self.pico.host.plug()
        else:
            self.pico.host.unplug()
            self.pico.received.clear()

    def read(self, reads: bool) -> None:
        """The program on the host reads, or does not."""
        self.pico.host.read(reads)

    @property
    def is_ready(self) -> bool:
        """Whether the host has the board's port."""
        return self.pico.host.is_ready


def live(place: Place, story: Iterable[Input]) -> Trace:
    """Live a story; what the drone said."""
    return _Life(place).live(sorted(story, key=lambda one: one.at_s))


class _Life:
    def __init__(self, place: Place) -> None:
        self._place = place
        numbers = count(1_000_003, 7)
        self._link = HostLink(lambda: next(numbers))
        self._trace = Trace()
        self._is_open = False
        self._out_until_s = 0.0
        self._hangs_until_s = 0.0

    def live(self, story: list[Input]) -> Trace:
        place = self._place
        said = b""
        while not said:  # the host opens the port when the drone has first spoken: a start takes what it takes
            assert place.now_s < START_MOST_S, "the drone does not start"
            place.run(LOOK_S)
            said = place.take()
        self._turn_until(place.now_s + SETTLED_S)
        # From here both worlds are compared.
        begins_s = place.now_s
        self._trace.begin(begins_s)
        for one in story:
            self._turn_until(begins_s + one.at_s)
            self._happen(one)
        self._turn_until(place.now_s + REST_S + (story[-1].seconds if story else 0.0))
        return self._trace

    def _happen(self, one: Input) -> None:
        place = self._place
        match one.kind:
            case "order":
                self._link.order(place.now_s, NUMBERS[one.name], one.values, ORDER_WAIT_S)
            case "world":
                place.world.act(one.name, check_fields(verbs.BY_NAME["world", one.name], one.fields))
            case "unplug":
                self._out_until_s = place.now_s + one.seconds
                place.plug(False)
            case "hang":
                self._hangs_until_s = place.now_s + one.seconds
                place.read(False)

    def _turn_until(self, end_s: float) -> None:
        while self._place.now_s < end_s - LOOK_S / 2:
            self._place.run(LOOK_S)
            self._turn()

    def _turn(self) -> None:
        place, link = self._place, self._link
        now_s = place.now_s
        if self._out_until_s and now_s >= self._out_until_s:
            self._out_until_s = 0.0
            place.plug(True)
        if self._hangs_until_s:
            if now_s < self._hangs_until_s:
                return
            self._hangs_until_s = 0.0
            place.read(True)
        if place.is_ready != self._is_open:
            self._is_open = place.is_ready
            if self._is_open:
                link.opened(now_s)
            else:
                self._hear(now_s, link.closed(now_s))
        if self._is_open:
            self._hear(now_s, link.receive(now_s, place.take()))
        self._hear(now_s, link.step(now_s))
        if link.tx:
            place.send(bytes(link.tx))
            link.tx.clear()

    def _hear(self, now_s: float, heard: list[Any]) -> None:
        for one in heard:
            self._trace.hear(now_s, one)
            if isinstance(one, DroneEvent):
                self._link.settled(one.boot, one.record.number)
