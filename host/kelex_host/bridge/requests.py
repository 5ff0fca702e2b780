"""A payload becomes a request, or an error with a code from the contract's one list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from kelex_host.bridge.colors import COLORS, is_color
from kelex_host.bridge.json_depth import check_depth
from kelex_host.bridge.verbs import RANGES, Field, Verb
from kelex_host.errors import KelexError

MAX_PAYLOAD_BYTES = 8192
MAX_TRANSACTION_CHARACTERS = 128

ERROR_CODES = (
    "not_json", "wrong_type", "missing_field", "unknown_field", "out_of_range", "too_large", "unknown_verb",
    "unknown_member", "unknown_room", "unknown_joint", "unknown_id", "offline", "busy", "not_allowed", "retained",
    "expired", "unsigned", "bad_signature", "unknown_key", "stale", "replayed",
)  # fmt: skip


class RequestError(KelexError):
    """A request that is refused. `code` is one of ERROR_CODES; the text is one sentence that names the mend.

    It may quote what came from outside: line breaks and control characters in it become `?`.
    """

    def __init__(self, code: str, message: str) -> None:
        assert code in ERROR_CODES, code
        super().__init__("".join(character if character.isprintable() else "?" for character in message))
        self.code = code


@dataclass(frozen=True, slots=True)
class Payload:
    """A JSON object with its transaction taken out of it."""

    fields: dict[str, Any]
    transaction: str | None


def read_payload(payload: bytes) -> Payload:
    """The object in a payload. Raises RequestError."""
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise RequestError("too_large", f"The payload has {len(payload)} bytes; the most is {MAX_PAYLOAD_BYTES}.")
    try:
        check_depth(payload)
        fields = msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise RequestError("not_json", f"The payload is not JSON ({error}); send an object such as {{}}.") from None
    if not isinstance(fields, dict):
        raise RequestError("wrong_type", f"The payload is {json_name(fields)}; send an object such as {{}}.")
    transaction = fields.pop("transaction", None)
    if transaction is not None and not isinstance(transaction, str):
        raise RequestError("wrong_type", f"The transaction is {json_name(transaction)}; it has to be text.")
    if transaction == "":
        raise RequestError("wrong_type", "The transaction is empty; give it some text, or leave it out.")
    if transaction is not None and len(transaction) > MAX_TRANSACTION_CHARACTERS:
        raise RequestError(
            "too_large", f"The transaction has {len(transaction)} characters; the most is {MAX_TRANSACTION_CHARACTERS}."
        )
    return Payload(fields, transaction)


def check_fields(verb: Verb, fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of a verb, None for what may be missing and is. Raises RequestError."""
    checked = check_table(verb.name, verb.fields, fields)
    if verb.one_of:
        _check_one_of(verb, checked)
    return checked


