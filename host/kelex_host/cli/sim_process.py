"""A simulated drone at a real port, with a console for the verbs of its world."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from kelex_sim.errors import WorldError
from kelex_sim.ports import PtyPort, TcpPort
from kelex_sim.realtime import LiveHouse, Port

from kelex_host.bridge import verbs
from kelex_host.bridge.requests import RequestError, check_fields
from kelex_host.cli.household import simulated_house
from kelex_host.config import Settings
from kelex_host.errors import ConfigError

_LINE_BYTES = 1000


async def run(settings: Settings, where: Path | int, tell: Callable[[str], None]) -> None:
    """Serve the first drone of the settings at a pseudo-terminal (a path) or a TCP port. Raises ConfigError."""
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stopping.set)

    def make_port(receive: Callable[[bytes], None]) -> Port:
        return PtyPort(receive, where) if isinstance(where, Path) else TcpPort(receive, where)

    drone = settings.drone[0]
    live = LiveHouse(simulated_house(settings), {drone.id: (drone.room, make_port)}, boots_before=int(time.time()))
    console = _Console(live, tell)
    try:
        live.start()
        name = live.drones[drone.id].port.name
        tell(f"A simulated drone answers at {name}. Talk to it with: kelex up --port {name}")
        console.listen()
        await stopping.wait()
    except OSError as error:
        raise ConfigError(f"The port cannot be made ({error.strerror}); choose another with --tcp or --link.") from None
    finally:
        console.close()
        live.stop()


class _Console:
    """World verbs, a line each, from standard input."""

    def __init__(self, live: LiveHouse, tell: Callable[[str], None]) -> None:
        self._live = live
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
            return json.dumps(self._live.world.act(verb, fields))
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
