"""The bridge as a whole: requests come in from MQTT, bytes from the drones' ports; effects go out as data.

One request has exactly one response, and one that comes again (the same transaction on the same topic) gets the same
response again and nothing else. See `take` for the effects.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from kelex_wire.schema import SCHEMA_CRC

from kelex_host.bridge import verbs
from kelex_host.bridge.gateway import DroneGateway, Reply, encode_json
from kelex_host.bridge.now import Now
from kelex_host.bridge.outbox import Message, Outbox, Publish
from kelex_host.bridge.requests import Payload, RequestError, check_fields, read_payload
from kelex_host.bridge.topics import RequestTopic, Topics
from kelex_host.bridge.transactions import Transactions

HEALTH_S = 60.0

World = Callable[[Now, str, dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Subscribe to these filters (with QoS); once in each session with the broker."""

    filters: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes for a drone's port."""

    drone: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence for the person at the terminal."""

    text: str


Effect = Publish | Subscribe | Write | Notice


class Bridge:
    """`world(now, verb, fields)` acts on the simulated house and raises RequestError; None where there is none.

    `configuration` is published as it stands: it holds no secrets.
    """

    def __init__(
        self,
        *,
        base: str,
        version: str,
        drones: Sequence[str],
        nonce: Callable[[], int],
        world: World | None = None,
        configuration: dict[str, Any] | None = None,
    ) -> None:
        self.topics = Topics(base)
        self.outbox = Outbox()
        self.refused: Counter[str] = Counter()
        self.broker_connections = 0
        self._version = version
        self._world = world
        self._configuration = configuration or {}
        self._subscribe_due = False
        self._notices: list[Notice] = []
        self._transactions = Transactions()
        self._started: Now | None = None
        self._health_due_s = 0.0
        self.drones = {drone: DroneGateway(drone, self.topics, self.outbox, nonce, self._notice) for drone in drones}

    @property
    def will(self) -> tuple[str, bytes]:
        """The Last Will: topic and payload, retained."""
        return self.topics.house_availability, b"offline"

    # What the shells say

    def start(self, now: Now) -> None:
        """Put the first documents on their way. Every drone is offline until it says otherwise."""
        self._started = now
        self._document("availability", b"online")
        self._document("info", encode_json(self._info(now)))
        for drone in self.drones.values():
            self.outbox.put(Message(self.topics.drone(drone.drone, "availability"), b"offline", retain=True))
        self.step(now)

    def stop(self) -> None:
        """Say goodbye: everything of ours is offline."""
        for drone in self.drones.values():
            self.outbox.put(Message(self.topics.drone(drone.drone, "availability"), b"offline", retain=True))
        self._document("availability", b"offline")

    def broker_connected(self, now: Now) -> None:
        """A new session with the broker: subscribe, and publish all that is retained again."""
        self.broker_connections += 1
        self._subscribe_due = True
        self.outbox.connected()

    def broker_lost(self, now: Now) -> None:
        """The broker is gone."""
        self.outbox.lost()

    def acknowledged(self, now: Now, handle: int) -> None:
        """The broker has what was published under `handle`."""
        message = self.outbox.acknowledged(handle)
        if message is not None and message.settles is not None:
            drone, boot, number = message.settles
            self.drones[drone].settle(boot, number)

    def message(self, now: Now, topic: str, payload: bytes, retained: bool) -> None:
        """A message from the broker."""
        request = self.topics.read_request(topic)
        if request is None or (retained and not payload):
            return
        if retained:
            why = "A retained request is ignored, lest it switch again at every start; send it without retain."
            self._respond_error(now, request, None, RequestError("retained", why))
            return
        try:
            parsed = read_payload(payload)
        except RequestError as error:
            self._respond_error(now, request, None, error)
            return
        topic = self.topics.response(request)
        if parsed.transaction is not None and not self._transactions.begin(now.mono_s, topic, parsed.transaction):
            again = self._transactions.answer(topic, parsed.transaction)
            if again is not None:
                self.outbox.put(Message(topic, again))
            return
        try:
            self._obey(now, request, parsed)
        except RequestError as error:
            self._respond_error(now, request, parsed.transaction, error)

    def step(self, now: Now) -> None:
        """Do what time asks for."""
        for drone in self.drones.values():
            drone.step(now)
        if now.mono_s >= self._health_due_s:
            self._health_due_s = now.mono_s + HEALTH_S
            self.outbox.put(Message(self.topics.house("health"), encode_json(self._health(now)), 0, retain=True))

    def due_s(self) -> float:
        """When `step` next has something to do (mono_s)."""
        return min([self._health_due_s, *(drone.due_s() for drone in self.drones.values())])

    def take(self) -> list[Effect]:
        """What the shells have to do now, in this order."""
        effects: list[Effect] = []
        if self._subscribe_due:
            self._subscribe_due = False
            effects.append(Subscribe(self.topics.filters()))
        effects += self.outbox.take()
        for name, drone in self.drones.items():
            if drone.link.tx:
                effects.append(Write(name, bytes(drone.link.tx)))
                drone.link.tx.clear()
        effects += self._notices
        self._notices = []
        return effects

    # Requests

    def _obey(self, now: Now, request: RequestTopic, payload: Payload) -> None:
        verb = verbs.BY_NAME.get((request.scope, request.verb))
        if verb is None or (request.scope == "world" and self._world is None):
            raise RequestError("unknown_verb", self._unknown(request))
        if request.scope == "drone" and request.drone not in self.drones:
            raise RequestError("unknown_id", f"There is no drone '{request.drone[:64]}'; there are {self._names()}.")
        fields = check_fields(verb, payload.fields)
        if request.scope == "drone":
            reply = Reply(
                payload.transaction,
                lambda now, data: self._respond_ok(now, request, payload.transaction, data),
                lambda now, error: self._respond_error(now, request, payload.transaction, error),
            )
            self.drones[request.drone].request(now, verb.name, fields, reply)
        else:
            assert self._world is not None
            self._respond_ok(now, request, payload.transaction, self._world(now, verb.name, fields))

    def _unknown(self, request: RequestTopic) -> str:
        if request.scope == "world" and self._world is None:
            return "There is no simulated house here: the verbs of `world` work under `kelex up` without --port."
        known = ", ".join(verb.name for verb in verbs.VERBS if verb.scope == request.scope) or "none yet"
        return f"The {request.scope} knows no verb '{request.verb[:64]}'; its verbs are: {known}."

    def _respond_ok(self, now: Now, request: RequestTopic, transaction: str | None, data: dict[str, Any]) -> None:
        self._respond(request, transaction, {"status": "ok", "data": data})

    def _respond_error(self, now: Now, request: RequestTopic, transaction: str | None, error: RequestError) -> None:
        self.refused[error.code] += 1
        self._respond(request, transaction, {"status": "error", "error": {"code": error.code, "message": str(error)}})

    def _respond(self, request: RequestTopic, transaction: str | None, document: dict[str, Any]) -> None:
        topic = self.topics.response(request)
        if transaction is not None:
            document["transaction"] = transaction
        payload = encode_json(document)
        if transaction is not None:
            self._transactions.finish(topic, transaction, payload)
        self.outbox.put(Message(topic, payload))

    # What the house says of itself

    def _document(self, leaf: str, payload: bytes) -> None:
        self.outbox.put(Message(self.topics.house(leaf), payload, retain=True))

    def _info(self, now: Now) -> dict[str, Any]:
        return {
            "version": self._version,
            "base": self.topics.base,
            "drones": list(self.drones),
            "simulated": self._world is not None,
            "configuration": self._configuration,
            "wire_schema": f"{SCHEMA_CRC:08x}",
            "started": now.stamp(),
        }

    def _health(self, now: Now) -> dict[str, Any]:
        assert self._started is not None
        return {
            "time": now.stamp(),
            "uptime_s": round(now.mono_s - self._started.mono_s),
            "queued": len(self.outbox),
            "dropped": self.outbox.dropped,
            "broker_connections": self.broker_connections,
            "refused": dict(self.refused),
            "drones": {name: drone.health() for name, drone in self.drones.items()},
        }

    def _names(self) -> str:
        return ", ".join(self.drones) or "none"

    def _notice(self, text: str) -> None:
        self._notices.append(Notice(text))
