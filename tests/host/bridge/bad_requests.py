"""Bad requests, generated from the verbs' declarations, each with the code that it has to get."""

import json
import math
from collections.abc import Iterator
from typing import Any

from kelex_host.bridge.requests import MAX_PAYLOAD_BYTES, MAX_TRANSACTION_CHARACTERS
from kelex_host.bridge.verbs import RANGES, Field, Verb
from kelex_host.trust.roles import rule_for

# One value of each type that JSON has; null is as good as missing.
JSON_VALUES: dict[str, Any] = {
    "text": "x",
    "boolean": True,
    "integer": 1,
    "fraction": 1.5,
    "array": [1],
    "object": {"a": 1},
}
FITTING = {
    "number": {"integer", "fraction"},
    "integer": {"integer"},
    "text": {"text"},
    "color": {"text"},
    "boolean": {"boolean"},
    "angles": {"object"},
    "time": {"text"},
    "ids": {"text", "array"},
    "object": {"object"},
    "map": {"object"},
    "list": {"array"},
}
HUGE = 10**300
# Payloads that are no requests at all, whatever the verb.
NO_REQUESTS = {
    b"": "not_json",
    b" ": "not_json",
    b"{": "not_json",
    b"}": "not_json",
    b"{'pan': 1}": "not_json",
    b"look": "not_json",
    b"ON": "not_json",
    b"\xff\xfe\x00": "not_json",
    b"\x00": "not_json",
    b"\xef\xbb\xbf{}": "not_json",
    b'{"a": "\xff"}': "not_json",
    b'{"a": "\\ud800"}': "not_json",
    b'{"transaction": NaN}': "not_json",
    b"{} {}": "not_json",
    b"{,}": "not_json",
    b"[" * 5000: "not_json",
    b'{"a":' * 1600: "not_json",
    b"1" * 5000: "not_json",
    b"null": "wrong_type",
    b"true": "wrong_type",
    b"3": "wrong_type",
    b"-0.0": "wrong_type",
    b'"text"': "wrong_type",
    b"[]": "wrong_type",
    b"[{}]": "wrong_type",
    b"x" * (MAX_PAYLOAD_BYTES + 1): "too_large",
    b"{}" + b" " * (MAX_PAYLOAD_BYTES - 1): "too_large",
}

Bad = tuple[str, bytes, str]  # what is wrong, the payload, the code


def good_value(field: Field) -> Any:
    """A value that fits a field."""
    if field.choices:
        return field.choices[0]
    match field.kind:
        case "number" | "integer":
            return field.low
        case "text":
            return "kelex"
        case "color":
            return "blue"
        case "boolean":
            return True
        case "time":
            return "2999-01-01T00:00:00+00:00"
        case "ids":
            return ["kelex"]
        case "object":
            return {inner.name: good_value(inner) for inner in field.of if inner.required}
        case "map":
            return {f"part-{n}": good_value(field.of[0]) for n in range(int(field.low or 0))}
        case "list":
            return [good_value(field.of[0])] * int(field.low or 0)
    return {"head_pan": 1}


def good_fields(verb: Verb) -> dict[str, Any]:
    """The least that a verb can be asked with."""
    wanted = verb.one_of[0] if verb.one_of else ()
    return {field.name: good_value(field) for field in verb.fields if field.required or field.name in wanted}


def bad_requests(verb: Verb) -> Iterator[Bad]:
    """Everything wrong that one can send to a verb."""
    for what, payload, code in _bad_requests(verb):
        yield what, payload, "unsigned" if code != "not_json" and _needs_a_signature(verb, payload) else code


def _needs_a_signature(verb: Verb, payload: bytes) -> bool:
    """Whether the guard asks for one before anybody looks into what else is wrong."""
    fields = json.loads(payload) if len(payload) <= MAX_PAYLOAD_BYTES else None
    if not isinstance(fields, dict):
        return False
    transaction = fields.pop("transaction", "t")
    if not isinstance(transaction, str) or not 0 < len(transaction) <= MAX_TRANSACTION_CHARACTERS:
        return False
    return verb.guarded or rule_for(verb.scope, verb.name, fields) is not None


def _bad_requests(verb: Verb) -> Iterator[Bad]:
    for payload, code in NO_REQUESTS.items():
        yield f"payload {payload[:20]!r}", payload, code
    good = good_fields(verb)
    yield from _bad_envelopes(good)
    for field in verb.fields:
        if field.required:
            left = {name: value for name, value in good.items() if name != field.name}
            yield f"no {field.name}", _json(left), "missing_field"
            yield f"{field.name} null", _json({**good, field.name: None}), "missing_field"
        for what, value, code in _bad_values(field):
            yield f"{field.name} {what}", _json({**good, field.name: value}), code
        for literal in (b"1e400", b"-1e400", b"NaN", b"Infinity", b"01", b"+1", b"0x10", b".5", b"1" * 4400):
            raw = _json({**good, field.name: "@"}).replace(b'"@"', literal)
            yield f"{field.name} {literal[:9]!r}", raw, "not_json"
    yield from _bad_groups(verb)


