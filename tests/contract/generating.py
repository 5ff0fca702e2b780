"""Values from JSON Schemas of the kind that the contract uses, for hypothesis."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

# A slow machine is no reason to fail, and each of these properties is tried for every verb, entity or message.
FEW = settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(max_size=8), values, max_size=3),
    max_leaves=5,
)  # fmt: skip


def values_of(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that are valid by a schema."""
    for several in ("oneOf", "anyOf"):
        if several in schema:
            return st.one_of([values_of(variant) for variant in schema[several]])
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return st.one_of([_of_kind(kind, schema) for kind in kinds])


def _of_kind(kind: str, schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    low, high = schema.get("minimum"), schema.get("maximum")
    match kind:
        case "null":
            return st.none()
        case "boolean":
            return st.booleans()
        case "integer":
            whole = st.integers(low, high)
            return whole | whole.filter(lambda value: abs(value) < 2**53).map(float)
        case "number":
            floats = st.floats(low, high, allow_nan=False, allow_infinity=False)
            return floats | floats.map(int).filter(lambda value: low is None or low <= value <= high)
        case "string" if schema.get("format") == "date-time":
            return st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat)
        case "array":
            return st.lists(
                values_of(schema["items"]), min_size=schema.get("minItems", 0), max_size=min(4, schema["maxItems"])
            )
        case "string" if "pattern" in schema:
            return st.from_regex(re.compile(schema["pattern"], re.ASCII), fullmatch=True).map(lambda s: s.strip("\n"))
        case "string":
            characters = st.characters(exclude_categories=["Cs"])
            return st.text(characters, min_size=schema.get("minLength", 0), max_size=schema.get("maxLength"))
        case "object":
            return _objects(schema)
    raise AssertionError(f"no generator for {kind}; add it here")


def _objects(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    if isinstance(schema.get("additionalProperties"), dict):
        names = values_of({"type": "string", **schema.get("propertyNames", {})})
        most = min(4, schema.get("maxProperties", 4))
        values = values_of(schema["additionalProperties"])
        return st.dictionaries(names, values, min_size=schema.get("minProperties", 0), max_size=most)
    fields = {name: values_of(field) for name, field in schema.get("properties", {}).items()}
    required = {name: fields.pop(name) for name in schema.get("required", ())}
    objects = st.fixed_dictionaries(required, optional=fields)
    return objects.filter(lambda value: len(value) >= schema.get("minProperties", 0))


def near(schema: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects that are nearly as a schema of an object has them: a field more or less, another type, a limit passed."""
    variants = schema.get("oneOf", [schema])
    fields: dict[str, st.SearchStrategy[Any]] = {}
    for variant in variants:
        for name, field in variant["properties"].items():
            values = values_of(field) | beside(field) | JSON_VALUES
            fields[name] = fields[name] | values if name in fields else values
    known = st.fixed_dictionaries({}, optional=fields)
    more = st.dictionaries(st.text(max_size=5), JSON_VALUES, max_size=1)
    return st.builds(lambda more, known: {**more, **known}, st.just({}) | more, known)


def beside(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values at the limits of a schema, and just beyond."""
    ends = [schema[limit] for limit in ("minimum", "maximum") if limit in schema]
    lengths = [schema[limit] for limit in ("minLength", "maxLength") if limit in schema]
    found = [end + step for end in ends for step in (-1, -0.01, 0, 0.01, 1)]
    texts = ["x" * (length + step) for length in lengths for step in (-1, 0, 1) if length + step >= 0]
    inner = [{}, {"head_pan": 90.01}, {"head_pan": -90}, {"tail": 1}, {"head_pan": None}]
    return st.sampled_from([*found, *texts, *inner, "#12345", "#1234567", "#GG0000", "#aBcDeF", "", "2", 1.5, True])
