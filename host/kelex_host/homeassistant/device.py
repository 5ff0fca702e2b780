"""What a device and its entities are, in Home Assistant's words (see its documentation of MQTT discovery)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from kelex_host.bridge.topics import Topics

MANUFACTURER = "Kelex"
# A channel whose document did not come for so long is unavailable, whatever the availability topics say.
EXPIRE_S = 60


@dataclass(frozen=True, slots=True)
class MemberCard:
    """A member of the household, as far as Home Assistant hears of it."""

    id: str
    name: str
    is_told_things: bool


@dataclass(frozen=True, slots=True)
class DroneCard:
    """A drone: its id and its room."""

    id: str
    room: str


@dataclass(frozen=True, slots=True)
class Estate:
    """All that discovery depends on. `has_watch_switch`: the owner let the nursery watch be switched off unsigned."""

    topics: Topics
    version: str
    drones: Sequence[DroneCard]
    members: Sequence[MemberCard]
    has_watch_switch: bool = False

    @property
    def house_id(self) -> str:
        """The house's id as a device."""
        return _device_id(self.topics.base, "house")

    def drone_id(self, drone: str) -> str:
        """A drone's id as a device. As its topics, it is unlike that of another household at the same broker."""
        return _device_id(self.topics.base, f"drone_{drone}")


def _device_id(base: str, leaf: str) -> str:
    return f"{base.replace('/', '_')}_{leaf}"


@dataclass(frozen=True, slots=True)
class Component:
    """One entity, or a device trigger: `options` are those of its platform, by their full names."""

    key: str
    platform: str
    options: dict[str, Any]

    def payload(self, device_id: str) -> dict[str, Any]:
        """As a device's `cmps` has it. A trigger is no entity: it has no ids."""
        if self.platform == "device_automation":
            return {"p": self.platform, **self.options}
        slug = f"{device_id}_{self.key}".replace("-", "_")
        ids = {"unique_id": f"{device_id}_{self.key}", "default_entity_id": f"{self.platform}.{slug}"}
        return {"p": self.platform, **ids, **self.options}


@dataclass(frozen=True, slots=True)
class Device:
    """A device and its entities; each is available while all of `availability` say `online`."""

    id: str
    about: dict[str, Any]
    availability: Sequence[str]
    components: Sequence[Component]
    origin: dict[str, Any] = field(default_factory=dict)

    def common(self) -> dict[str, Any]:
        """What every entity shares."""
        return {
            "dev": {"ids": [self.id], "mf": MANUFACTURER, **self.about},
            "o": self.origin,
            "avty": [reachable(topic) for topic in self.availability],
            "avty_mode": "all",
        }

    def payload(self) -> dict[str, Any]:
        """The whole device in one discovery message."""
        return {**self.common(), "cmps": {one.key: one.payload(self.id) for one in self.components}}


def reachable(topic: str) -> dict[str, Any]:
    """An entry of `availability`. Home Assistant has been seen to miss these payloads where they were its defaults."""
    return {"t": topic, "pl_avail": "online", "pl_not_avail": "offline"}


def entity(key: str, platform: str, name: str, **options: Any) -> Component:
    """A component with a name; options that are None are left out."""
    given = {option: value for option, value in options.items() if value is not None}
    return Component(key, platform, {"name": name, **given})


def truth(path: str) -> dict[str, Any]:
    """Options of what is on where a boolean of the document is true, and unknown where it is null."""
    return {"value_template": value(path), "payload_on": "True", "payload_off": "False"}


def template(expression: str) -> str:
    """An expression as Home Assistant has it filled in."""
    return "{{ " + expression + " }}"


def value(path: str) -> str:
    """The template of a value of the document; unknown where that was taken away, as of a forgotten drone."""
    return template(f"value_json.{path} if value_json is defined else None")


def titled(name: str) -> str:
    """`left_shoulder` as people write it."""
    return name.replace("_", " ").replace("-", " ").capitalize()
