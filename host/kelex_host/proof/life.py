"""The whole system under one virtual clock: house, drone, cable, bridge, broker. Nothing of it is a stand-in but the
world outside: the firmware and the bridge are the ones that people run.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from random import Random
from typing import Any

from kelex_sim.body import Body
from kelex_sim.broker import FakeBroker
from kelex_sim.cable import Cable
from kelex_sim.house import example_house
from kelex_sim.kernel import Kernel
from kelex_sim.world import World
from kelex_wire import schema

from kelex_host.bridge.bridge import Bridge
from kelex_host.bridge.effects import Notice, Subscribe, Write
from kelex_host.bridge.now import Now
from kelex_host.bridge.outbox import Publish
from kelex_host.proof.world_port import world_port

DRONE = "kelex"
# What an order asks for: its message's name, and its values after session and number (angles in cdeg, times in ms).
Deed = tuple[str | int | None, ...]
_NAMES = {number: name for number, name, _ in schema.MESSAGES}
# A Sunday morning; any moment will do, as long as it is the same each time.
WALL_START_S = 1_790_000_000.0


class MemoryPairings:
    """A house's pairing keys (see Pairings in bridge/pairing.py); they outlive its bridge."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.kept: dict[str, tuple[bytes, ...]] = {}

    def keys(self, drone: str) -> tuple[bytes, ...]:
        return self.kept.get(drone, ())

    def keep(self, drone: str, keys: tuple[bytes, ...]) -> None:
        self.kept[drone] = keys

    def draw(self) -> bytes:
        return self._random.randbytes(32)


