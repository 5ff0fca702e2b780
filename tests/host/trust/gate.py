"""The real request desk with its real guard, before a household of five with a key each; it notes what is obeyed."""

import json
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from kelex_host.bridge.now import Now
from kelex_host.bridge.outbox import Outbox
from kelex_host.bridge.reply import Reply
from kelex_host.bridge.request_desk import RequestDesk
from kelex_host.bridge.topics import RequestTopic, Topics
from kelex_host.bridge.verbs import Field, Verb
from kelex_host.trust.alerts import Alerts
from kelex_host.trust.guard import Guard
from kelex_host.trust.keyring import Keyring
from kelex_host.trust.signing import sign

ROLES = {"jor-el": "owner", "lara": "adult", "kara": "child", "kal-el": "infant", "dru-zod": "guest"}
WALL_S = 1_790_000_000.0
LOCKDOWN_FIELDS = (Field("on", "boolean", ""), Field("reason", "text", "", False, 0, 99))
# The household's verbs as the contract has them, all of them acting on one port that notes them.
VERBS = (
    Verb("house", "lockdown", "", "", LOCKDOWN_FIELDS, guarded=True),
    Verb("house", "crystal", "", "", (Field("action", "text", ""),)),
    Verb("house", "nursery", "", "", (Field("watch", "boolean", "", False),)),
    Verb("house", "ack", "", "", (Field("by", "text", "", False),)),
    Verb("world", "melt", "", "", guarded=True),
    Verb("world", "cry", "", "", (Field("seconds", "number", "", False),)),
)  # fmt: skip


def key_of(name: str) -> Ed25519PrivateKey:
    """The same key for the same name, in every run."""
    return Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest())


def topic(verb: str, scope: str = "house") -> str:
    """Where a request is sent."""
    return Topics("kelex").request(RequestTopic(scope, "", verb))


class Gate:
    """`obeyed` are (verb, fields) of what reached the effect, `told` all that was published."""

    def __init__(self, guarded: tuple[str, ...] = (), free: tuple[str, ...] = ()) -> None:
        self.now = Now(1000.0, WALL_S)
        self.obeyed: list[tuple[str, dict]] = []
        self.told: list[tuple[str, bytes, bool]] = []
        self.saved: dict[str, int] = {}
        self.keyring = Keyring()
        for member in ROLES:
            self.keyring = self.keyring.enrol(member, "phone", key_of(member).public_key().public_bytes_raw())
        self._counter = 0
        self.restart({}, guarded, free)
        self.pass_time(100.0)

    def restart(self, counters: dict[str, int], guarded: tuple[str, ...] = (), free: tuple[str, ...] = ()) -> None:
        """A new process that finds these counters."""
        topics = Topics("kelex")
        self.outbox = Outbox()
        self.outbox.connected()
        self.guard = Guard(
            members=ROLES,
            keyring=lambda: self.keyring,
            counters=counters,
            save=self._save,
            started_s=self.now.mono_s,
            also=guarded,
            free=free,
        )
        self.alerts = Alerts(topics, self.outbox, lambda: 7)
        self.desk = RequestDesk(
            topics,
            self.outbox,
            {},
            self._obey,
            guard=self.guard,
            alerts=self.alerts,
            household=self,
            table=VERBS,
        )

    def pass_time(self, seconds: float) -> None:
        self.now = Now(self.now.mono_s + seconds, self.now.wall_s + seconds)
        self.alerts.step(self.now)
        self._publish()

    def sign(
        self,
        member: str,
        verb: str,
        fields: dict,
        *,
        scope: str = "house",
        by: str = "",
        age_s: float = 0.0,
        counter: int = 0,
    ) -> dict:
        """An envelope as a member's device makes it, unless something of it is said to be otherwise."""
        self._counter += 1
        issued = Now(0.0, self.now.wall_s - age_s)
        counter = counter or self._counter
        return sign(topic(verb, scope), fields, by=by or member, key=key_of(member), now=issued, counter=counter)

    def send(self, verb: str, payload: dict | bytes, *, scope: str = "house", retained: bool = False) -> str | None:
        """A message on a request's topic: `ok`, the code of the error, or None where there was no answer."""
        data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        before = len(self.told)
        self.desk.take(self.now, topic(verb, scope), data, retained)
        self._publish()
        answers = [json.loads(payload) for name, payload, _ in self.told[before:] if "/response/" in name]
        assert len(answers) <= 1
        if not answers:
            return None
        self.answer = answers[0]
        return "ok" if self.answer["status"] == "ok" else self.answer["error"]["code"]

    def alert(self, kind: str) -> dict | None:
        """The alert that stands for a kind of refusal."""
        payloads = [payload for name, payload, _ in self.told if name == f"kelex/house/alerts/trust-{kind}"]
        return json.loads(payloads[-1]) if payloads and payloads[-1] else None

    def events(self) -> list[dict]:
        """Every event about trust."""
        return [json.loads(payload) for name, payload, _ in self.told if name == "kelex/house/event/trust"]

    # The household that is asked (see kelex_host.bridge.request_desk.Household)

    def knows(self, verb: str) -> bool:
        return True

    def request(self, now: Now, verb: str, fields: dict, by: str | None, reply: Reply) -> None:
        reply.ok(now, self._obey(now, verb, fields))

    def seen(self, now: Now, verb: str, fields: dict) -> None:
        pass

    def _obey(self, now: Now, verb: str, fields: dict) -> dict:
        self.obeyed.append((verb, fields))
        return {}

    def _save(self, counters: dict[str, int]) -> None:
        self.saved = dict(counters)
        self.obeyed_when_saved = len(self.obeyed)

    def _publish(self) -> None:
        while taken := self.outbox.take():
            for publish in taken:
                self.told.append((publish.message.topic, publish.message.payload, publish.message.retain))
                self.outbox.acknowledged(publish.handle)