def _bad_envelopes(good: dict[str, Any]) -> Iterator[Bad]:
    """A good request in something bad, or with something bad beside it."""
    for name in ("nonsense", "", "Pan", " pan", "a\nb\x1b[2J", "x" * 3000, "__class__", "\u202e"):
        yield f"field {name[:9]!r}", _json({**good, name: 1}), "unknown_field"
        yield f"field {name[:9]!r} null", _json({**good, name: None}), "unknown_field"
    yield "in an array", _json([good]), "wrong_type"
    yield "as text", _json(json.dumps(good)), "wrong_type"
    yield "too large", _json(good).ljust(MAX_PAYLOAD_BYTES + 1), "too_large"
    for kind, value in JSON_VALUES.items():
        if kind != "text":
            yield f"transaction {kind}", _json({**good, "transaction": value}), "wrong_type"
    yield "long transaction", _json({**good, "transaction": "t" * (MAX_TRANSACTION_CHARACTERS + 1)}), "too_large"
    yield "twice", _json(good) * 2, "not_json"
    yield "cut", _json(good)[:-1], "not_json"
    yield "in UTF-16", json.dumps(good).encode("utf-16"), "not_json"


def _bad_values(field: Field) -> Iterator[tuple[str, Any, str]]:
    for kind, value in JSON_VALUES.items():
        if kind not in FITTING[field.kind]:
            yield kind, value, "wrong_type"
    if field.kind in ("number", "integer", "text"):
        yield from _out_of_range(field)
    if field.choices or field.kind == "color":
        code = "unknown_joint" if field.name == "joint" else "unknown_id"
        good = str(good_value(field))
        for text in ("", "nonsense", good.upper(), good + " ", good + "\n", "x" * 4000, "\u202e", "#12345g", "null"):
            yield f"choice {text[:9]!r}", text, code
    if field.kind == "angles":
        yield from _bad_angles()
    if field.kind == "time":
        for text in ("", "soon", "2999-01-01", "2999-01-01T00:00:00", "2999-13-01T00:00:00+00:00", "x" * 4000):
            yield f"time {text[:9]!r}", text, "wrong_type"
    if field.kind in ("ids", "list", "map", "object"):
        yield from _bad_collections(field)


def _bad_collections(field: Field) -> Iterator[tuple[str, Any, str]]:
    """Too few or too many entries, and an entry that is wrong."""
    if field.kind == "ids":
        for values, code in (([], "out_of_range"), (["a"] * 40, "out_of_range"), ([1], "wrong_type"),
                             (["a", None], "wrong_type"), ([""], "out_of_range"), (["x" * 99], "out_of_range"),
                             ("", "out_of_range"), ("x" * 99, "out_of_range")):  # fmt: skip
            yield f"ids {values!r}"[:20], values, code
    elif field.kind == "object":
        yield "an unknown field", {**good_value(field), "nonsense": 1}, "unknown_field"
        for inner in field.of:
            for what, value, code in _bad_values(inner):
                yield f"{inner.name} {what}", {**good_value(field), inner.name: value}, code
    elif field.kind == "map":
        assert field.high is not None
        for what, value, code in _bad_values(field.of[0]):
            yield f"entry {what}", {"a": value}, code
        yield "an empty name", {"": good_value(field.of[0])}, "out_of_range"
        yield "too many", {f"{n}": good_value(field.of[0]) for n in range(int(field.high) + 1)}, "out_of_range"
    else:
        assert field.high is not None
        for what, value, code in _bad_values(field.of[0]):
            yield f"entry {what}", [value], code
        yield "too many", [good_value(field.of[0])] * (int(field.high) + 1), "out_of_range"


def _out_of_range(field: Field) -> Iterator[tuple[str, Any, str]]:
    if field.choices:
        return
    assert field.low is not None, f"{field.name} needs limits"
    assert field.high is not None, f"{field.name} needs limits"
    if field.kind == "text":
        values: list[Any] = ["x" * (int(field.high) + 1), "\u00e9" * 2000]
        if field.low:
            values.append("x" * (int(field.low) - 1))
    elif field.kind == "integer":
        values = [int(field.low) - 1, int(field.high) + 1, HUGE, -HUGE]
    else:
        values = _beside(field.low, field.high)
    for value in values:
        yield f"{value}"[:20], value, "out_of_range"


def _beside(low: float, high: float) -> list[Any]:
    return [math.nextafter(low, -math.inf), low - 1, math.nextafter(high, math.inf), high + 1, HUGE, -HUGE, 1e308]


def _bad_angles() -> Iterator[tuple[str, Any, str]]:
    yield "empty", {}, "missing_field"
    for joint in ("tail", "", "HEAD_PAN", "head_pan ", "x" * 3000, "a\nb"):
        yield f"joint {joint[:9]!r}", {joint: 1}, "unknown_joint"
        yield f"joint {joint[:9]!r} too", {"head_pan": 1, joint: 1}, "unknown_joint"
    for joint, (low, high) in RANGES.items():
        for value in _beside(low, high):
            yield f"{joint} {value}"[:24], {joint: value}, "out_of_range"
        for value in (None, True, "45", [], {}):
            yield f"{joint} {value!r}", {joint: value}, "wrong_type"


def _bad_groups(verb: Verb) -> Iterator[Bad]:
    """Fields of which just one group may be there, whole: none, half a group, all groups, one and half another."""
    if not verb.one_of:
        return
    values = {field.name: good_value(field) for field in verb.fields}
    whole = [set(group) for group in verb.one_of]
    names = sorted(set().union(*whole))
    for bits in range(2 ** len(names)):
        given = {name for i, name in enumerate(names) if bits >> i & 1}
        if given not in whole:
            yield f"only {sorted(given)}", _json({name: values[name] for name in given}), "missing_field"


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
