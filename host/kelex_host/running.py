"""How a client finds the running house: a small file that `kelex up` leaves while it runs."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import msgspec

from kelex_host import config


@dataclass(frozen=True, slots=True)
class RunningHouse:
    """Where the running house's broker is (with its password), its base topic, its drones, the real ports it uses."""

    pid: int
    broker: str = field(repr=False)
    base: str
    drones: list[str]
    ports: list[str] = field(default_factory=list)


def _path() -> Path:
    return config.home() / "running.json"


def announce(house: RunningHouse) -> bool:
    """Leave the file; False where another running house has left it, or it cannot be written: clients need --broker."""
    if find() is not None:
        return False
    try:
        path = _path()
        path.parent.mkdir(parents=True, exist_ok=True)
        # The broker's address may hold a password: a new file, ours alone from the first byte.
        new = path.with_suffix(f".{os.getpid()}")
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(msgspec.json.encode(asdict(house), enc_hook=str))  # a Secret as the text that it is
        new.replace(path)
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
