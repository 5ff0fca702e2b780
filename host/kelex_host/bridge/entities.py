"""What can be set with a plain payload (`.../set/<entity>`): each entity is a verb with one field, or none.

For simple clients and Home Assistant: `ON` or `OFF`, a number, a name. What is wrong with it is answered where the
verb would be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kelex_host.bridge.light_order import is_light_order, read_light
from kelex_host.bridge.requests import MAX_PAYLOAD_BYTES, RequestError
from kelex_host.bridge.verbs import RANGES


@dataclass(frozen=True, slots=True)
class Entity:
    """Something that can be set: the verb that does it, and the fields that a payload stands for."""

    name: str
    verb: str
    help: str
    read: Callable[[str, Mapping[str, Any]], dict[str, Any]]


def read_set(entity: Entity, payload: bytes, body: Mapping[str, Any]) -> dict[str, Any]:
    """The verb's fields of a plain payload; they are still to be checked. Raises RequestError.

    `body` is the drone's document of that name, as far as there is one: a light is dimmed from what it shows.
    """
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise RequestError("too_large", f"The payload has {len(payload)} bytes; the most is {MAX_PAYLOAD_BYTES}.")
    try:
        text = payload.decode()
    except UnicodeDecodeError:
        raise RequestError("wrong_type", "The payload is not UTF-8; send plain text.") from None
    return entity.read(text, body)


# Plainer than `float` takes them: no underscores, no other scripts' digits, no infinities, and no way to be slow.
NUMBER = r"-?[0-9]{1,9}(\.[0-9]{1,9})?"


def _switch(text: str, body: Mapping[str, Any]) -> dict[str, Any]:
    if text.upper() not in ("ON", "OFF"):
        raise RequestError("wrong_type", f"'{text[:64]}' is neither ON nor OFF; send one of them.")
    return {"on": text.upper() == "ON"}


def _angle(joint: str) -> Callable[[str, Mapping[str, Any]], dict[str, Any]]:
    def read(text: str, body: Mapping[str, Any]) -> dict[str, Any]:
        if not re.fullmatch(NUMBER, text):
            raise RequestError("wrong_type", f"'{text[:64]}' is not a number of degrees; send one such as -12.5.")
        return {"joints": {joint: float(text)}}

    return read


def _text(field: str) -> Callable[[str, Mapping[str, Any]], dict[str, Any]]:
    return lambda text, body: {field: text}


def _eye(text: str, body: Mapping[str, Any]) -> dict[str, Any]:
    if is_light_order(text):
        return read_light(text, body.get("eye", {}))
    return {"color": {"ON": "white", "OFF": "off"}.get(text.upper(), text)}


def _press(text: str, body: Mapping[str, Any]) -> dict[str, Any]:
    return {}


ENTITIES = (
    *(Entity(joint, "move", f"degrees, {low:g} to {high:g}", _angle(joint)) for joint, (low, high) in RANGES.items()),
    Entity("pose", "pose", "a pose's name", _text("name")),
    Entity("gesture", "gesture", "a gesture's name", _text("name")),
    Entity("tone", "tone", "a tone's name", _text("name")),
    Entity("eye", "eye", "#rrggbb, a colour's name, ON or OFF, or what a JSON light of Home Assistant sends", _eye),
    Entity("holodisk", "holodisk", "ON or OFF", _switch),
    Entity("quiet", "quiet", "ON or OFF", _switch),
    Entity("stop", "stop", "anything", _press),
    Entity("identify", "identify", "anything", _press),
)
BY_NAME = {entity.name: entity for entity in ENTITIES}
