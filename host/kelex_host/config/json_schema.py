"""The JSON Schema of `kelex.toml`, for editors and other programs: derived from the settings' types."""

from __future__ import annotations

from typing import Any

import msgspec

from kelex_host.config.secrets import NAME_PATTERN, PUBLIC
from kelex_host.config.settings import Settings

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_LIMITS = ("pattern", "minLength", "maxLength")
_SECRET = {"type": "string", "pattern": f"^!secret +{NAME_PATTERN} *$"}


def json_schema() -> dict[str, Any]:
    """What a configuration file has to look like. What has to hold between sections is not in it."""
    schema = msgspec.json.schema(Settings)
    for section in schema["$defs"].values():
        section["additionalProperties"] = False
        for name, setting in section["properties"].items():
            section["properties"][name] = _or_secret(setting)
    return {"$schema": DIALECT, "title": "kelex.toml", **schema}


def _or_secret(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a setting; a text with limits may be a reference to a secret instead."""
    if schema.get("type") == "array" and isinstance(schema.get("items"), dict):
        return {**schema, "items": _or_secret(schema["items"])}
    if "anyOf" in schema:
        return {**schema, "anyOf": [_or_secret(one) for one in schema["anyOf"]]}
    limits = {key: schema[key] for key in _LIMITS if key in schema}
    if schema.get("type") != "string" or not limits or PUBLIC in schema:
        return schema
    others = {key: value for key, value in schema.items() if key not in _LIMITS and key != "type"}
    return {**others, "anyOf": [{"type": "string", **limits}, _SECRET]}
