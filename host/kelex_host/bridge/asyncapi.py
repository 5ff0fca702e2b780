"""The contract as an AsyncAPI 3.0 document, made of the declarations that the code runs on.

It speaks as the bridge: it `receive`s requests and `send`s all else. Same input, same document, in the same order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from typing import Any

import msgspec

from kelex_host.bridge import document_schemas, house_schemas, household_events, household_schemas, world_schemas
from kelex_host.bridge.document_schemas import EventKind
from kelex_host.bridge.entities import ENTITIES, Entity
from kelex_host.bridge.house_verbs import HOUSE
from kelex_host.bridge.json_schemas import Schema, choice, just, record, text
from kelex_host.bridge.request_schemas import plain_schema, request_schema, signed_schema
from kelex_host.bridge.requests import ERROR_CODES, MAX_PAYLOAD_BYTES
from kelex_host.bridge.topics import RequestTopic, Topics
from kelex_host.bridge.verbs import VERBS, Verb
from kelex_host.household import beside

JSON, PLAIN = "application/json", "text/plain"
SCOPES = ("drone", "house", "world")
_BINDING = "0.2.0"
_ABOUT = f"""Kelex is a butler drone; this is all that its bridge says and understands over MQTT (3.1.1 or 5).
Every request gets exactly one response, on the topic of the same name with `response` for `request`. A payload is JSON
in UTF-8 of at most {MAX_PAYLOAD_BYTES} bytes, unless its content type is text/plain. Retained requests are refused.
Times are RFC 3339 with offset."""
_PARAMETERS = {
    "drone": {"description": "A drone's id: a-z, 0-9 and `-`.", "examples": ["kelex"]},
    "alert": {"description": "An alert's id: a-z, 0-9 and `-`.", "examples": ["trust-replayed"]},
    "project": {"description": "A project's id: a-z, 0-9 and `-`.", "examples": ["ship"]},
    "verb": {"description": "What the request's topic had there, slashes included.", "examples": ["frobnicate"]},
}


def document(base: str = "kelex", version: str = "0") -> dict[str, Any]:
    """The whole contract of a household whose topics are below `base`."""
    contract = _Contract(Topics(base))
    contract.house()
    contract.drone()
    for verb in VERBS:
        contract.verb(verb)
    for entity in ENTITIES:
        contract.entity(entity)
    for scope in SCOPES:
        contract.what_there_is_not(scope)
    will = {"topic": Topics(base).house_availability, "qos": 1, "message": "offline", "retain": True}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Kelex",
            "version": version,
            "description": " ".join(_ABOUT.split()),
            "license": {"name": "MIT", "url": "https://opensource.org/license/mit"},
            "tags": [{"name": scope} for scope in SCOPES],
        },
        "defaultContentType": JSON,
        "servers": {
            "broker": {
                "host": "127.0.0.1:1883",
                "protocol": "mqtt",
                "description": "Any MQTT broker; this is where the embedded one listens unless the port is taken.",
                "bindings": {"mqtt": {"lastWill": will, "bindingVersion": _BINDING}},
            }
        },
        "channels": contract.channels,
        "operations": contract.operations,
        "components": {
            "messages": contract.messages,
            "correlationIds": {
                "transaction": {
                    "location": "$message.payload#/transaction",
                    "description": "Chosen by who asks; it comes back in the response and in the events that follow.",
                }
            },
        },
    }


def canonical(document: dict[str, Any]) -> bytes:
    """The document as JSON that is the same wherever it is made: keys sorted, no spaces, UTF-8."""
    return msgspec.json.encode(document, order="sorted")


@lru_cache(maxsize=8)
def schema_hash(base: str, version: str) -> str:
    """What `info` of the house names this document by."""
    return sha256(canonical(document(base, version))).hexdigest()[:16]


def answer_schema(verb: Verb) -> Schema:
    """A response's `data`."""
    if verb.scope == "drone":
        return document_schemas.granted(verb.name)
    if verb.scope == "world":
        return world_schemas.answer(verb.name)
    if verb in HOUSE:
        return household_schemas.answer(verb.name)
    return {"type": "object", "description": "What was done, or is."}


