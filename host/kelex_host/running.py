"""How a client finds the running house: a small file that `kelex up` leaves while it runs."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import msgspec

from kelex_host import config
from kelex_host.shells.safe_file import replace_file


@dataclass(frozen=True, slots=True)
class RunningHouse:
    """Where the running house's broker is (with its password), its base topic, its drones, the real ports it uses.

    `port_of` says which real port a drone has.
    """

    pid: int
    broker: str = field(repr=False)
    base: str
    drones: list[str]
    ports: list[str] = field(default_factory=list)
    port_of: dict[str, str] = field(default_factory=dict)


def _path() -> Path:
    return config.home() / "running.json"


def announce(house: RunningHouse) -> bool:
    """Leave the file; False where another running house has left it, or it cannot be written: clients need --broker."""
    other = find()
    # One of our own number is of a house that was killed: in a container every start has the same.
    if other is not None and other.pid != os.getpid():
        return False
    try:
        # For us alone, since the broker's address may hold a password: a Secret is written as the text that it is.
        replace_file(_path(), msgspec.json.encode(asdict(house), enc_hook=str))
    except OSError:
        return False
    return True


def withdraw() -> None:
    """Take the file away, if it is this process's."""
    house = find()
    if house is not None and house.pid == os.getpid():
        with suppress(OSError):
            _path().unlink()


def find() -> RunningHouse | None:
    """The running house, None if there is none (or it died without a word)."""
    try:
        house = msgspec.json.decode(_path().read_bytes(), type=RunningHouse)
        os.kill(house.pid, 0)
    except PermissionError:
        return house
    except (OSError, OverflowError, msgspec.DecodeError):
        return None
    return house if house.drones else None
