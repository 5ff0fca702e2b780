"""The whole system under one virtual clock: house, drones, cables, bridge, household, broker. Nothing of it is a
stand-in but the world outside: the firmware, the bridge and the household are the ones that people run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from random import Random
from typing import Any

from kelex_sim.body import Body
from kelex_sim.broker import FakeBroker
from kelex_sim.cable import Cable
from kelex_sim.house import example_house
from kelex_sim.kernel import Kernel
from kelex_sim.world import World

from kelex_host.bridge.bridge import Bridge
from kelex_host.bridge.effects import Notice, Subscribe, Write
from kelex_host.bridge.now import Now
from kelex_host.bridge.outbox import Publish
from kelex_host.proof.life_drone import Deed, LifeDrone
from kelex_host.proof.life_household import LifeHousehold, PowerCut, hasty
from kelex_host.proof.life_trust import LifeTrust
from kelex_host.proof.world_port import world_port

DRONE = "kelex"
ROOMS = {DRONE: "nursery"}
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
    """A house with its drones in `rooms` and one bridge; `household` where it has one. `seed` decides every accident.

    The host's process may be away (`kill_bridge`); then nobody hears what drones and broker say.
    """

    def __init__(self, seed: int, rooms: Mapping[str, str] | None = None, *, household: bool = False) -> None:
        rooms = dict(rooms or ROOMS)
        self.kernel = Kernel()
        self.random = Random(seed)
        self.house = example_house()
        self.notices: list[tuple[int, str]] = []  # what the bridge had to say, and when (us)
        self.ordered: list[tuple[str, str, dict[str, Any]]] = []  # what the household asked of its drones
        self.restarts = 0
        self.wall_off_s = 0.0  # how far the wall's clock was set off
        self.drones: dict[str, LifeDrone] = {}
        for at, (name, room) in enumerate(rooms.items()):
            randoms = Random(seed + 1 + 1000 * at), Random(seed + 2 + 1000 * at)
            self.drones[name] = LifeDrone(name, room, self.kernel, self.house, randoms, self._from_drone, self._plugged)
        self.pairings = MemoryPairings(self.random)
        self.household = self._household(Random(seed + 4), rooms) if household else None
        self.trust = self._trust(seed) if self.household else None
        self._up = True
        self.bridge = self._new_bridge()
        self.broker = FakeBroker(self.kernel, Random(seed + 3), self, self.bridge.will)
        self._handles: dict[int, int] = {}
        self._timer_us = -1

    # Of a life with one drone

    @property
    def body(self) -> Body:
        """The first drone's body."""
        return self.drones[next(iter(self.drones))].body

    @property
    def cable(self) -> Cable:
        """The first drone's cable."""
        return self.drones[next(iter(self.drones))].cable

    @property
    def deeds(self) -> list[Deed]:
        """What the first drone obeyed."""
        return self.drones[next(iter(self.drones))].deeds

    # What is done to it

    def start(self) -> None:
        """Power up everything."""
        for drone in self.drones.values():
            drone.body.pico.power_on()
        self.bridge.start(self.now())
        self.broker.connect()
        for name in self.drones:
            self._plugged(name, True)

    def run(self, seconds: float) -> None:
        """Let virtual time pass."""
        self.kernel.run_until(self.kernel.now_us + round(seconds * 1e6))

    def kill_bridge(self, away_us: int = 0) -> None:
        """kill -9, and a new process after a while: all that the bridge remembered is gone."""
        if not self._up:
            return
        if self.household:
            self.household.kill()
        self._die(away_us)

    def power_cycle(self) -> None:
        """The first drone's board loses its power and gets it back."""
        self.drones[next(iter(self.drones))].power_cycle()

    def now(self) -> Now:
        """This moment, as the bridge is told it."""
        seconds = self.kernel.now_us / 1e6
        return Now(seconds, WALL_START_S + seconds + self.wall_off_s)

    def trace(self) -> str:
        """A digest of everything that anybody outside could see."""
        seen = [(m.time_us, m.topic, m.payload, m.retain) for m in self.broker.log]
        truths = [(drone.body.truth(), drone.deeds) for drone in self.drones.values()]
        text = repr((seen, truths, self.notices))
        if self.household:  # its folder has another name each time
            text = text.replace(str(self.household.path.parent), "")
        return sha256(text.encode()).hexdigest()

    # What the broker says (see kelex_sim.broker.Client)

    def connected(self) -> None:
        if self._up:
            self._tell(self.bridge.broker_connected)
        else:
            self.broker.cut(500_000)  # nobody is there yet

    def lost(self) -> None:
        self._handles.clear()
        self._tell(self.bridge.broker_lost)

    def message(self, topic: str, payload: bytes, retained: bool) -> None:
        self._tell(self.bridge.message, topic, payload, retained)

    def published(self, token: int) -> None:
        handle = self._handles.pop(token, None)
        if handle is not None:
            self._tell(self.bridge.acknowledged, handle)

    # The seams

    def _from_drone(self, drone: str, data: bytes) -> None:
        self._tell(self.bridge.drones[drone].receive, data)

    def _plugged(self, drone: str, plugged: bool) -> None:
        gateway = self.bridge.drones[drone]
        self._tell(gateway.opened if plugged else gateway.closed)

    def _tell(self, call: Callable[..., object], *args: Any) -> None:
        """Tell the bridge something, if it is there."""
        if not self._up:
            return
        try:
            call(self.now(), *args)
            self.pump()
        except PowerCut:
            assert self.household is not None
            self.household.lose_power()
            self._die(self.random.randrange(500_000, 4_000_000))

    def pump(self) -> None:
        """Carry out what the bridge wants, until it wants nothing; then wake it when it is next due."""
        while effects := self.bridge.take():
            for effect in effects:
                match effect:
                    case Publish(handle, message):
                        token = self.broker.publish(message.topic, message.payload, message.qos, message.retain)
                        self._handles[token] = handle
                    case Write(drone, data):
                        self.drones[drone].cable.down.send(data)
                    case Subscribe(filters):
                        self.broker.subscribe(filters)
                    case Notice(text):
                        self.notices.append((self.kernel.now_us, text))
        due_us = max(round(self.bridge.due_s() * 1e6) + 1, self.kernel.now_us)
        if self._timer_us <= self.kernel.now_us or due_us < self._timer_us:
            self._timer_us = due_us
            self.kernel.at(due_us, self._tick, due_us)

    def _tick(self, due_us: int) -> None:
        if due_us != self._timer_us:
            return
        self._timer_us = -1
        self._tell(self.bridge.step)

    def _die(self, away_us: int) -> None:
        self.restarts += 1
        self._up = False
        self._handles.clear()
        if self.broker.is_up:
            self.broker.cut(away_us + 50_000)
        if away_us:
            self.kernel.after(away_us, self._rise)
        else:
            self._rise()

    def _rise(self) -> None:
        self._up = True
        self._timer_us = -1
        self.bridge = self._new_bridge()
        self._tell(self.bridge.start)
        for name, drone in self.drones.items():
            if drone.cable.up.plugged:
                self._plugged(name, True)

    def _new_bridge(self) -> Bridge:
        bodies = {name: drone.body for name, drone in self.drones.items()}
        bridge = Bridge(
            base="kelex",
            version="proof",
            drones=list(self.drones),
            nonce=lambda: self.random.getrandbits(32),
            world=world_port(World(self.house, bodies, self._unplug)),
            guard=self.trust.guard(self.now()) if self.trust else None,
            pairings=self.pairings,
            household=self.household.open() if self.household else None,
        )
        if self.household:
            for drone in bridge.drones.values():
                drone.request = self._noted(drone.drone, drone.request)  # type: ignore[method-assign]
        return bridge

    def _noted(self, drone: str, request: Callable[..., None]) -> Callable[..., None]:
        """Note what the household asks: it has no transaction, and everybody else here has."""

        def noted(now: Now, verb: str, fields: dict[str, Any], reply: Any) -> None:
            if reply.transaction is None:
                self.ordered.append((drone, verb, fields))
            request(now, verb, fields, reply)

        return noted

    def _household(self, random: Random, rooms: dict[str, str]) -> LifeHousehold:
        return LifeHousehold(random, hasty(rooms))

    def _trust(self, seed: int) -> LifeTrust:
        assert self.household is not None
        members: dict[str, str] = {member.id: member.role for member in self.household.settings.member}
        return LifeTrust(Random(seed + 5), members, lambda: bool(self.household and self.household.is_stuck))

    def _unplug(self, drone: str, seconds: float) -> None:
        self.drones[drone].cable.unplug(round(seconds * 1e6))
