"""The configuration file `kelex.toml`, validated. With no file at all there is a complete example household."""

from __future__ import annotations

import os
import re
import tomllib
import types
import typing
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec
from platformdirs import user_data_path

from kelex_host.broker_url import BrokerUrl
from kelex_host.errors import ConfigError

_ID = re.compile(r"[a-z0-9-]{1,32}")
_BASE = re.compile(r"[a-z0-9-]+(/[a-z0-9-]+)*")


class HouseSettings(msgspec.Struct, frozen=True):
    """`[house]`: the base topic; several households share one broker by bases such as `kelex/el`."""

    base: str = "kelex"


class RoomSettings(msgspec.Struct, frozen=True):
    """`[[room]]`."""

    id: str


class MemberSettings(msgspec.Struct, frozen=True):
    """`[[member]]`: `role` is owner, adult, child, infant or guest; `room` is where the simulation starts him."""

    id: str
    address: str = ""
    role: typing.Literal["owner", "adult", "child", "infant", "guest"] = "adult"
    room: str | None = None


class DroneSettings(msgspec.Struct, frozen=True):
    """`[[drone]]`: `port` is a path, a pySerial URL or `auto`; without one the drone is simulated."""

    id: str
    room: str
    port: str = ""


class BrokerSettings(msgspec.Struct, frozen=True):
    """`[broker]`: `url` such as `mqtt://user:password@host:1883`; without one the embedded broker is used."""

    url: str = ""


_ROOMS = [RoomSettings("study"), RoomSettings("nursery"), RoomSettings("hall")]
_MEMBERS = [
    MemberSettings("jor-el", "Sir", "owner", "study"),
    MemberSettings("lara", "Ma'am", "adult", "study"),
    MemberSettings("kal-el", "", "infant", "nursery"),
]
_DRONES = [DroneSettings("kelex", "nursery")]


class Settings(msgspec.Struct, frozen=True):
    """All that can be configured."""

    house: HouseSettings = HouseSettings()
    room: list[RoomSettings] = msgspec.field(default_factory=lambda: list(_ROOMS))
    member: list[MemberSettings] = msgspec.field(default_factory=lambda: list(_MEMBERS))
    drone: list[DroneSettings] = msgspec.field(default_factory=lambda: list(_DRONES))
    broker: BrokerSettings = BrokerSettings()


def home() -> Path:
    """The directory of configuration and of what a running house leaves for its clients: KELEX_HOME, or the user's."""
    named = os.environ.get("KELEX_HOME")
    return Path(named) if named else user_data_path("kelex")


def load(path: Path | None) -> Settings:
    """The settings of a file; of `kelex.toml` in `home()`, where there is one, if no path is given.

    Raises ConfigError with one sentence for what cannot be read, is unknown or does not fit.
    """
    if path is None:
        path = home() / "kelex.toml"
        if not path.exists():
            return Settings()
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"There is no file {path}; name another with --config, or leave it out.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"The file {path} cannot be read ({error}); mend it, or name another with --config."
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not TOML: {error}.") from None
    try:
        return parse(table)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None


def public(settings: Settings) -> dict[str, Any]:
    """The settings as plain data, without secrets, fit for publication."""
    table: dict[str, Any] = msgspec.to_builtins(settings)
    if settings.broker.url:
        table["broker"]["url"] = str(BrokerUrl.parse(settings.broker.url))
    return table


def parse(table: dict[str, Any]) -> Settings:
    """Settings from a TOML table. Raises ConfigError."""
    _refuse_unknown_keys(table, Settings, "")
    try:
        settings = msgspec.convert(table, Settings)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$.")
        raise ConfigError(f"{where.rstrip('`') or 'the file'}: {what[0].lower()}{what[1:]}.") from None
    _check(settings)
    return settings


def _check(settings: Settings) -> None:
    if not _BASE.fullmatch(settings.house.base):
        raise ConfigError(f"house.base is '{settings.house.base}'; use a-z, 0-9 and -, in levels parted by /.")
    for section, ids in (
        ("room", [room.id for room in settings.room]),
        ("member", [member.id for member in settings.member]),
        ("drone", [drone.id for drone in settings.drone]),
    ):
        for name in ids:
            if not _ID.fullmatch(name):
                raise ConfigError(f"{section} '{name}': an id has 1 to 32 of a-z, 0-9 and -.")
            if ids.count(name) > 1:
                raise ConfigError(f"{section} '{name}' is there twice; give one of them another id.")
    rooms = {room.id for room in settings.room}
    for section, name, where in [
        *(("member", member.id, member.room) for member in settings.member),
        *(("drone", drone.id, drone.room) for drone in settings.drone),
    ]:
        if where is not None and where not in rooms:
            raise ConfigError(
                f"{section} '{name}' is in the room '{where}', which is not among the rooms{_near(where, rooms)}"
            )
    ports = [drone.port for drone in settings.drone if drone.port]
    for port in ports:
        if ports.count(port) > 1:
            raise ConfigError(f"two drones have the port '{port}'; give one of them another.")
    if not settings.drone:
        raise ConfigError("there is no [[drone]]; give the house at least one, or leave the section out.")
    if settings.broker.url:
        BrokerUrl.parse(settings.broker.url)


def _refuse_unknown_keys(value: Any, kind: Any, where: str) -> None:
    """Walk a table beside the structure that it has to fit, and name the first key that has no place there."""
    if typing.get_origin(kind) is list and isinstance(value, list):
        for i, item in enumerate(value):
            _refuse_unknown_keys(item, typing.get_args(kind)[0], f"{where}[{i}]")
    elif isinstance(kind, type) and issubclass(kind, msgspec.Struct) and isinstance(value, dict):
        hints = typing.get_type_hints(kind)
        for key, item in value.items():
            path = f"{where}.{key}" if where else key
            if key not in hints:
                raise ConfigError(f"there is no setting '{path}'{_near(key, hints)}")
            if not isinstance(hints[key], types.UnionType):
                _refuse_unknown_keys(item, hints[key], path)


def _near(name: str, known: typing.Iterable[str]) -> str:
    """How an error ends that names something unknown: with what was perhaps meant."""
    known = sorted(known)
    close = get_close_matches(name, known, 1)
    return f"; did you mean '{close[0]}'?" if close else f"; there are {', '.join(known)}."
