"""What was seen on MQTT, held against the contract's AsyncAPI document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from jsonschema import Draft7Validator, FormatChecker
from kelex_host.bridge.asyncapi import document

FORMATS = FormatChecker(formats=())


@FORMATS.checks("date-time", ValueError)
def _is_time(value: Any) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def validator(schema: dict[str, Any]) -> Draft7Validator:
    """What checks values against a schema, times included."""
    return Draft7Validator(schema, format_checker=FORMATS)


def resolve(document: dict[str, Any], reference: str) -> Any:
    """What a `#/…` reference stands for."""
    found: Any = document
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found


@dataclass
class Channel:
    """A channel: which topics are its, and what may be on them."""

    name: str
    topics: re.Pattern[str]
    parameters: int
    from_us: bool
    retain: bool
    messages: dict[str, tuple[str, Draft7Validator]] = field(default_factory=dict)

    def problem(self, payload: bytes) -> str:
        """What is wrong with a payload; empty for nothing."""
        found = []
        for name, (content, validator) in self.messages.items():
            try:
                value = payload.decode() if content == "text/plain" else json.loads(payload)
            except ValueError as error:
                return f"{name}: {error}"
            errors = sorted(validator.iter_errors(value), key=lambda error: len(error.path), reverse=True)
            if not errors:
                return ""
            found.append(f"{name}: {errors[0].message}")
        return "; ".join(found)


class Contract:
    """The contract of a household, ready to judge what is said under its base."""

    def __init__(self, base: str = "kelex") -> None:
        self._base = base
        document_ = document(base)
        sends = {o["channel"]["$ref"]: o for o in document_["operations"].values() if o["action"] == "send"}
        replies = {o["reply"]["channel"]["$ref"] for o in document_["operations"].values() if "reply" in o}
        self.channels = [
            _channel(document_, name, f"#/channels/{name}" in {*sends, *replies}, sends.get(f"#/channels/{name}"))
            for name in document_["channels"]
        ]
        self.channels.sort(key=lambda channel: channel.parameters)  # what is named comes before what may be anything

    def channel(self, topic: str) -> Channel | None:
        """The channel that a topic belongs to."""
        return next((channel for channel in self.channels if channel.topics.fullmatch(topic)), None)

    def problem(self, topic: str, payload: bytes, retained: bool) -> str:
        """What is wrong with a message that the house published; empty for nothing, or for what others sent."""
        channel = self.channel(topic)
        if channel is None:
            ours = re.fullmatch(rf"{re.escape(self._base)}/.*", topic) and not _is_asked(topic)
            return f"{topic}: no channel has this topic" if ours else ""
        if not channel.from_us or (channel.retain and not payload):  # an empty retained payload deletes
            return ""
        if retained and not channel.retain:
            return f"{topic}: was retained, which {channel.name} is not"
        problem = channel.problem(payload)
        return f"{topic}: {problem} in {payload[:500]!r}" if problem else ""

    def problems(self, seen: list[tuple[str, bytes, bool]]) -> list[str]:
        """All that is wrong with what was seen: topic, payload, whether the broker said that it was retained."""
        each = {message: self.problem(*message) for message in dict.fromkeys(seen)}
        return [problem for problem in each.values() if problem] + list(self._granted_but_invalid(seen))

    def _granted_but_invalid(self, seen: list[tuple[str, bytes, bool]]) -> Iterator[str]:
        """Requests that were accepted though the contract does not have them."""
        granted = {(topic, t) for topic, payload, _ in seen if (t := _granted(topic, payload))}
        for topic, payload, _ in seen:
            channel = self.channel(topic) if "/request/" in topic else None
            answer = topic.replace("/request/", "/response/", 1), _fields(payload).get("transaction")
            if channel is None or answer not in granted:
                continue
            granted.discard(answer)  # the same one again gets the same answer, whatever is in it
            problem = channel.problem(payload)
            if problem:
                yield f"{topic}: accepted, though {problem} in {payload[:500]!r}"


@cache
def of_household(base: str = "kelex") -> Contract:
    """The contract of a household; made once."""
    return Contract(base)


def _channel(document: dict[str, Any], name: str, from_us: bool, sent: dict[str, Any] | None) -> Channel:
    channel = document["channels"][name]
    topics = re.escape(channel["address"])
    for parameter in channel.get("parameters", {}):
        levels = ".*" if parameter == "verb" else "[^/]*"
        topics = topics.replace(re.escape(f"{{{parameter}}}"), levels)
    messages = {
        key: (message["contentType"], validator(message["payload"]))
        for key, reference in channel["messages"].items()
        for message in [resolve(document, reference["$ref"])]
    }
    retain = bool(sent and sent["bindings"]["mqtt"]["retain"])
    return Channel(name, re.compile(topics), len(channel.get("parameters", ())), from_us, retain, messages)


def _is_asked(topic: str) -> bool:
    """Whether a topic is for others to publish on."""
    return re.search(r"/(request|set)(/|$)", topic) is not None


def _granted(topic: str, payload: bytes) -> str | None:
    response = _fields(payload) if "/response/" in topic else {}
    return response.get("transaction") if response.get("status") == "ok" else None


def _fields(payload: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(payload)
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}
