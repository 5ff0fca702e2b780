"""JSON Schemas (draft-07, as AsyncAPI takes them), put together from what the declarations have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kelex_wire.codec import RANGES

Schema = dict[str, Any]

# What MQTT says for the wire's units: its name, and how many of the wire's are one of it.
_UNITS = {
    "cdeg": "degrees",
    "cC": "°C",
    "c%": "%",
    "cdB": "dB",
    "mV": "V",
    "mA": "A",
    "mm/s2": "m/s²",
}


def unit_of(wire_unit: str) -> str:
    """The name that a unit of the wire has in MQTT's documents."""
    return _UNITS.get(wire_unit, wire_unit)


def number(help: str, unit: str = "", low: float | None = None, high: float | None = None) -> Schema:
    """A number with its unit; limits are inclusive."""
    return _limited("number", help, unit, low, high)


def integer(help: str, unit: str = "", low: float | None = 0, high: float | None = None) -> Schema:
    """A whole number."""
    return _limited("integer", help, unit, low, high)


def boolean(help: str) -> Schema:
    """True or false."""
    return {"type": "boolean", "description": help}


def text(help: str, least: int | None = None, most: int | None = None, **more: Any) -> Schema:
    """Text of so many characters; `more` as JSON Schema has it."""
    schema = {"type": "string", "description": help, "minLength": least, "maxLength": most, **more}
    return {key: value for key, value in schema.items() if value is not None}


def choice(help: str, values: Iterable[str]) -> Schema:
    """One of these."""
    return {"type": "string", "description": help, "enum": list(values)}


def just(value: str, help: str) -> Schema:
    """This text and no other."""
    return {"type": "string", "description": help, "const": value}


def array(help: str, items: Schema, **more: Any) -> Schema:
    """A list of those."""
    return {"type": "array", "description": help, "items": items, **more}


def record(help: str, fields: Mapping[str, Schema], optional: Iterable[str] = ()) -> Schema:
    """An object with these fields and no others."""
    required = [name for name in fields if name not in set(optional)]
    schema: Schema = {"type": "object", "description": help, "properties": dict(fields)}
    if required:
        schema["required"] = required
    return {**schema, "additionalProperties": False}


def mapping(help: str, values: Schema) -> Schema:
    """An object that maps any name to one of those."""
    return {"type": "object", "description": help, "additionalProperties": values}


def nullable(schema: Schema) -> Schema:
    """The same, or null."""
    if "type" not in schema:
        return {**schema, "anyOf": [*schema["anyOf"], {"type": "null"}]}
    schema = {**schema, "type": [schema["type"], "null"]}
    if "enum" in schema:
        schema["enum"] = [*schema["enum"], None]
    return schema


def wire_field(field: tuple[Any, ...], help: str, scales: Mapping[str, int]) -> Schema:
    """What becomes of a number on the wire, a row of `kelex_wire.schema`: a scaled one gets its unit's name here."""
    _, code, unit, low, high = field
    if low is None:
        low, high = RANGES[code[0]]
    scale = scales.get(unit)
    if scale:
        schema = number(help, _UNITS[unit], low / scale, high / scale)
    elif not unit and (low, high) == (0, 1):
        schema = boolean(help)
    else:
        schema = integer(help, unit, low, high)
    return nullable(schema) if code.endswith("?") else schema


def _limited(kind: str, help: str, unit: str, low: float | None, high: float | None) -> Schema:
    schema: Schema = {"type": kind, "description": f"{help}, in {unit}." if unit else f"{help}."}
    if unit:
        schema["x-unit"] = unit
    if low is not None:
        schema["minimum"] = _plain(low)
    if high is not None:
        schema["maximum"] = _plain(high)
    return schema


def _plain(value: float) -> float:
    return int(value) if value == int(value) else value
