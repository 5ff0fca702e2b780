"""The bridge as a whole: requests come in from MQTT, bytes from the drones' ports; effects go out as data.

See `take` for the effects; what becomes of a request is in `request_desk.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kelex_host.bridge import self_portrait
from kelex_host.bridge.alert_list import AlertList
from kelex_host.bridge.effects import Effect, Lend, Notice, Subscribe, Write
from kelex_host.bridge.gateway import DroneGateway, encode_json
from kelex_host.bridge.now import Now
from kelex_host.bridge.outbox import Message, Outbox
from kelex_host.bridge.pairing import Pairings
from kelex_host.bridge.request_desk import RequestDesk, World
from kelex_host.bridge.topics import Topics
from kelex_host.homeassistant.discovery import Discovery
from kelex_host.household.keeper import Keeper
from kelex_host.trust.alerts import Alerts
from kelex_host.trust.guard import Guard, closed_guard

HEALTH_S = 60.0
# How soon after a change of what is online it is told.
HEALTH_CHANGED_S = 1.0
NO_GUARD = "This house was started without its members' keys; start it with `kelex up`."


class Bridge:
    """`world(now, verb, fields)` acts on the simulated house and raises RequestError; None where there is none.
    With a `speed`, its time has a pace of its own, so many times as fast as ours (see `paced`).

    `configuration` is published as it stands: it holds no secrets. Without a `guard` nobody may give a guarded order.
    `pairings` has the drones' pairing keys; without it none can be paired. Without a `household` the house only
    carries messages: it decides nothing, and knows no verbs of its own. `discovery` has Home Assistant find the house.
    """

    def __init__(
        self,
        *,
        base: str,
        version: str,
        drones: Sequence[str],
        nonce: Callable[[], int],
        world: World | None = None,
        speed: float | None = None,
        configuration: dict[str, Any] | None = None,
        guard: Guard | None = None,
        pairings: Pairings | None = None,
        household: Keeper | None = None,
        discovery: Discovery | None = None,
    ) -> None:
        self.topics = Topics(base)
        self.outbox = Outbox()
        self.broker_connections = 0
        self.version = version
        self.world, self.speed = world, speed
        self.configuration = configuration or {}
        self._is_up = False
        self._subscribe_due = False
        self._notices: list[Notice] = []
        self._lent: list[Lend] = []
        self.started: Now | None = None
        self._health_due_s = 0.0
        self._were_online: set[str] = set()
        # Drones that may have bytes to write, or another due time: of a house full of them usually one.
        self._touched: dict[str, None] = {}
        self._due_s = dict.fromkeys(drones, 0.0)
        self.drones = {
            drone: DroneGateway(drone, self.topics, self.outbox, nonce, self._notice, self._touch, pairings, household)
            for drone in drones
        }
        self.household = household
        self.discovery = discovery
        if discovery:
            discovery.attach(self.outbox)
        if household:
            household.attach(self.topics, self.outbox, self.drones, self._notice)
        self._alert_list = AlertList(self.topics, self.outbox)
        self.alerts = Alerts(self.topics, self.outbox, nonce)
        self.desk = RequestDesk(
            self.topics,
            self.outbox,
            self.drones,
            world,
            guard=guard or closed_guard(NO_GUARD),
            alerts=self.alerts,
            household=household,
            lend=lambda drone, seconds: self._lent.append(Lend(drone, seconds)),
        )

    @property
    def will(self) -> tuple[str, bytes]:
        """The Last Will: topic and payload, retained."""
        return self.topics.house_availability, b"offline"

    # What the shells say

    def start(self, now: Now) -> None:
        """Put the first documents on their way. Every drone is offline until it says otherwise."""
        self.started = now
        self._is_up = True
        self._document("availability", b"online")
        self._document("info", encode_json(self_portrait.info(self)))
        self.alerts.start()
        if self.household:
            self.household.start(now, self.world(now, "truth", {}).get("people") if self.world else None)
        for drone in self.drones.values():
            self.outbox.put(Message(self.topics.drone(drone.drone, "availability"), b"offline", retain=True))
        self.step(now)

    def stop(self) -> None:
        """Say goodbye: everything of ours is offline."""
        self._is_up = False
        if self.household:
            self.household.stop()
        for drone in self.drones.values():
            self.outbox.put(Message(self.topics.drone(drone.drone, "availability"), b"offline", retain=True))
        self._document("availability", b"offline")

    def close(self) -> None:
        """The last step: the broker's client has ended, and nothing comes in any more."""
        if self.household:
            self.household.close()

    def paced(self, speed: float) -> None:
        """The simulated house's time runs at another speed from now on."""
        self.speed = speed
        self._document("info", encode_json(self_portrait.info(self)))

    def broker_connected(self, now: Now) -> None:
        """A new session with the broker: subscribe, and publish all that is retained again."""
        self.broker_connections += 1
        self._subscribe_due = True
        self.outbox.connected()
        if self.discovery:
            self.discovery.connected(now)
        self._tell_health_soon(now)

    def broker_lost(self, now: Now) -> None:
        """The broker is gone."""
        self.outbox.lost(now.mono_s)
        if self.household:
            self.household.broker_lost(now)

    def acknowledged(self, now: Now, handle: int) -> None:
        """The broker has what was published under `handle`."""
        message = self.outbox.acknowledged(handle, now.mono_s)
        if message and message.fact and self.household:
            self.household.published(message.fact)
        if message and message.settles is not None:
            drone, boot, number = message.settles
            self.drones[drone].settle(boot, number)

    def message(
        self, now: Now, topic: str, payload: bytes, retained: bool, reply_to: str = "", correlation: bytes = b""
    ) -> None:
        """A message from the broker. Under MQTT 5 it may say where it wants its answer too, and by what to know it."""
        if topic == self.topics.house_availability:
            self._hear_availability(payload, retained)
        elif self.discovery and topic in self.discovery.topics:
            if self.discovery.hear(now, topic, payload, retained):
                self.outbox.connected()
        else:
            self.desk.take(now, topic, payload, retained, reply_to, correlation)
            if self.household:
                self.household.message(now, topic, payload, retained)

    def _hear_availability(self, payload: bytes, retained: bool) -> None:
        """Nobody but us should say how we are; but a Last Will may come late, or another house share our topics."""
        if payload == b"online" and retained and self.broker_connections == 1:
            self._notice(
                f"A house is online under {self.topics.base}/ at this broker already. If it is another one, stop it, "
                "or give this one a base of its own ([house] base)."
            )
        elif payload == b"offline" and not retained and self._is_up:
            self.outbox.connected()

    def step(self, now: Now) -> None:
        """Do what time asks for."""
        online = {name for name, drone in self.drones.items() if drone.link.online}
        self._note_due_times()
        for name, due_s in self._due_s.items():
            if due_s <= now.mono_s:
                self.drones[name].step(now)
        self.alerts.step(now)
        if self.household:
            self.household.step(now)
        if self.discovery:
            self.discovery.step(now)
        if online != self._were_online:
            self._were_online = online
            self._tell_health_soon(now)
        if now.mono_s >= self._health_due_s:
            self._health_due_s = now.mono_s + HEALTH_S
            self.outbox.put(
                Message(self.topics.house("health"), encode_json(self_portrait.health(self, now)), 0, retain=True)
            )

    def due_s(self) -> float:
        """When `step` next has something to do (mono_s)."""
        self._note_due_times()
        drones_s = min(self._due_s.values(), default=self._health_due_s)
        household_s = self.household.due_s() if self.household else self._health_due_s
        discovery_s = self.discovery.due_s() if self.discovery else self._health_due_s
        return min(self._health_due_s, self.alerts.due_s(), drones_s, household_s, discovery_s)

    def take(self) -> list[Effect]:
        """What the shells have to do now, in this order."""
        effects: list[Effect] = []
        if self._subscribe_due:
            self._subscribe_due = False
            effects.append(Subscribe(self.topics.order_filters(), as_published=True))
            others = [(self.topics.house_availability, 1)]
            for part in (self.household, self.discovery):
                others += part.filters() if part else []
            effects.append(Subscribe(others))
        if self.household:
            self.household.flush()
        self._alert_list.update()
        if self.discovery:
            self.discovery.update()
        effects += self.outbox.take()
        if self._touched:
            self._note_due_times()
            self._take_writes(effects)
            self._touched.clear()
        effects += [*self._lent, *self._notices]
        self._lent.clear()
        self._notices.clear()
        return effects

    def _take_writes(self, effects: list[Effect]) -> None:
        for name in self._touched:
            tx = self.drones[name].link.tx
            if tx:
                effects.append(Write(name, bytes(tx)))
                tx.clear()

    def _note_due_times(self) -> None:
        for name in self._touched:
            self._due_s[name] = self.drones[name].due_s()

    def _touch(self, drone: str) -> None:
        self._touched[drone] = None

    def _tell_health_soon(self, now: Now) -> None:
        self._health_due_s = min(self._health_due_s, now.mono_s + HEALTH_CHANGED_S)

    # What the house says of itself

    def _document(self, leaf: str, payload: bytes) -> None:
        self.outbox.put(Message(self.topics.house(leaf), payload, retain=True))

    def _notice(self, text: str) -> None:
        self._notices.append(Notice(text))
