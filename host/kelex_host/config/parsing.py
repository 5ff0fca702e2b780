"""From a TOML table to Settings: each value against its type, so that an error names the very place."""

from __future__ import annotations

import re
import types
import typing
from functools import cache
from typing import Any

import msgspec

from kelex_host.config.near import near
from kelex_host.config.secrets import PUBLIC, Secret
from kelex_host.config.settings import Settings, check
from kelex_host.errors import ConfigError

_WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
}


def parse(table: dict[str, Any]) -> Settings:
    """Settings from a TOML table, in which secrets are already looked up. Raises ConfigError."""
    settings: Settings = convert(table, Settings, "")
    check(settings)
    return settings


def convert(value: Any, kind: Any, where: str, *, strict: bool = True) -> Any:
    """`value` as `kind`, children first. Raises ConfigError, which begins with `where` and never quotes a value.

    Where it is not `strict`, numbers and booleans may be written as text.
    """
    plain = unwrapped(kind)
    if is_section(plain) and isinstance(value, dict):
        hints = hints_of(plain)
        for key, item in value.items():
            path = f"{where}.{key}" if where else key
            if key not in hints:
                raise ConfigError(f"there is no setting '{path}'{near(key, hints)}")
            convert(item, hints[key], path, strict=strict)
    elif typing.get_origin(plain) is list and isinstance(value, list):
        for i, item in enumerate(value):
            convert(item, typing.get_args(plain)[0], f"{where}[{i}]", strict=strict)
    if isinstance(value, Secret) and _is_public(kind):
        raise ConfigError(f"{where} cannot be a secret, since everybody sees it; write it as it is.")
    try:
        return msgspec.convert(value, kind, strict=strict)
    except msgspec.ValidationError as error:
        raise ConfigError(_sentence(value, kind, where, str(error))) from None


def is_section(kind: Any) -> bool:
    """Whether a type is a Struct."""
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


@cache
def hints_of(section: Any) -> dict[str, Any]:
    """The types of a section's settings, by their names."""
    return typing.get_type_hints(section, include_extras=True)


def unwrapped(kind: Any) -> Any:
    """A type without its annotations."""
    return typing.get_args(kind)[0] if typing.get_origin(kind) is typing.Annotated else kind


def _sentence(value: Any, kind: Any, where: str, problem: str) -> str:
    """One sentence for a person from what msgspec says, which may quote the value or speak of types."""
    place = where or "the file"
    missing = re.match(r"Object missing required field `(.+?)`", problem)
    if missing:
        return f"{place} has no '{missing[1]}'; give it one."
    choices = typing.get_args(unwrapped(kind)) if typing.get_origin(unwrapped(kind)) is typing.Literal else ()
    if choices:
        return f"{place}: use {', '.join(map(str, choices[:-1]))} or {choices[-1]}."
    description = next((meta.description for meta in _metas(kind) if meta.description), None)
    if description and isinstance(value, str):
        return f"{place}: use {description}."
    expected = re.match(r"Expected `(.+?)`(.*?)(, got `.*)?$", problem)
    if expected:
        words = [_WORDS.get(word, word) for word in expected[1].split(" | ") if word != "null"]
        return f"{place} has to be {' or '.join(words)}{expected[2]}."
    return f"{place} does not fit: use {_WORDS.get(getattr(kind, '__name__', ''), str(kind))}."


def _is_public(kind: Any) -> bool:
    """Whether a text setting cannot be a secret: one of a few words, or what its type says is public."""
    choice = any(typing.get_origin(unwrapped(one)) is typing.Literal for one in _alternatives(kind))
    return choice or any(PUBLIC in (meta.extra_json_schema or {}) for meta in _metas(kind))


def _alternatives(kind: Any) -> tuple[Any, ...]:
    return typing.get_args(kind) if typing.get_origin(kind) in (types.UnionType, typing.Union) else (kind,)


def _metas(kind: Any) -> list[msgspec.Meta]:
    extras = [extra for one in _alternatives(kind) for extra in getattr(one, "__metadata__", ())]
    return [extra for extra in extras if isinstance(extra, msgspec.Meta)]
