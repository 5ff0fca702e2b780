"""What a drone keeps of its own body and its household, in MQTT's words: orders that change it, and how it all is."""

from __future__ import annotations

from typing import Any

from kelex_wire import schema

from kelex_host.bridge.json_schemas import Schema, boolean, integer, number
from kelex_host.bridge.json_schemas import record as shape

_NAMES = tuple(row[0] for row in schema.SETTINGS)
_JOINTS = tuple(name for name, _, _ in schema.JOINTS)
_OF_JOINT = ("trim", "low", "high")
# The fields of requests that are settings of no joint, by what they are called on the wire.
_OTHERS = {
    "temperature": "temperature_offset",
    "humidity": "humidity_offset",
    "range_mm": "range_offset",
    "too_cold": "too_cold",
    "too_hot": "too_hot",
    "watch": "watch",
    "quiet": "quiet",
    "near_mm": "presence_near",
    "again_s": "presence_again",
    "hold_s": "presence_hold",
}
_PRESENCE = ("near_mm", "again_s", "hold_s")
_SCALES = {"cdeg": 100, "cC": 100, "c%": 100}


def order_values(fields: dict[str, Any]) -> tuple[int | None, ...]:
    """The values of an order for settings: None for what no field sets."""
    wanted = {wire: fields[name] for name, wire in _OTHERS.items() if fields.get(name) is not None}
    for what in _OF_JOINT:
        if fields.get(what) is not None:
            wanted[f"{what}_{fields['joint']}"] = fields[what]
    return tuple(
        None if name not in wanted else round(wanted[name] * _SCALES.get(unit, 1))
        for name, _, unit, _, _ in schema.SETTINGS
    )


def document(record: Any) -> dict[str, Any]:
    """All settings, as the drone has them."""
    values = {
        name: value / _SCALES[unit] if unit in _SCALES else value
        for (name, _, unit, _, _), value in zip(schema.SETTINGS, record[-len(_NAMES) :], strict=True)
    }
    return {
        "joints": {joint: {what: values[f"{what}_{joint}"] for what in _OF_JOINT} for joint in _JOINTS},
        "offsets": {name: values[_OTHERS[name]] for name in ("temperature", "humidity", "range_mm")},
        "air": {"low": values["too_cold"], "high": values["too_hot"]},
        "presence": {name: values[_OTHERS[name]] for name in _PRESENCE},
        "watch": bool(values["watch"]),
        "quiet": bool(values["quiet"]),
    }


def told() -> Schema:
    """The shape of that document."""
    joint = shape(
        "What it keeps of a joint.",
        {
            "trim": number("What is added to its angle for its servo", "degrees"),
            "low": number("Its lowest angle", "degrees"),
            "high": number("Its highest angle", "degrees"),
        },
    )
    offsets = {
        "temperature": number("Added to the temperature measured", "°C"),
        "humidity": number("Added to the humidity measured", "%"),
        "range_mm": integer("Added to the range measured", "mm", low=-200),
    }
    presence = {
        "near_mm": integer("What comes nearer than this is somebody", "mm"),
        "again_s": integer("What moves again within so long is somebody", "s"),
        "hold_s": integer("How long somebody counts as there who does not move", "s"),
    }
    air = {"low": number("Colder is too cold", "°C"), "high": number("Warmer is too hot", "°C")}
    return shape(
        "What the drone keeps of its body and its household.",
        {
            "joints": shape("By joint.", dict.fromkeys(_JOINTS, joint)),
            "offsets": shape("By sense.", offsets),
            "air": shape("The limits of the nursery's air.", air),
            "presence": shape("What it takes for somebody's presence, once something moves.", presence),
            "watch": boolean("Whether it minds the nursery's air and the infant's cry."),
            "quiet": boolean("Whether it is quiet, after a reboot too."),
        },
    )
