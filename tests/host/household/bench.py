"""The household in virtual time: its journal in memory, its drones noting what they are ordered, no processes.

What it tells is read as a reader of MQTT has it, and held against the contract.
"""

from __future__ import annotations

import json
from typing import Any

from contract.validating import of_household
from kelex_host.bridge import verbs
from kelex_host.bridge.now import Now
from kelex_host.bridge.outbox import Outbox
from kelex_host.bridge.reply import Reply
from kelex_host.bridge.requests import RequestError, check_fields
from kelex_host.bridge.topics import Topics
from kelex_host.config import Settings, parse
from kelex_host.household.configured import home_of
from kelex_host.household.keeper import Keeper
from kelex_host.household.memories import Memories
from kelex_host.household.phone_simulated import SimulatedPhone
from kelex_host.memory.memory_journal import MemoryJournal

# A Sunday noon in UTC.
WALL_S = 1_700_395_200.0


class SpyDrone:
    """A drone that does what it is told, or refuses all of it."""

    def __init__(self) -> None:
        self.orders: list[tuple[str, dict[str, Any]]] = []
        self.settled: list[int] = []
        self.refuses = ""
        self.is_disk_held = False

    def request(self, now: Now, verb: str, fields: dict[str, Any], reply: Reply) -> None:
        if self.refuses:
            raise RequestError(self.refuses, "No.")
        self.orders.append((verb, {name: value for name, value in fields.items() if value is not None}))
        reply.ok(now, {})

    def settle(self, boot: int, number: int) -> None:
        self.settled.append(number)


class Bench:
    """One household; `restart` is a kill -9 and a new process."""

    def __init__(self, config: dict[str, Any] | Settings | None = None, journal: Any = None) -> None:
        self.settings = config if isinstance(config, Settings) else parse(config or {})
        self.journal = journal or MemoryJournal()
        self.now = Now(1000.0, WALL_S)
        self.told: list[tuple[str, bytes, bool]] = []
        self.effects: list[Any] = []
        self.notices: list[str] = []
        self.drones = {drone.id: SpyDrone() for drone in self.settings.drone}
        self.acknowledging = True
        self._numbers = 0
        self._epoch = 0x1000
        self.restart()

    def restart(self) -> None:
        """Begin with what the journal has."""
        self._epoch += 1
        self.phone = SimulatedPhone()
        self.outbox = Outbox()
        self.outbox.connected()
        self.keeper = Keeper(
            home_of(self.settings),
            Memories(self.journal, f"{self._epoch:08x}"),
            self.phone,
            lambda now, e: self.effects.append(e),
        )
        self.keeper.attach(Topics("kelex"), self.outbox, self.drones, self.notices.append)
        self.keeper.start(self.now)
        self.pump()

    def pump(self) -> None:
        """Write down, publish, acknowledge; until there is nothing more."""
        while True:
            self.keeper.flush()
            published = self.outbox.take()
            if not published:
                return
            for publish in published:
                message = publish.message
                self.told.append((message.topic, message.payload, message.retain))
                if message.qos and self.acknowledging:
                    self.outbox.acknowledged(publish.handle)
                    if message.fact:
                        self.keeper.published(message.fact)

    def ask(
        self, verb: str, *, signed_by: str | None = None, transaction: str | None = None, **fields: Any
    ) -> dict[str, Any]:
        """A request's data. Raises RequestError."""
        answers: list[Any] = []
        reply = Reply(transaction, lambda now, data: answers.append(data), lambda now, error: answers.append(error))
        checked = check_fields(verbs.BY_NAME["house", verb], fields)
        self.keeper.request(self.now, verb, checked, signed_by, reply)
        self.pump()
        assert len(answers) == 1
        if isinstance(answers[0], RequestError):
            raise answers[0]
        answer: dict[str, Any] = answers[0]
        data = {"status": "ok", "data": answer}
        assert not of_household().problem(f"kelex/house/response/{verb}", json.dumps(data).encode(), False)
        return answer

    def run(self, seconds: float) -> None:
        """Let time pass, and the house do what it asks for."""
        until_s = self.now.mono_s + seconds
        turns = 0
        while (due_s := self.keeper.due_s()) <= until_s:
            self._go_to(max(due_s, self.now.mono_s))
            turns += 1
            assert turns < 10_000, "the house does not come to rest"
        self._go_to(until_s)

    def _go_to(self, mono_s: float) -> None:
        passed_s = mono_s - self.now.mono_s
        self.now = Now(mono_s, self.now.wall_s + passed_s)
        self.keeper.step(self.now)
        self.pump()

    def jump(self, seconds: float) -> None:
        """Somebody sets the clock."""
        self.now = replace_wall(self.now, seconds)

    def drone_event(self, subject: str, event_type: str, drone: str = "kelex", boot: int = 1, **more: Any) -> str:
        """Something happens to a drone; the event's id."""
        self._numbers += 1
        id = f"{drone}-{boot}-{self._numbers}"
        told = {"event_type": event_type, "severity": "info", "event_id": id, "time": self.now.stamp(), **more}
        self.keeper.event(self.now, drone, subject, told, (drone, boot, self._numbers))
        self.pump()
        self.run(0.025)  # until it is written down with others
        return id

    def senses(self, drone: str = "kelex", **channels: Any) -> None:
        """What a drone senses now."""
        self.keeper.senses(self.now, drone, channels)
        self.pump()

    def online(self, drone: str = "kelex", boot: int = 1) -> None:
        self.keeper.online(self.now, drone, boot)
        self.pump()

    def offline(self, drone: str = "kelex") -> None:
        self.keeper.offline(self.now, drone)
        self.pump()

    # What a reader of MQTT sees

    def events(self, *types: str, subject: str = "") -> list[dict[str, Any]]:
        """The events that were told, of these types where some are named."""
        found = [
            (t, json.loads(p))
            for t, p, _ in self.told
            if "/event/" in t and t.endswith(f"/event/{subject}" * bool(subject))
        ]
        return [event for _, event in found if not types or event["event_type"] in types]

    def types(self, subject: str) -> list[str]:
        """The types of the events of a subject, in their order."""
        return [event["event_type"] for event in self.events(subject=subject)]

    def document(self, leaf: str) -> Any:
        """What stands at a retained topic of the house; None for nothing."""
        topic = f"kelex/house/{leaf}"
        payload = next((payload for seen, payload, _ in reversed(self.told) if seen == topic), b"")
        return json.loads(payload) if payload else None

    def orders(self, *names: str, drone: str = "kelex") -> list[Any]:
        """The drone's orders of these verbs."""
        return [(verb, fields) for verb, fields in self.drones[drone].orders if not names or verb in names]

    def check(self) -> None:
        """All that the house told is as the contract has it."""
        problems = of_household().problems([told for told in self.told if told[0].startswith("kelex/house/")])
        assert not problems, "\n".join(problems[:10])


def replace_wall(now: Now, seconds: float) -> Now:
    return Now(now.mono_s, now.wall_s + seconds)
