"""Where requests are taken: each gets exactly one response, and nothing that does not fit goes further.

One that comes again (the same transaction on the same topic) gets the same response again and nothing else; one that
asks for something else under a transaction that is taken is refused. Only what the guard refuses leaves no trace:
nobody unproved may settle what a member's order of the same transaction is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

import msgspec

from kelex_host.bridge import entities, verbs
from kelex_host.bridge.entities import read_set
from kelex_host.bridge.gateway import DroneGateway, encode_json
from kelex_host.bridge.now import Now
from kelex_host.bridge.outbox import Message, Outbox
from kelex_host.bridge.reply import Reply
from kelex_host.bridge.requests import Payload, RequestError, check_fields, read_payload
from kelex_host.bridge.topics import RequestTopic, Topics
from kelex_host.bridge.transactions import TAKEN, Transactions, digest
from kelex_host.bridge.verbs import Verb
from kelex_host.trust.alerts import Alerts
from kelex_host.trust.guard import Guard, Refusal

CORRELATION_BYTES_MOST = 256

World = Callable[[Now, str, dict[str, Any]], dict[str, Any]]


class Household(Protocol):
    """The household, as far as requests are for it."""

    def knows(self, verb: str) -> bool:
        """Whether it answers this verb."""

    def request(self, now: Now, verb: str, fields: dict[str, Any], by: str | None, reply: Reply) -> None:
        """Obey a request whose fields are checked; `by` is who signed it. Raises RequestError."""

    def seen(self, now: Now, verb: str, fields: dict[str, Any]) -> None:
        """The simulated world did this."""


class RequestDesk:
    """`refused` counts the errors, by code. `world` and `guard` are as for Bridge; `alerts` hears what is refused;
    `lend(drone, seconds)` lets go of a drone's port.
    """

    def __init__(
        self,
        topics: Topics,
        outbox: Outbox,
        drones: Mapping[str, DroneGateway],
        world: World | None,
        *,
        guard: Guard,
        alerts: Alerts,
        household: Household | None = None,
        lend: Callable[[str, int], None] = lambda drone, seconds: None,
        table: Sequence[Verb] = verbs.VERBS,
    ) -> None:
        self.refused: Counter[str] = Counter()
        self._topics = topics
        self._outbox = outbox
        self._drones = drones
        self._world = world
        self._household = household
        self._guard = guard
        self._alerts = alerts
        self._lend = lend
        self._verbs = {(verb.scope, verb.name): verb for verb in table}
        self._transactions = Transactions()

    def take(
        self, now: Now, topic: str, payload: bytes, retained: bool, reply_to: str = "", correlation: bytes = b""
    ) -> None:
        """A message from the broker; whatever is no request is left alone."""
        request = self._topics.read_request(topic)
        if request is None or (retained and not payload):
            return
        entity = entities.BY_NAME.get(request.verb) if request.plain else None
        if entity is not None:
            request = RequestTopic("drone", request.drone, entity.verb)
        if reply_to and self._topics.may_answer_at(reply_to):
            request = replace(request, reply_to=reply_to, correlation=correlation[:CORRELATION_BYTES_MOST])
        if retained:
            why = "A retained request is ignored, lest it switch again at every start; send it without retain."
            self._respond_error(now, request, _transaction_of(payload), RequestError("retained", why))
            return
        try:
            if request.plain:  # and no entity: whatever its payload is
                raise RequestError("unknown_verb", self._unknown(request))
            if entity:
                parsed = Payload(read_set(entity, payload, self._body_of(request.drone)), None)
            else:
                parsed = read_payload(payload)
        except RequestError as error:
            self._respond_error(now, request, None, error)
            return
        topic = self._topics.response(request)
        if parsed.transaction is not None:
            asked = digest(parsed.fields)
            if not self._transactions.begin(now.mono_s, topic, parsed.transaction, asked):
                self._answer_again(request, parsed.transaction, asked)
                return
        try:
            self._obey(now, request, parsed)
        except Refusal as refusal:
            if parsed.transaction is not None:
                self._transactions.drop(topic, parsed.transaction)
            self._refuse(now, request, parsed.transaction, refusal)
        except RequestError as error:
            self._respond_error(now, request, parsed.transaction, error)

    def _answer_again(self, request: RequestTopic, transaction: str, asked: str) -> None:
        """Tell a request that is known already what it was told; another one, that its transaction is taken."""
        topic = self._topics.response(request)
        if self._transactions.is_same(topic, transaction, asked):
            payload = self._transactions.answer(topic, transaction)
        else:
            error = RequestError("not_allowed", TAKEN.format(transaction[:64]))
            self.refused[error.code] += 1
            payload = encode_json({**_error(error), "transaction": transaction})
        if payload is not None:
            self._send(request, payload)

    def _obey(self, now: Now, request: RequestTopic, payload: Payload) -> None:
        verb = self._verbs.get((request.scope, request.verb))
        if verb is None or not self._is_there(verb):
            raise RequestError("unknown_verb", self._unknown(request))
        if request.scope == "drone" and request.drone not in self._drones:
            raise RequestError("unknown_id", f"There is no drone '{request.drone[:64]}'; there are {self._names()}.")
        passed = self._guard.check(now, self._topics.request(request), verb, payload.fields)
        asked = passed.fields
        if passed.by is not None and any(field.name == "by" for field in verb.fields):
            asked = asked | {"by": passed.by}
        fields = check_fields(verb, asked)
        reply = Reply(
            payload.transaction,
            lambda now, data: self._respond_ok(now, request, payload.transaction, data),
            lambda now, error: self._respond_error(now, request, payload.transaction, error),
        )
        if verb.name == verbs.LEND:
            seconds = fields.get("seconds", verbs.LEND_S)
            self._lend(request.drone, seconds)
            reply.ok(now, {"seconds": seconds})
        elif request.scope == "drone":
            self._drones[request.drone].request(now, verb.name, fields, reply)
            if verb.name == "holodisk":
                self._drones[request.drone].is_disk_held = fields["on"]
        elif request.scope == "house":
            assert self._household is not None
            self._household.request(now, verb.name, fields, passed.by, reply)
        else:
            assert self._world is not None
            reply.ok(now, self._world(now, verb.name, fields))
            if self._household is not None:
                self._household.seen(now, verb.name, fields)

    def _is_there(self, verb: Verb) -> bool:
        """Whether there is somebody here who obeys such a verb."""
        if verb.scope == "world":
            return self._world is not None
        return verb.scope == "drone" or (self._household is not None and self._household.knows(verb.name))

    def _unknown(self, request: RequestTopic) -> str:
        if request.plain:
            return f"Nothing called '{request.verb[:64]}' can be set; there are: {', '.join(entities.BY_NAME)}."
        if request.scope == "world" and self._world is None:
            return "There is no simulated house here: the verbs of `world` work under `kelex up` without --port."
        there = (verb for verb in self._verbs.values() if verb.scope == request.scope and self._is_there(verb))
        known = ", ".join(verb.name for verb in there) or "none yet"
        return f"The {request.scope} knows no verb '{request.verb[:64]}'; its verbs are: {known}."

    def _respond_ok(self, now: Now, request: RequestTopic, transaction: str | None, data: dict[str, Any]) -> None:
        self._respond(request, transaction, {"status": "ok", "data": data})

    def _respond_error(self, now: Now, request: RequestTopic, transaction: str | None, error: RequestError) -> None:
        self.refused[error.code] += 1
        self._respond(request, transaction, _error(error))

    def _refuse(self, now: Now, request: RequestTopic, transaction: str | None, refusal: Refusal) -> None:
        self._alerts.refused(now, refusal)
        self._respond_error(now, request, transaction, refusal)

    def _respond(self, request: RequestTopic, transaction: str | None, document: dict[str, Any]) -> None:
        topic = self._topics.response(request)
        if transaction is not None:
            document["transaction"] = transaction
        payload = encode_json(document)
        if transaction is not None:
            self._transactions.finish(topic, transaction, payload)
        self._send(request, payload)

    def _send(self, request: RequestTopic, payload: bytes) -> None:
        """An answer, to its own topic and to where it is wanted beside."""
        self._outbox.put(Message(self._topics.response(request), payload, correlation=request.correlation))
        if request.reply_to:
            self._outbox.put(Message(request.reply_to, payload, correlation=request.correlation))

    def _body_of(self, drone: str) -> dict[str, Any]:
        """What was last told of a drone's body."""
        told = self._outbox.retained.get(self._topics.drone(drone, "body"))
        body: dict[str, Any] = msgspec.json.decode(told.payload) if told and told.payload else {}
        return body

    def _names(self) -> str:
        return ", ".join(self._drones) or "none"


def _error(error: RequestError) -> dict[str, Any]:
    return {"status": "error", "error": {"code": error.code, "message": str(error)}}


def _transaction_of(payload: bytes) -> str | None:
    """The transaction in a payload that is refused whatever else is in it."""
    try:
        return read_payload(payload).transaction
    except RequestError:
        return None
