"""Every order that has to be signed, made from the declarations: the verbs, their fields, the roles' table.

A verb or a rule that is declared tomorrow is tried by the tests that use this, whichever way an order can come.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from kelex_host.bridge.verb import Field, Verb
from kelex_host.bridge.verbs import VERBS
from kelex_host.trust.roles import is_guarded

EVERY_VERB = tuple(sorted({verb.name for verb in VERBS}))


@dataclass(frozen=True)
class Order:
    """A verb with fields that it takes."""

    verb: Verb
    fields: dict[str, Any]

    @property
    def scope(self) -> str:
        """What it is an order to, as topics have it, in a house of one drone."""
        return "drone/kelex" if self.verb.scope == "drone" else self.verb.scope

    def __str__(self) -> str:
        return f"{self.verb.scope} {self.verb.name} {json.dumps(self.fields)}"


def orders_to_sign(also: Collection[str] = ()) -> list[Order]:
    """Every order that is guarded; `also` are verbs that are guarded by configuration."""
    orders = [Order(verb, fields) for verb in VERBS for fields in _variants(verb)]
    return [order for order in orders if is_guarded(order.verb, order.fields, also)]


def _variants(verb: Verb) -> Iterator[dict[str, Any]]:
    """What a verb takes at least; and that with each value that its choices and switches have."""
    in_groups = {name for group in verb.one_of for name in group}
    for group in verb.one_of or ((),):
        least = {field.name: _value(field) for field in verb.fields if field.required or field.name in group}
        yield least
        for field in verb.fields:
            if field.name in in_groups - set(group):
                continue
            for value in (True, False) if field.kind == "boolean" else field.choices:
                if least.get(field.name) != value:
                    yield {**least, field.name: value}


def _value(field: Field) -> Any:
    if field.choices:
        return field.choices[0]
    match field.kind:
        case "number" | "integer":
            return max(field.low or 0, min(field.high or 1, 1))
        case "boolean":
            return True
        case "time":
            return "2026-11-28T20:00:00+00:00"
        case "color":
            return "red"
        case "angles":
            return {"head_pan": 30}
        case "ids":
            return ["kal-el"]
        case "object":
            return {one.name: _value(one) for one in field.of if one.required}
        case "list":
            return [_value(field.of[0])]
        case "map":
            return {"plate": _value(field.of[0])}
        case "text":
            return "kal-el"
    raise AssertionError(f"no value for {field.kind}; add it here")


def words(order: Order) -> list[str]:
    """How an order is typed, by its own command; see Field for what is typed without its name."""
    given = dict(order.fields)
    line = ["world"] if order.verb.scope == "world" else []
    line.append(order.verb.name)
    options: list[str] = []
    for field in order.verb.fields:
        if field.name not in given:
            continue
        value = given.pop(field.name)
        if field.kind == "angles":
            typed = [f"{joint}={degrees}" for joint, degrees in value.items()]
        elif field.kind == "ids":
            typed = [str(one) for one in value]
        else:
            typed = [json.dumps(value) if isinstance(value, bool | dict | list) else str(value)]
        if field.positional or (field.required and not field.option):
            line += typed
        elif field.kind == "boolean":
            options.append(("--" if value else "--no-") + field.name.replace("_", "-"))
        else:
            for one in typed:
                options += ["--" + field.name.replace("_", "-"), one]
    return [*line, *options]
