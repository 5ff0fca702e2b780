"""What may be sent, as JSON Schemas from the declarations of verbs and entities.

Valid is just what `read_payload` and `check_fields` take. The one rule that no schema can tell: a payload has at most
MAX_PAYLOAD_BYTES.
"""

from __future__ import annotations

from typing import Any

from kelex_host.bridge import verbs
from kelex_host.bridge.colors import COLORS, PATTERN
from kelex_host.bridge.entities import NUMBER, Entity
from kelex_host.bridge.json_schemas import (
    Schema,
    array,
    boolean,
    choice,
    integer,
    mapping,
    nullable,
    number,
    record,
    text,
)
from kelex_host.bridge.requests import ID_CHARACTERS_MOST, MAX_TRANSACTION_CHARACTERS
from kelex_host.bridge.verbs import RANGES, Field, Verb

_TRANSACTION = nullable(
    text(
        "Comes back in the response and in the events that follow. The same one again within ten minutes gets the same "
        "response again, and nothing is done twice.",
        least=1,
        most=MAX_TRANSACTION_CHARACTERS,
    )
)


def request_schema(verb: Verb) -> Schema:
    """The payload of a verb's request."""
    return signed_schema(verb) if verb.guarded else fields_schema(verb)


def fields_schema(verb: Verb) -> Schema:
    """The fields of a verb, and a transaction; of a guarded verb, what it has when it is not signed.

    What may be left out may also be null. Of a verb with `one_of` there are as many variants.
    """
    if not verb.one_of:
        optional = [field.name for field in verb.fields if not field.required]
        fields = {field.name: field_schema(field) for field in verb.fields}
        return record(verb.help, {**fields, "transaction": _TRANSACTION}, [*optional, "transaction"])
    return {"description": verb.help, "oneOf": [_variant(verb, group) for group in verb.one_of]}


def _variant(verb: Verb, group: tuple[str, ...]) -> Schema:
    others = [field.name for field in verb.fields if field.name not in group]
    fields: dict[str, Schema] = {
        field.name: _value_schema(field)
        if field.name in group
        else {"type": "null", "description": f"Not together with {' and '.join(group)}."}
        for field in verb.fields
    }
    help = f"By {' and '.join(group)}."
    return record(help, {**fields, "transaction": _TRANSACTION}, [*others, "transaction"])


def field_schema(field: Field) -> Schema:
    """One field of a verb."""
    schema = _value_schema(field)
    return schema if field.required else nullable(schema)


def _value_schema(field: Field) -> Schema:
    help = field.help[0].upper() + field.help[1:]
    match field.kind:
        case "number":
            return number(help, field.unit, field.low, field.high)
        case "integer":
            return integer(help, field.unit, field.low, field.high)
        case "boolean":
            return boolean(f"{help}.")
        case "color":
            return {"description": f"{help}.", "anyOf": _colors()}
        case "angles":
            return {**joints_schema(f"{help}.", optional=True), "minProperties": 1}
        case "time":
            return text(f"{help}. RFC 3339 with offset.", format="date-time")
        case "object":
            fields = {inner.name: field_schema(inner) for inner in field.of}
            return record(f"{help}.", fields, [inner.name for inner in field.of if not inner.required])
    if field.choices:
        return choice(f"{help}.", field.choices)
    least, most = (None if limit is None else int(limit) for limit in (field.low, field.high))
    match field.kind:
        case "list":
            return limited_array(f"{help}.", _value_schema(field.of[0]), least, most)
        case "map":
            counted = {"minProperties": least, "maxProperties": most, "propertyNames": _ID}
            return {**mapping(f"{help}.", _value_schema(field.of[0])), **_given(counted)}
        case "ids":
            several = limited_array("Several ids.", text("An id.", 1, ID_CHARACTERS_MOST), least, most)
            one = text("An id.", 1, ID_CHARACTERS_MOST)
            return {"description": f"{help}.", "anyOf": [one, several]}
    return text(f"{help}.", least, most)


_ID = {"minLength": 1, "maxLength": ID_CHARACTERS_MOST}


def limited_array(help: str, items: Schema, least: int | None, most: int | None) -> Schema:
    """An array of so many."""
    return array(help, items, **_given({"minItems": least, "maxItems": most}))


def _given(limits: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in limits.items() if value is not None}


def joints_schema(help: str, *, optional: bool = False) -> Schema:
    """Angles by joint, each within its joint's range."""
    angles = {joint: number(joint.replace("_", " ").capitalize(), "degrees", *RANGES[joint]) for joint in RANGES}
    return record(help, angles, angles if optional else ())


def _colors() -> list[Schema]:
    return [
        choice("A colour's name.", COLORS),
        text("Red, green and blue, two hexadecimal digits each.", most=7, pattern=f"^{PATTERN}$"),
    ]


def signed_schema(verb: Verb) -> Schema:
    """A signed order: signed as a string, so that nobody has to agree on a canonical form of JSON."""
    order = fields_schema(verb)
    order = {**order, "oneOf": [_signed(kind) for kind in order["oneOf"]]} if verb.one_of else _signed(order)
    return record(
        f"{verb.help} {'Guarded: it has to be signed.' if verb.guarded else 'Signed.'}",
        {
            "order": {
                **text("The verb's fields, and by whom and when, as JSON text; x-content-schema says how."),
                "contentMediaType": "application/json",
                "x-content-schema": order,
            },
            "key": text("The id of the key that signed it.", 1, 64),
            "signature": text(
                "Ed25519 over the topic, a line feed and the text of `order`; base64.", contentEncoding="base64"
            ),
            "transaction": _TRANSACTION,
        },
        ["transaction"],
    )


def _signed(order: Schema) -> Schema:
    """The text of a signed order: the verb's fields, and by whom and when; its transaction stands beside it."""
    properties = {name: schema for name, schema in order["properties"].items() if name != "transaction"}
    signer = {
        "by": text("The member who orders it.", 1, 64),
        "issued_at": text("When it was signed: RFC 3339 with offset, within 30 s of now.", format="date-time"),
        "counter": integer("Above the last one accepted of this key.", low=1, high=2**53 - 1),
    }
    return {**order, "properties": properties | signer, "required": [*order.get("required", ()), *signer]}


def plain_schema(entity: Entity) -> Schema:
    """The plain payload that sets an entity."""
    help = f"{entity.help[0].upper()}{entity.help[1:]}."
    fields = verbs.BY_NAME["drone", entity.verb].fields
    match fields[0].kind if fields else "":
        case "":
            return text(help)
        case "angles":
            return {**text(help, pattern=f"^{NUMBER}$"), "x-unit": "degrees"}
        case "boolean":
            return choice(help, ("ON", "OFF"))
        case "color":
            on_off = choice("The white light, or none.", ("ON", "OFF"))
            light = text("A light's order in JSON, with its `state`.", pattern=r'^\{.*"state".*\}$')
            return {"description": help, "anyOf": [on_off, light, *_colors()]}
    return choice(help, fields[0].choices)
