"""What the simulated house answers, as JSON Schemas: most of it is a verb's own fields, with what they came to be.

The simulator knows nothing of MQTT and imports nothing of the host, so its shapes are declared here; a test holds what
it answers to every verb against them.
"""

from __future__ import annotations

from collections.abc import Callable

from kelex_host.bridge import verbs
from kelex_host.bridge.document_schemas import TIME
from kelex_host.bridge.json_schemas import (
    Schema,
    array,
    boolean,
    integer,
    mapping,
    number,
    record,
    text,
)
from kelex_host.bridge.request_schemas import field_schema
from kelex_host.bridge.verbs import RANGES

# Which of a verb's fields its answer repeats, defaults filled in.
_REPEATED = {
    "cry": ("seconds",),
    "touch": ("seconds",),
    "door": ("open",),
    "tremor": ("magnitude", "seconds"),
    "intruder": ("range_mm", "seconds"),
    "hand": ("joint", "seconds"),
    "servo_load": ("joint", "seconds"),
    "battery": ("level",),
    "fault": ("part", "kind", "seconds"),
    "unplug": ("seconds",),
    "contact": ("contact", "behaviour", "after_s"),
    "speed": ("times",),
}


def answer(verb: str) -> Schema:
    """A response's `data` for a verb of the world."""
    declared = {field.name: field for field in verbs.BY_NAME["world", verb].fields}
    repeated = {}
    for name in _REPEATED.get(verb, ()):
        schema = field_schema(declared[name])
        kind = schema["type"]
        repeated[name] = {**schema, "type": kind[0]} if isinstance(kind, list) else schema
    more = _MORE[verb]() if verb in _MORE else {}
    # With several drones, none of them stands at the top.
    optional = _drone() if verb == "truth" else ()
    return record("What was done, or is.", {"time": TIME, **repeated, **more}, optional)


def _people() -> Schema:
    return mapping("Each member's room by his id; null while away.", {"type": ["string", "null"]})


def _rooms() -> Schema:
    room = {
        "celsius": number("Temperature of the air", "°C"),
        "humidity": number("Relative humidity of the air", "%"),
        "lux": number("Illuminance", "lx"),
    }
    return mapping("Each room by its id.", record("A room.", room))


def _drone() -> dict[str, Schema]:
    servo = {
        "pulse_us": number("The pulse that it gets", "µs", 0),
        "angle": number("Where its shaft is", "degrees"),
        "attached": boolean("Whether it gets pulses."),
    }
    color = text("Red, green and blue, two hexadecimal digits each.", pattern="^#[0-9a-f]{6}$")
    servos = {joint: record(f"The servo of {joint}.", servo) for joint in RANGES}
    return {
        "servos": record("Each joint's servo.", servos),
        "tone_hz": number("What the buzzer sounds; 0 when silent", "Hz", 0),
        "eye": {**color, "description": "The colour of the eye's brightest pixel: #rrggbb."},
        "eye_pixels": array("The colour of each of the eye's pixels.", color),
        "holodisk": boolean("Whether the relay of the holo-disk is on."),
        "supply_v": number("Voltage of the battery", "V", 0),
    }


def _truth() -> dict[str, Schema]:
    contact = {
        name: field_schema(field)
        for field in verbs.BY_NAME["world", "contact"].fields
        if (name := field.name) != "contact"
    }
    contact["after_s"] = {**contact["after_s"], "type": "number"}
    return {
        **_drone(),
        "drones": mapping("Each drone's hardware by its id.", record("A drone's hardware.", _drone())),
        "rooms": _rooms(),
        "people": _people(),
        "contacts": mapping("How each contact behaves, by its id.", record("A contact.", contact)),
    }


# What else there is in an answer.
_MORE: dict[str, Callable[[], dict[str, Schema]]] = {
    "enter": lambda: {"people": _people()},
    "leave": lambda: {"people": _people()},
    "climate": lambda: {"rooms": _rooms()},
    "light": lambda: {"rooms": _rooms()},
    "ring": lambda: {"seconds": number("For how long the button is down", "s", 0)},
    "day": lambda: {"moments": integer("How many moments it has", "", 1)},
    "battery": lambda: {"supply_v": number("Voltage of the battery", "V", 0)},
    "truth": _truth,
}