class Life:
    """One drone in one house, with one bridge. `seed` decides every accident in it."""

    def __init__(self, seed: int) -> None:
        self.kernel = Kernel()
        self.random = Random(seed)
        self.house = example_house()
        self.notices: list[str] = []
        self.deeds: list[Deed] = []  # what the drone really obeyed, in its order
        self.quiet = False  # whether the order that it last obeyed says so
        self.stirred: list[str] = []  # joints that did not stay where a stop had left them
        self._stopped: dict[str, float] | None = None  # the pulses at the last stop, while nothing was begun since
        self.restarts = 0
        self.body = Body(
            self.kernel, self.house, "nursery", random=Random(seed + 1), output=lambda data: self.cable.up.send(data)
        )
        self.body.pico.started = self._watch_orders
        self.cable = Cable(
            self.kernel, Random(seed + 2), to_board=self.body.pico.feed, to_host=self._from_drone, plugged=self._plugged
        )
        self.pairings = MemoryPairings(self.random)
        self.bridge = self._new_bridge()
        self.broker = FakeBroker(self.kernel, Random(seed + 3), self, self.bridge.will)
        self._handles: dict[int, int] = {}
        self._timer_us = -1
        self._pumping = False

    def start(self) -> None:
        """Power up everything."""
        self.body.pico.power_on()
        self.bridge.start(self.now())
        self.broker.connect()
        self._plugged(True)

    def run(self, seconds: float) -> None:
        """Let virtual time pass."""
        self.kernel.run_until(self.kernel.now_us + round(seconds * 1e6))

    def kill_bridge(self) -> None:
        """kill -9, and a new process at once: all that the bridge remembered is gone."""
        self.restarts += 1
        self.bridge = self._new_bridge()
        self._handles.clear()
        self.bridge.start(self.now())
        if self.broker.is_up:
            self.broker.cut(50_000)
        if self.cable.up.plugged:
            self._plugged(True)
        self.pump()

    def power_cycle(self) -> None:
        """The board loses its power and gets it back."""
        self.cable.unplug(800_000)
        self.body.pico.power_off()
        self.kernel.after(200_000, self.body.pico.power_on)

    def now(self) -> Now:
        """This moment, as the bridge is told it."""
        seconds = self.kernel.now_us / 1e6
        return Now(seconds, WALL_START_S + seconds)

    def trace(self) -> str:
        """A digest of everything that anybody outside could see."""
        seen = [(m.time_us, m.topic, m.payload, m.retain) for m in self.broker.log]
        return sha256(repr((seen, self.body.truth(), self.notices, self.deeds)).encode()).hexdigest()

    def look_at_stopped(self) -> None:
        """Note every joint that was stopped and whose pulse has changed since; one that was let go stays as well."""
        if self._stopped is not None and self.body.pico.running:
            for joint, pulse_us in self._pulses().items():
                if pulse_us not in (0, self._stopped[joint]):
                    self.stirred.append(f"{joint} was stopped at {self._stopped[joint]} us and is at {pulse_us} us")
        self._stopped = None

    # What the broker says (see kelex_sim.broker.Client)

    def connected(self) -> None:
        self.bridge.broker_connected(self.now())
        self.pump()

    def lost(self) -> None:
        self.bridge.broker_lost(self.now())
        self._handles.clear()
        self.pump()

    def message(self, topic: str, payload: bytes, retained: bool) -> None:
        self.bridge.message(self.now(), topic, payload, retained)
        self.pump()

    def published(self, token: int) -> None:
        handle = self._handles.pop(token, None)
        if handle is not None:
            self.bridge.acknowledged(self.now(), handle)
            self.pump()

    # The seams

    def _from_drone(self, data: bytes) -> None:
        self.bridge.drones[DRONE].receive(self.now(), data)
        self.pump()

    def _plugged(self, plugged: bool) -> None:
        drone = self.bridge.drones[DRONE]
        if plugged:
            drone.opened(self.now())
        else:
            drone.closed(self.now())
        self.pump()

    def pump(self) -> None:
        """Carry out what the bridge wants, until it wants nothing; then wake it when it is next due."""
        while effects := self.bridge.take():
            for effect in effects:
                match effect:
                    case Publish(handle, message):
                        token = self.broker.publish(message.topic, message.payload, message.qos, message.retain)
                        self._handles[token] = handle
                    case Write(_, data):
                        self.cable.down.send(data)
                    case Subscribe(filters):
                        self.broker.subscribe(filters)
                    case Notice(text):
                        self.notices.append(text)
        due_us = max(round(self.bridge.due_s() * 1e6) + 1, self.kernel.now_us)
        if self._timer_us <= self.kernel.now_us or due_us < self._timer_us:
            self._timer_us = due_us
            self.kernel.at(due_us, self._tick, due_us)

    def _tick(self, due_us: int) -> None:
        if due_us != self._timer_us:
            return
        self._timer_us = -1
        self.bridge.step(self.now())
        self.pump()

    def _new_bridge(self) -> Bridge:
        return Bridge(
            base="kelex",
            version="proof",
            drones=[DRONE],
            nonce=lambda: self.random.getrandbits(32),
            world=world_port(World(self.house, {DRONE: self.body}, self._unplug)),
            pairings=self.pairings,
        )

    def _unplug(self, drone: str, seconds: float) -> None:
        self.cable.unplug(round(seconds * 1e6))

    def _watch_orders(self, app: Any) -> None:
        """Note what each new firmware obeys. It starts loud."""
        drone = app.drone
        self._stopped = None
        self._hush(False)
        for number in list(drone._orders):
            drone._orders[number] = self._noted(number, drone._orders[number])
        begin: Callable[..., Any] = drone.motion.begin
        wake: Callable[[int], None] = drone.limbs.wake
        stop: Callable[[int, Any], None] = drone.limbs.order_stop

        def watched_begin(*of_a_motion: Any) -> Any:
            self.look_at_stopped()
            return begin(*of_a_motion)

        def watched_wake(now_ms: int) -> None:
            self.look_at_stopped()  # a reflex is over: what it had let go creeps back
            wake(now_ms)

        def watched_stop(now_ms: int, order: Any) -> None:
            self.look_at_stopped()
            self.deeds.append(("order_stop",))
            self._stopped = self._pulses()
            stop(now_ms, order)

        drone.motion.begin = watched_begin
        drone.limbs.wake = watched_wake
        drone.limbs.order_stop = watched_stop

    def _noted(self, number: int, obey: Callable[[int, Any], None]) -> Callable[[int, Any], None]:
        name = _NAMES[number]

        def noted(now_ms: int, order: Any) -> None:
            self.deeds.append((name, *order[2:]))
            obey(now_ms, order)
            if number == schema.ORDER_QUIET:
                self._hush(bool(order.on))

        return noted

    def _hush(self, on: bool) -> None:
        self.quiet = on
        self.body.hush(on)

    def _pulses(self) -> dict[str, float]:
        return {joint: servo.pulse_us for joint, servo in self.body.servos.items()}
