"""All that can be configured: a Struct for each section, and what has to hold between them.

What one setting has to be stands in its type, with `msgspec.Meta` where the type alone does not say it: its
`pattern` checks, its `description` completes the sentence "use ..." of an error.
"""

from __future__ import annotations

import typing
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec.structs import force_setattr

from kelex_host.bridge.verbs import VERBS
from kelex_host.broker_url import BrokerUrl
from kelex_host.config.near import near
from kelex_host.config.outside import (
    ConsoleSettings,
    MetricsSettings,
    NewsSettings,
    PhoneSettings,
    SpeechSettings,
    check_console,
    check_outside,
)
from kelex_host.config.secrets import PUBLIC, conceal
from kelex_host.errors import ConfigError
from kelex_host.homeassistant.settings import HomeAssistantSettings
from kelex_host.trust.roles import RULES

# `$` alone would let Python's regular expressions pass a line end behind it.
_END = r"$(?!\n)"

# What every client sees, in topics for example, cannot be a secret: the JSON Schema says which that is.
_PUBLIC = {PUBLIC: True}

Id = Annotated[
    str,
    msgspec.Meta(pattern="^[a-z0-9-]{1,32}" + _END, description="1 to 32 of a-z, 0-9 and -", extra_json_schema=_PUBLIC),
]
Base = Annotated[
    str,
    msgspec.Meta(
        pattern="^[a-z0-9-]+(/[a-z0-9-]+)*" + _END,
        description="a-z, 0-9 and -, in levels parted by /",
        extra_json_schema=_PUBLIC,
    ),
]


Hour = Annotated[
    str, msgspec.Meta(pattern="^(([01][0-9]|2[0-3]):[0-5][0-9])?" + _END, description="a time of day such as 22:30")
]


class HouseSettings(msgspec.Struct, frozen=True):
    """`[house]`: the base topic; several households share one broker by bases such as `kelex/el`.

    What presses and is not acknowledged is told again after `repeat_after_s`, and after `escalate_after_s` to the next
    of `escalation` (default: the owner, then the adults). `timezone` is a name such as `Europe/Berlin`.
    """

    base: Base = "kelex"
    timezone: str = "UTC"
    escalation: list[Id] = []
    repeat_after_s: Annotated[float, msgspec.Meta(ge=1, le=3600)] = 15.0
    escalate_after_s: Annotated[float, msgspec.Meta(ge=1, le=3600)] = 20.0


class RoomSettings(msgspec.Struct, frozen=True):
    """`[[room]]`."""

    id: Id


class MemberSettings(msgspec.Struct, frozen=True):
    """`[[member]]`: `address` is his form of address; `role` is owner, adult, child, infant or guest.

    `contact` is who is called where he cannot be told; `room` is where he is at the first start.
    """

    id: Id
    name: str = ""
    address: str = ""
    role: typing.Literal["owner", "adult", "child", "infant", "guest"] = "adult"
    contact: str = ""
    room: Id | None = None


class ContactSettings(msgspec.Struct, frozen=True):
    """`[[contact]]`: somebody who can be called; `number` is what the phone dials."""

    id: Id
    name: str = ""
    number: str = ""


class QuietSettings(msgspec.Struct, frozen=True):
    """`[quiet]`: quiet hours from `begin` to `end` (over midnight, too), and whether the infant's sleep is one."""

    begin: Hour = ""
    end: Hour = ""
    when_infant_sleeps: bool = True


class NurserySettings(msgspec.Struct, frozen=True):
    """`[nursery]`: the limits of its air in °C, and for how long crying is soothed before anybody is woken."""

    too_cold: Annotated[float, msgspec.Meta(ge=-20, le=60)] = 18.0
    too_hot: Annotated[float, msgspec.Meta(ge=-20, le=60)] = 26.0
    soothe_s: Annotated[float, msgspec.Meta(ge=0, le=600)] = 0.0


class LockdownSettings(msgspec.Struct, frozen=True):
    """`[lockdown]`: `when_away` locks down by itself when an approach is sensed and nobody is at home."""

    when_away: bool = False


class DroneSettings(msgspec.Struct, frozen=True):
    """`[[drone]]`: `port` is a path, a pySerial URL or `auto`; without one the drone is simulated."""

    id: Id
    room: Id
    port: str = ""


class BrokerSettings(msgspec.Struct, frozen=True):
    """`[broker]`: `url` such as `mqtt://host:1883`; without one the embedded broker is used.

    `username` and `password` win over those of the `url`. With mqtts://, `ca` is the file of the authority that vouches
    for the broker (default: those that the system trusts), `certificate` and `key` are the files of our own.
    """

    url: str = ""
    username: str = ""
    password: str = ""
    ca: str = ""
    certificate: str = ""
    key: str = ""

    def __post_init__(self) -> None:
        """However these texts came here, nothing prints the password."""
        if self.url:
            force_setattr(self, "url", conceal(self.url, str(BrokerUrl.parse(self.url))))
        if self.password:
            force_setattr(self, "password", conceal(self.password))

    def address(self) -> BrokerUrl | None:
        """Where the broker is and who we are to it; None for the embedded one. Raises ConfigError."""
        if self.url:
            url = BrokerUrl.parse(self.url).with_credentials(self.username or None, self.password or None)
            return url.with_files(self.ca, self.certificate, self.key)
        if self.username or self.password or self.ca or self.certificate or self.key:
            raise ConfigError("[broker] says who we are to it, but has no url; give it one, or leave that out.")
        return None


