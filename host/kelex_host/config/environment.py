"""Environment variables that override settings: `KELEX_<SECTION>_<KEY>`, `KELEX_<SECTION>_<ID>_<KEY>` in a list.

Their names follow from the Structs, and from the ids in the lists: `KELEX_BROKER_URL`, `KELEX_DRONE_KELEX_PORT`.
"""

from __future__ import annotations

import copy
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from kelex_host.config.near import nearest
from kelex_host.config.parsing import convert, hints_of, is_section, unwrapped
from kelex_host.config.secrets import VARIABLE, Secret
from kelex_host.errors import ConfigError

PREFIX = "KELEX_"
HOME = "KELEX_HOME"


@dataclass(frozen=True, slots=True)
class _Place:
    """A setting: the keys and indices that lead to it, and its type."""

    path: tuple[str | int, ...]
    kind: Any


def variables_in(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that are there to override settings."""
    return {
        name: text
        for name, text in environ.items()
        if name.startswith(PREFIX) and name != HOME and not name.startswith(VARIABLE)
    }


def overridden(table: dict[str, Any], kind: type[msgspec.Struct], variables: Mapping[str, str]) -> dict[str, Any]:
    """The table of a `kind`, with what the variables say. Raises ConfigError, which names the variable.

    A section or list that the table does not have begins as its default.
    """
    if not variables:
        return table
    default = msgspec.to_builtins(kind())
    table = copy.deepcopy(table)
    known: dict[str, list[_Place]] = {}
    for name, place in _places({**default, **table}, kind, PREFIX[:-1], ()):
        known.setdefault(name, []).append(place)
    for name, text in sorted(variables.items()):
        if name not in known:
            raise ConfigError(f"there is no setting {name}; unset it, or did you mean {nearest(name, known)}?")
        place, *others = known[name]
        if others:
            raise ConfigError(f"{name} could be one of {len(others) + 1} settings; unset it, and use the file.")
        _put(table, default, place.path, _read(text, place.kind, name))
    return table


def _places(value: Any, kind: Any, name: str, path: tuple[str | int, ...]) -> Iterator[tuple[str, _Place]]:
    """The variables for the settings of a section, of every section in a list, or for one setting."""
    plain = unwrapped(kind)
    if is_section(plain):
        value = value if isinstance(value, dict) else {}
        for key, hint in hints_of(plain).items():
            yield from _places(value.get(key), hint, f"{name}_{key.upper()}", (*path, key))
    elif typing.get_origin(plain) is list and is_section(item_kind := typing.get_args(plain)[0]):
        for i, item in enumerate(value if isinstance(value, list) else []):
            if isinstance(item, dict) and isinstance(item.get("id"), str):
                start = f"{name}_{item['id'].upper().replace('-', '_')}"
                places = _places(item, item_kind, start, (*path, i))
                yield from (found for found in places if found[1].path != (*path, i, "id"))
    else:
        yield name, _Place(path, kind)


def _read(text: str, kind: Any, name: str) -> Any:
    plain = unwrapped(kind)
    if typing.get_origin(plain) is not list:
        return convert(text, kind, name, strict=False)
    items = [text] if isinstance(text, Secret) else [item.strip() for item in text.split(",")] if text else []
    return convert(items, kind, name, strict=False)


def _put(table: Any, default: Any, path: tuple[str | int, ...], value: Any) -> None:
    for step in path[:-1]:
        default = default.get(step) if isinstance(default, dict) else None
        if isinstance(table, dict) and step not in table:
            table[step] = {} if default is None else copy.deepcopy(default)
        table = table[step]
        if not isinstance(table, dict | list):
            return  # the file has something else in that place: it is told what, when it is parsed
    table[path[-1]] = value