def check_table(what: str, declared: tuple[Field, ...], fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of an object called `what`, None for what may be missing and is. Raises RequestError."""
    known = {field.name: field for field in declared}
    for name in fields:
        if name not in known:
            listed = ", ".join(known) or "no fields"
            raise RequestError("unknown_field", f"'{what}' has no field '{name[:64]}'; it takes {listed}.")
    checked: dict[str, Any] = {}
    for field in declared:
        value = fields.get(field.name)
        if value is None and field.required:
            raise RequestError("missing_field", f"'{what}' needs the field '{field.name}' ({field.help}).")
        checked[field.name] = None if value is None else _check(field, value)
    return checked


def _check_one_of(verb: Verb, fields: dict[str, Any]) -> None:
    """Just one of the groups is there, whole. Raises RequestError."""
    given = {name for name, value in fields.items() if value is not None}
    if given not in [set(group) for group in verb.one_of]:
        groups = ", or ".join(" and ".join(group) for group in verb.one_of)
        raise RequestError("missing_field", f"'{verb.name}' needs just one of these: {groups}.")


_KINDS: dict[str, tuple[type, ...]] = {
    "number": (int, float),
    "integer": (int,),
    "text": (str,),
    "boolean": (bool,),
    "color": (str,),
    "angles": (dict,),
    "time": (str,),
    "ids": (list,),
    "object": (dict,),
    "map": (dict,),
    "list": (list,),
}


def _check(field: Field, value: Any) -> Any:
    """The value, if it fits its field. Raises RequestError."""
    kinds = _KINDS[field.kind]
    if field.kind == "ids" and isinstance(value, str):
        value = [value]
    if field.kind == "integer" and type(value) is float and value.is_integer():
        value = int(value)  # JSON has but one kind of number: 2.0 is as whole as 2
    if type(value) not in kinds:
        raise RequestError("wrong_type", f"'{field.name}' is {json_name(value)}; it has to be {_article(field.kind)}.")
    size: Any = len(value) if isinstance(value, (str, list, dict)) else value
    if field.low is not None and field.high is not None and not field.low <= size <= field.high:
        counted = _COUNTED.get(type(value), "")
        what = f"{size} {counted}" if counted else f"{value}"[:24]
        unit = f" {counted or field.unit}" if counted or field.unit else ""
        raise RequestError(
            "out_of_range", f"'{field.name}' is {what}; it has to be within {field.low:g} and {field.high:g}{unit}."
        )
    if field.choices and value not in field.choices:
        known = ", ".join(field.choices)
        code = "unknown_joint" if field.name == "joint" else "unknown_id"
        raise RequestError(code, f"'{field.name}' is '{value[:64]}'; it has to be one of {known}.")
    if field.kind == "color" and not is_color(value):
        known = ", ".join(COLORS)
        raise RequestError("unknown_id", f"'{field.name}' is '{value[:64]}'; it has to be #rrggbb or one of {known}.")
    check = _CHECKS.get(field.kind)
    return check(field, value) if check else value


def _check_time(field: Field, value: str) -> str:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise RequestError(
            "wrong_type", f"'{field.name}' is '{value[:64]}'; it has to be a time such as 2030-01-01T07:00:00+01:00."
        )
    return value


def _check_ids(field: Field, value: list[Any]) -> list[str]:
    """Each id once."""
    for one in value:
        _check(Field(field.name, "text", "", True, 1, ID_CHARACTERS_MOST), one)
    return list(dict.fromkeys(value))


def _check_object(field: Field, value: dict[str, Any]) -> dict[str, Any]:
    return check_table(field.name, field.of, value)


def _check_map(field: Field, value: dict[str, Any]) -> dict[str, Any]:
    for name, one in value.items():
        _check(Field(field.name, "text", "", True, 1, ID_CHARACTERS_MOST), name)
        value[name] = _check(field.of[0], one)
    return value


def _check_list(field: Field, value: list[Any]) -> list[Any]:
    return [_check(field.of[0], one) for one in value]


def _check_angles(field: Field, angles: dict[str, Any]) -> dict[str, Any]:
    if not angles:
        raise RequestError("missing_field", f"'{field.name}' names no joint; name one of {', '.join(RANGES)}.")
    for joint, angle in angles.items():
        if joint not in RANGES:
            raise RequestError("unknown_joint", f"There is no joint '{joint[:64]}'; there are {', '.join(RANGES)}.")
        low, high = RANGES[joint]
        _check(Field(joint, "number", "", True, low, high, "degrees"), angle)
    return angles


ID_CHARACTERS_MOST = 64
_COUNTED: dict[type, str] = {str: "characters", list: "entries", dict: "entries"}
_CHECKS: dict[str, Callable[[Field, Any], Any]] = {
    "angles": _check_angles,
    "time": _check_time,
    "ids": _check_ids,
    "object": _check_object,
    "map": _check_map,
    "list": _check_list,
}
_KIND_NAMES = {
    "integer": "an integer",
    "text": "text",
    "color": "text",
    "time": "text",
    "angles": "an object of joints and degrees",
    "ids": "an id or an array of them",
    "object": "an object",
    "map": "an object",
    "list": "an array",
}


def _article(kind: str) -> str:
    return _KIND_NAMES.get(kind, f"a {kind}")


def json_name(value: Any) -> str:
    """What a JSON value is, in JSON's words."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list():
            return "an array"
    return "an object"