class _Contract:
    """Channels, operations and messages, as they come."""

    def __init__(self, topics: Topics) -> None:
        self.channels: dict[str, Any] = {}
        self.operations: dict[str, Any] = {}
        self.messages: dict[str, Any] = {}
        self._topics = topics
        self._message("error", "A request was refused, or failed.", _error())

    def house(self) -> None:
        """What the house says."""
        topics, shapes = self._topics, document_schemas
        self._tells("house_availability", topics.house_availability, shapes.AVAILABILITY, content=PLAIN)
        self._tells("house_info", topics.house("info"), shapes.info())
        self._tells("house_health", topics.house("health"), shapes.health(), qos=0)
        self._tells("house_alert", topics.house("alerts/{alert}"), house_schemas.alert(), household_schemas.alert())
        self._tells("house_alerts", topics.house("alerts"), house_schemas.alert_list())
        self._tells("house_discovery", topics.house("discovery"), house_schemas.discovery())
        refused = house_schemas.order_refused()
        self._message("house_event_trust_order_refused", str(refused["description"]), refused, title="order_refused")
        self._channel("house_event_trust", topics.house("event/trust"), ["house_event_trust_order_refused"])
        self._operation("send", "house_event_trust", "Events of the subject trust.", qos=1, retain=False)
        for leaf, shape in household_schemas.documents().items():
            self._tells(f"house_{leaf.partition('/')[0]}", topics.house(leaf), shape)
        self._events("house", household_events.events())
        for key, action, topic, payload, plain in beside.channels(topics):
            self._message(key, str(payload["description"]), payload, content=PLAIN if plain else JSON)
            self._channel(key, topic, [key])
            self._operation(action, key, str(payload["description"]), retain=plain)

    def drone(self) -> None:
        """What a drone says by itself."""
        topics, shapes = self._topics, document_schemas
        self._tells("drone_availability", topics.drone("{drone}", "availability"), shapes.AVAILABILITY, content=PLAIN)
        self._tells("drone_senses", topics.drone("{drone}", "senses"), shapes.senses(), qos=0)
        self._tells("drone_body", topics.drone("{drone}", "body"), shapes.body(), qos=0)
        self._events("drone", shapes.events())

    def _events(self, scope: str, kinds: Iterable[EventKind]) -> None:
        of_subject: dict[str, list[str]] = {}
        for kind in kinds:
            key = f"{scope}_event_{kind.subject}_{kind.event_type}"
            self._message(key, str(kind.schema["description"]), kind.schema, title=kind.event_type)
            of_subject.setdefault(kind.subject, []).append(key)
        for subject, keys in of_subject.items():
            channel, leaf = f"{scope}_event_{subject}", f"event/{subject}"
            address = self._topics.house(leaf) if scope == "house" else self._topics.drone("{drone}", leaf)
            self._channel(channel, address, keys)
            self._operation("send", channel, f"Events of the subject {subject}.", qos=1, retain=False)

    def verb(self, verb: Verb) -> None:
        """A verb's request and its response."""
        stem = f"{verb.scope}_{verb.name}"
        topic = _request_topic(verb.scope, verb.name)
        self._message(f"{stem}_request", verb.help, request_schema(verb), correlated=True)
        self._message(f"{stem}_ok", f"Answer to {verb.name}.", _ok(verb), correlated=True)
        requests = [f"{stem}_request"]
        if not verb.guarded:  # what need not be signed may be, all the same
            self._message(f"{stem}_signed", f"{verb.help} Signed.", signed_schema(verb), correlated=True)
            requests.append(f"{stem}_signed")
        self._channel(f"{stem}_request", self._topics.request(topic), requests)
        self._channel(f"{stem}_response", self._topics.response(topic), [f"{stem}_ok", "error"])
        self._operation("receive", f"{stem}_request", verb.help, reply=f"{stem}_response", tag=verb.scope)

    def entity(self, entity: Entity) -> None:
        """What can be set with a plain payload; the verb's response answers it."""
        key = f"drone_set_{entity.name}"
        summary = f"Set {entity.name.replace('_', ' ')}, as {entity.verb} does."
        self._message(key, summary, plain_schema(entity), content=PLAIN)
        self._channel(key, self._topics.drone("{drone}", f"set/{entity.name}"), [key])
        self._operation("receive", key, summary, reply=f"drone_{entity.verb}_response")

    def what_there_is_not(self, scope: str) -> None:
        """A request to no verb, or to one that there is not, is answered too."""
        for key, verb in ((f"{scope}_response_unknown", "{verb}"), (f"{scope}_response_none", "")):
            self._channel(key, self._topics.response(_request_topic(scope, verb)), ["error"])
            self._operation("send", key, "Answer to a request that names no verb.", qos=1, retain=False, tag=scope)

    def _tells(self, key: str, address: str, *payloads: Schema, qos: int = 1, content: str = JSON) -> None:
        """A retained document with a topic of its own, of one of these shapes."""
        summary = str(payloads[0]["description"])
        keys = [key, *(f"{key}_{number}" for number in range(2, len(payloads) + 1))]
        for name, payload in zip(keys, payloads, strict=True):
            self._message(name, str(payload["description"]), payload, content=content)
        self._channel(key, address, keys)
        self._operation("send", key, summary, qos=qos, retain=True)

    def _message(
        self,
        key: str,
        summary: str,
        payload: Schema,
        *,
        title: str = "",
        content: str = JSON,
        correlated: bool = False,
    ) -> None:
        message = {"name": key, "title": title or key, "summary": summary, "contentType": content, "payload": payload}
        if correlated:
            message["correlationId"] = {"$ref": "#/components/correlationIds/transaction"}
        self.messages[key] = message

    def _channel(self, key: str, address: str, messages: list[str]) -> None:
        channel: dict[str, Any] = {
            "address": address,
            "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
        }
        parameters = {name: _PARAMETERS[name] for name in re.findall(r"\{(\w+)\}", address)}
        if parameters:
            channel["parameters"] = parameters
        self.channels[key] = channel

    def _operation(
        self,
        action: str,
        channel: str,
        summary: str,
        *,
        qos: int = 1,
        retain: bool = False,
        reply: str = "",
        tag: str = "",
    ) -> None:
        operation: dict[str, Any] = {
            "action": action,
            "channel": {"$ref": f"#/channels/{channel}"},
            "summary": summary,
            "tags": [{"name": tag or channel.partition("_")[0]}],
            "bindings": {"mqtt": {"qos": qos, "retain": retain, "bindingVersion": _BINDING}},
            "messages": self._of_channel(channel),
        }
        if reply:
            operation["reply"] = {"channel": {"$ref": f"#/channels/{reply}"}, "messages": self._of_channel(reply)}
        self.operations[f"{action}_{channel}"] = operation

    def _of_channel(self, channel: str) -> list[dict[str, str]]:
        return [{"$ref": f"#/channels/{channel}/messages/{name}"} for name in self.channels[channel]["messages"]]


def _request_topic(scope: str, verb: str) -> RequestTopic:
    return RequestTopic(scope, "{drone}" if scope == "drone" else "", verb)


def _ok(verb: Verb) -> Schema:
    fields = {
        "status": just("ok", "It was accepted."),
        "data": answer_schema(verb),
        "transaction": document_schemas.TRANSACTION,
    }
    return record(f"Answer to {verb.name}.", fields, ["transaction"])


def _error() -> Schema:
    error = {"code": choice("What kind of error.", ERROR_CODES), "message": text("A sentence that names the mend.")}
    fields = {
        "status": just("error", "It was refused, or failed."),
        "error": record("Why.", error),
        "transaction": document_schemas.TRANSACTION,
    }
    return record("A request was refused, or failed.", fields, ["transaction"])
