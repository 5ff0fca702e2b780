"""The whole drone on an emulated Pico, its parts soldered on, and the real bridge at the end of its cable.

Firmware, bridge and chip models are the ones that people run. The broker alone is a stand-in: it takes every
message and acknowledges it at once. All times are seconds of the emulated clock.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import msgspec
from kelex_host.bridge.bridge import Bridge
from kelex_host.bridge.effects import Notice, Write
from kelex_host.bridge.now import Now
from kelex_host.bridge.outbox import Publish
from kelex_host.bridge.reply import Reply
from kelex_host.proof.life import MemoryPairings
from kelex_sim.body import Parts
from kelex_sim.emulated.emulated_pico import EmulatedPico
from kelex_sim.emulated.mpy import compiled
from kelex_sim.emulated.soldered import Soldered
from kelex_sim.house import example_house
from kelex_sim.limits import SERVOS
from kelex_sim.surroundings import Surroundings

DRONE = "kelex"
ROOM = "hall"  # where nobody is
WALL_START_S = 1_790_000_000.0
FIRMWARE = Path(__file__).parents[2] / "firmware"
LOOK_EVERY_S = 0.001  # how often the host looks at its port, as USB does


def firmware_files() -> dict[str, bytes]:
    """`main.py` and all of `lib/`, by path on the board."""
    paths = [FIRMWARE / "main.py", *(FIRMWARE / "lib").rglob("*.py")]
    return {path.relative_to(FIRMWARE).as_posix(): path.read_bytes() for path in paths}


class EmulatedDrone:
    """One board with its parts and its bridge; time passes in `run` only.

    The host opens the port when the drone has first spoken. While `host_silent` it hangs: it neither reads nor
    writes, and the cable stays where it is. Its flash holds a stock MicroPython with the firmware's files beside it, or
    `flash`.
    """

    def __init__(self, micropython: Path, flash: bytes | bytearray | None = None) -> None:
        files = {} if flash else compiled(micropython, firmware_files())
        self.pico = EmulatedPico(micropython, files, flash=flash)
        self.house = example_house()
        self.around = Surroundings(self.now_us, Random(2), self.house, ROOM)
        self.parts = Parts(self.now_us, Random(3), self.around)
        self.soldered = Soldered(self.pico, self.parts)
        self.host_silent = False
        self.published: list[tuple[float, str, bytes]] = []  # when, topic, payload
        self.retained: dict[str, bytes] = {}
        self.notices: list[str] = []
        self.pulses: list[tuple[float | None, ...]] = []  # when, and each joint's pulse (us); at each change
        self._read_up_to = 0
        self._resets = 0
        self._is_open = False
        nonces = Random(1)
        self.bridge = Bridge(
            base="kelex",
            version="emulated",
            drones=[DRONE],
            nonce=lambda: nonces.getrandbits(32),
            pairings=MemoryPairings(nonces),
        )
        self.bridge.start(self.now())
        self.bridge.broker_connected(self.now())
        self._carry_out()

    def now_us(self) -> int:
        """This moment, as the parts are told it."""
        return int(self.pico.clock.nanos / 1000)

    def now(self) -> Now:
        """This moment, as the bridge is told it."""
        return Now(self.pico.seconds, WALL_START_S + self.pico.seconds)

    def run(self, seconds: float, until: Callable[[], bool] = lambda: False) -> bool:
        """Let the whole system live for `seconds`, or until `until()` holds; says whether it did."""
        end_s = self.pico.seconds + seconds
        while self.pico.seconds < end_s:
            self.pico.run(min(LOOK_EVERY_S, end_s - self.pico.seconds))
            self._watch_servos()
            if not self.host_silent:
                self._live_as_host()
            if until():
                return True
        return False

    def run_board_alone(self, seconds: float) -> None:
        """Let the board live while its port is closed."""
        self.pico.run(seconds)
        self._read_up_to = len(self.pico.received)

    def all_pulses_us(self) -> dict[str, float | None]:
        """Each joint's pulse now, None for none."""
        return {servo.joint: self.pico.pwm_pulse_us(servo.pin) for servo in SERVOS}

    def ask(self, verb: str, payload: dict[str, Any]) -> None:
        """A request to the drone comes from the broker."""
        topic = f"kelex/drone/{DRONE}/request/{verb}"
        self.bridge.message(self.now(), topic, msgspec.json.encode(payload), False)
        self._carry_out()

    def order(self, verb: str) -> None:
        """A request without fields that needs no answer, past the broker and its signatures."""
        reply = Reply(None, lambda _now, _data: None, lambda _now, _error: None)
        self.bridge.drones[DRONE].request(self.now(), verb, {}, reply)
        self._carry_out()

    @property
    def online(self) -> bool:
        """Whether the retained availability says so."""
        return self.retained.get(f"kelex/drone/{DRONE}/availability") == b"online"

    @property
    def boot(self) -> int:
        """The boot number that the host knows."""
        return self.bridge.drones[DRONE].link.boot

    @property
    def stats(self) -> dict[str, Any]:
        """The latest stats record."""
        return self.bridge.drones[DRONE].stats

    def document(self, leaf: str) -> dict[str, Any]:
        """One of the drone's retained documents; empty before the first."""
        return msgspec.json.decode(self.retained.get(f"kelex/drone/{DRONE}/{leaf}", b"{}"))

    def messages(self, leaf: str) -> list[dict[str, Any]]:
        """All that was published under one of the drone's topics, oldest first."""
        topic = f"kelex/drone/{DRONE}/{leaf}"
        return [msgspec.json.decode(payload) for _, name, payload in self.published if name == topic]

    # The seams

    def _live_as_host(self) -> None:
        drone = self.bridge.drones[DRONE]
        if self._resets != self.pico.resets:  # the device went off the bus, and its bytes with it
            self._resets = self.pico.resets
            self._read_up_to = len(self.pico.received)
            self._is_open = False
            drone.closed(self.now())
        data = bytes(self.pico.received[self._read_up_to :])
        if data and not self._is_open:
            self._is_open = True
            drone.opened(self.now())
        if data:
            self._read_up_to += len(data)
            drone.receive(self.now(), data)
        if self.bridge.due_s() <= self.pico.seconds:
            self.bridge.step(self.now())
        self._carry_out()

    def _carry_out(self) -> None:
        while effects := self.bridge.take():
            for effect in effects:
                match effect:
                    case Publish(handle, message):
                        self.published.append((self.pico.seconds, message.topic, message.payload))
                        if message.retain:
                            self.retained[message.topic] = message.payload
                        if message.qos:
                            self.bridge.acknowledged(self.now(), handle)
                    case Write(_, data):
                        self.pico.send(data)
                    case Notice(text):
                        self.notices.append(text)

    def _watch_servos(self) -> None:
        pulses = tuple(self.all_pulses_us().values())
        if not self.pulses or pulses != self.pulses[-1][1:]:
            self.pulses.append((self.pico.seconds, *pulses))
