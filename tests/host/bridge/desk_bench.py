"""A request desk whose drones and world only note what reaches them, and a way to tell what it answered."""

import json
from typing import Any

from kelex_host.bridge.now import Now
from kelex_host.bridge.outbox import Outbox
from kelex_host.bridge.request_desk import RequestDesk
from kelex_host.bridge.requests import ERROR_CODES
from kelex_host.bridge.topics import Topics
from kelex_host.trust.alerts import Alerts
from kelex_host.trust.guard import closed_guard

DRONES = ("kelex", "kryo")
TOLD_TO_THE_OWNER = ("kelex/house/alerts/", "kelex/house/event/trust")


class SpyDrone:
    """A drone that accepts everything."""

    def __init__(self, name: str, reached: list[Any]) -> None:
        self._name = name
        self._reached = reached
        self.is_disk_held = False

    def request(self, now: Now, verb: str, fields: dict[str, Any], reply: Any) -> None:
        self._reached.append((self._name, verb, fields))
        reply.ok(now, {})


class SpyHousehold:
    """A household that knows every verb and grants everything."""

    def __init__(self, reached: list[Any]) -> None:
        self._reached = reached

    def knows(self, verb: str) -> bool:
        return True

    def request(self, now: Now, verb: str, fields: dict[str, Any], by: str | None, reply: Any) -> None:
        self._reached.append(("house", verb, fields))
        reply.ok(now, {})

    def seen(self, now: Now, verb: str, fields: dict[str, Any]) -> None:
        pass


class DeskBench:
    """`reached` is all that got past the desk: (drone, "house" or "world", verb, fields)."""

    def __init__(self, *, simulated: bool = True) -> None:
        self.reached: list[Any] = []
        self.outbox = Outbox()
        self.outbox.connected()
        drones: Any = {name: SpyDrone(name, self.reached) for name in DRONES}
        self.drones = drones
        topics, world = Topics("kelex"), self._act if simulated else None
        self.desk = RequestDesk(
            topics,
            self.outbox,
            drones,
            world,
            guard=closed_guard("There are no keys here."),
            alerts=Alerts(topics, self.outbox, lambda: 7),
            household=SpyHousehold(self.reached),
        )
        self._now_s = 0.0

    def _act(self, now: Now, verb: str, fields: dict[str, Any]) -> dict[str, Any]:
        self.reached.append(("world", verb, fields))
        return {}

    def send(self, topic: str, payload: bytes, *, retained: bool = False) -> list[tuple[str, dict[str, Any]]]:
        """A message from the broker; (topic, document) of each answer to it."""
        self._now_s += 1.0
        self.desk.take(Now(self._now_s, 1e9 + self._now_s), topic, payload, retained)
        published = self.outbox.take()
        for publish in published:
            self.outbox.acknowledged(publish.handle)
        told = [publish.message for publish in published if not publish.message.topic.startswith(TOLD_TO_THE_OWNER)]
        assert not any(message.retain for message in told)
        return [(message.topic, json.loads(message.payload)) for message in told]

    def refused(self, topic: str, payload: bytes, *, retained: bool = False, response: str = "") -> dict[str, Any]:
        """The one answer to what must be refused: a code of the list, a sentence, counted, and nothing went further."""
        before, counted = len(self.reached), self.desk.refused.total()
        answers = self.send(topic, payload, retained=retained)
        assert len(answers) == 1, f"{topic} {payload[:200]!r}: {answers}"
        answered, document = answers[0]
        assert answered == (response or topic.replace("/request", "/response"))
        assert document["status"] == "error", f"{topic} {payload[:200]!r} was accepted"
        assert "data" not in document
        error = document["error"]
        assert set(error) == {"code", "message"}
        assert error["code"] in ERROR_CODES
        assert error["message"].endswith(".")
        assert error["message"].isprintable()
        assert len(error["message"]) < 400
        assert len(self.reached) == before, f"{topic} {payload[:200]!r} reached {self.reached[before:]}"
        assert self.desk.refused.total() == counted + 1
        return document

    def accepted(self, topic: str, payload: bytes, *, response: str = "") -> Any:
        """What got past the desk of a request that has to be accepted, with its one answer."""
        before = len(self.reached)
        answers = self.send(topic, payload)
        assert len(answers) == 1, answers
        answered, document = answers[0]
        assert answered == (response or topic.replace("/request", "/response"))
        assert document["status"] == "ok", document
        assert len(self.reached) == before + 1
        return self.reached[-1]


def request_topic(verb: Any) -> str:
    """Where a verb is requested, of the first drone."""
    scope = f"drone/{DRONES[0]}" if verb.scope == "drone" else verb.scope
    return f"kelex/{scope}/request/{verb.name}"