class TrustSettings(msgspec.Struct, frozen=True):
    """`[trust]`: `guarded` are the names of further verbs that have to be signed, by an adult or the owner."""

    guarded: list[str] = []


_ROOMS = [RoomSettings("study"), RoomSettings("nursery"), RoomSettings("hall")]
_MEMBERS = [
    MemberSettings("jor-el", "Jor-El", "Sir", "owner", room="study"),
    MemberSettings("lara", "Lara", "Ma'am", "adult", room="study"),
    MemberSettings("kal-el", "Kal-El", "", "infant", room="nursery"),
]
_DRONES = [DroneSettings("kelex", "nursery")]
_CONTACTS = [ContactSettings("dru-zod", "General Dru-Zod")]


class Settings(msgspec.Struct, frozen=True):
    """All that can be configured."""

    house: HouseSettings = HouseSettings()
    room: list[RoomSettings] = msgspec.field(default_factory=lambda: list(_ROOMS))
    member: list[MemberSettings] = msgspec.field(default_factory=lambda: list(_MEMBERS))
    drone: list[DroneSettings] = msgspec.field(default_factory=lambda: list(_DRONES))
    contact: list[ContactSettings] = msgspec.field(default_factory=lambda: list(_CONTACTS))
    broker: BrokerSettings = BrokerSettings()
    quiet: QuietSettings = QuietSettings()
    nursery: NurserySettings = NurserySettings()
    lockdown: LockdownSettings = LockdownSettings()
    trust: TrustSettings = TrustSettings()
    news: NewsSettings = NewsSettings()
    phone: PhoneSettings = PhoneSettings()
    speech: SpeechSettings = SpeechSettings()
    homeassistant: HomeAssistantSettings = HomeAssistantSettings()
    console: ConsoleSettings = ConsoleSettings()
    metrics: MetricsSettings = MetricsSettings()


def public(settings: Settings) -> dict[str, Any]:
    """The settings as plain data, without secrets, fit for publication."""
    table: dict[str, Any] = msgspec.to_builtins(settings, enc_hook=lambda secret: secret.shown)
    return table


def check(settings: Settings) -> None:
    """See that the sections fit together. Raises ConfigError."""
    for section, ids in (
        ("room", [room.id for room in settings.room]),
        ("member", [member.id for member in settings.member]),
        ("drone", [drone.id for drone in settings.drone]),
        ("contact", [contact.id for contact in settings.contact]),
    ):
        for name in ids:
            if ids.count(name) > 1:
                raise ConfigError(f"{section} '{name}' is there twice; give one of them another id.")
    rooms = {room.id for room in settings.room}
    for section, name, where in [
        *(("member", member.id, member.room) for member in settings.member),
        *(("drone", drone.id, drone.room) for drone in settings.drone),
    ]:
        if where is not None and where not in rooms:
            raise ConfigError(
                f"{section} '{name}' is in the room '{where}', which is not among the rooms{near(where, rooms)}"
            )
    ports = [drone.port for drone in settings.drone if drone.port]
    for port in ports:
        if ports.count(port) > 1:
            raise ConfigError(f"two drones have the port '{port}'; give one of them another.")
    if not settings.drone:
        raise ConfigError("there is no [[drone]]; give the house at least one, or leave the section out.")
    _check_household(settings)
    settings.broker.address()
    check_outside(settings.news)
    check_console(settings.console)
    known = {verb.name for verb in (*VERBS, *RULES)}
    for name in settings.trust.guarded:
        if name not in known:
            raise ConfigError(f"trust.guarded names the verb '{name}', which there is not{near(name, known)}")


def _check_household(settings: Settings) -> None:
    members = {member.id for member in settings.member}
    for name in settings.house.escalation:
        if name not in members:
            raise ConfigError(f"house.escalation names '{name}', who is no member{near(name, members)}")
    if settings.house.timezone != "UTC":
        try:
            ZoneInfo(settings.house.timezone)
        except (ZoneInfoNotFoundError, OSError, ValueError):  # an unknown one, or no name at all
            raise ConfigError(
                f"house.timezone is '{settings.house.timezone[:64]}', which there is not; "
                "use a name such as Europe/Berlin, or install tzdata."
            ) from None
    if bool(settings.quiet.begin) != bool(settings.quiet.end):
        raise ConfigError("[quiet] has only one of begin and end; give it both, or none.")
    if settings.nursery.too_cold >= settings.nursery.too_hot:
        raise ConfigError("nursery.too_cold is not below nursery.too_hot; choose limits that leave room between them.")
