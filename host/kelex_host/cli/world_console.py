"""World verbs typed into a simulator, a line each."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import sys
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import msgspec
from kelex_sim.errors import WorldError
from kelex_sim.world import World

from kelex_host.bridge import verbs
from kelex_host.bridge.requests import RequestError, check_fields

_LINE_BYTES = 1000


class HasWorld(Protocol):
    """Something simulated, with its world as it is now."""

    @property
    def world(self) -> World: ...


class Console:
    """World verbs, a line each, from standard input."""

    def __init__(self, house: HasWorld, tell: Callable[[str], None]) -> None:
        self._house = house
        self._tell = tell
        self._rest = b""
        self._listening = False

    def listen(self) -> None:
        """Read lines as they are typed; without a standard input there are none."""
        try:
            asyncio.get_running_loop().add_reader(sys.stdin.fileno(), self._readable)
        except (OSError, ValueError, AttributeError):
            return  # /dev/null, a plain file or nothing at all: nobody types there
        self._listening = True

    def close(self) -> None:
        """Read no more."""
        if self._listening:
            self._listening = False
            asyncio.get_running_loop().remove_reader(sys.stdin.fileno())

    def _readable(self) -> None:
        data = os.read(sys.stdin.fileno(), 4096)
        if not data:
            self.close()
            return
        *lines, self._rest = (self._rest + data).split(b"\n")
        self._rest = self._rest[:_LINE_BYTES]
        for line in lines:
            if line.strip():
                self._tell(self._obey(line[:_LINE_BYTES].decode("utf-8", "replace")))

    def _obey(self, line: str) -> str:
        try:
            verb, fields = read_line(line)
            return json.dumps(self._house.world.act(verb, fields))
        except (RequestError, WorldError) as error:
            return f"{error} [{error.code}]"


def read_line(line: str) -> tuple[str, dict[str, Any]]:
    """`verb value value name=value ...`: values by position for the verb's fields in their order.

    Raises RequestError.
    """
    try:
        name, *words = shlex.split(line)
    except ValueError as error:
        raise RequestError("wrong_type", f"The line cannot be read ({error}); close its quotes.") from None
    verb = verbs.BY_NAME.get(("world", name))
    if verb is None:
        known = ", ".join(verb.name for verb in verbs.VERBS if verb.scope == "world")
        raise RequestError("unknown_verb", f"There is no verb '{name}'; the verbs are {known}.")
    fields: dict[str, Any] = {}
    places = iter(verb.fields)
    for word in _with_equals(words):
        key, given, value = word.partition("=")
        if not given:
            place = next(places, None)
            if place is None:
                raise RequestError("unknown_field", f"'{name}' takes no more than {len(verb.fields)} values.")
            key, value = place.name, word
        fields[key] = _read_value(verb, key, value)
    return name, check_fields(verb, fields)


def _with_equals(words: list[str]) -> Iterator[str]:
    """The words, with `--name value` as on the command line made into `name=value`."""
    rest = iter(words)
    for word in rest:
        if word.startswith("--"):
            word = word[2:].replace("-", "_") if "=" in word else f"{word[2:].replace('-', '_')}={next(rest, '')}"
        yield word


def _read_value(verb: verbs.Verb, key: str, value: str) -> Any:
    """Text for a text field, else whatever JSON makes of it; the check that follows says what does not fit."""
    kind = next((field.kind for field in verb.fields if field.name == key), "text")
    if kind == "text":
        return value
    if kind == "boolean":
        return {"on": True, "off": False}.get(value, value)
    try:
        return msgspec.json.decode(value.encode())
    except msgspec.DecodeError:
        return value
