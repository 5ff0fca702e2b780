"""What is published for Home Assistant's discovery, and what of an earlier start has to be taken away.

A record of all that is published stands retained at `<base>/house/discovery`: each topic, and for one that holds a
whole device its entities with their platforms. It lies at the broker, next to what it lists, and shares its fate. At
a start it is read before anything is published; whatever it lists that is published no more is taken away: a topic by
an empty payload, an entity of a device by its platform alone (Home Assistant removes it then). So a changed
configuration, another version of Kelex and a forgotten drone leave nothing behind.

What is only told in the other way now (`classic` or `device`) is first asked to move (`migrate_discovery`, see Home
Assistant's documentation of MQTT discovery): it lets go of its entities without forgetting what people made of them.
MOVE_S later they are told anew. Sooner, and it would still be at it and miss some.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from kelex_host.bridge.now import Now
from kelex_host.bridge.outbox import Message, Outbox
from kelex_host.homeassistant.device import Device, Estate
from kelex_host.homeassistant.devices import devices
from kelex_host.homeassistant.settings import HomeAssistantSettings

# A broker that has a record sends it with the subscription; one that is silent for so long has none.
RECORD_WAIT_S = 1.0
MOVE_S = 3.0
RECORD_BYTES_MOST = 1024 * 1024
_NEVER = float("inf")

# What asks Home Assistant to let go.
MOVE = b'{"migrate_discovery":true}'

# Topic -> its entities and their platforms; none where the topic is one entity's own.
Record = dict[str, dict[str, str]]


class Discovery:
    """The entities' states are documents of the house and its drones; this publishes what makes them found."""

    def __init__(self, settings: HomeAssistantSettings, estate: Estate) -> None:
        self.topics = settings.status, estate.topics.house("discovery")
        self._settings = settings
        self._estate = estate
        self._forgotten: set[str] = set()
        self._stood: Record = {}
        self._due_s = _NEVER
        self._is_read = False
        self._seen = -1

    def attach(self, outbox: Outbox) -> None:
        """Say where it is published; once, before anything else."""
        self._outbox = outbox

    def filters(self) -> list[tuple[str, int]]:
        """What to subscribe to, with the QoS."""
        return [(topic, 1) for topic in self.topics]

    def connected(self, now: Now) -> None:
        """A session with the broker begins."""
        if not self._is_read:
            self._due_s = now.mono_s + RECORD_WAIT_S

    def hear(self, now: Now, topic: str, payload: bytes, retained: bool) -> bool:
        """A message from the broker; whether Home Assistant was born and wants everything retained again."""
        status, record = self.topics
        if topic == record:
            if retained and not self._is_read:
                self._stood = {topic: known for topic, known in _read_record(payload).items() if self._is_ours(topic)}
                self._move(now)
            return False
        return topic == status and payload == b"online" and not retained

    def step(self, now: Now) -> None:
        """Do what time asks for: no record has come, so there is none; or what was to move has had its time."""
        if now.mono_s >= self._due_s:
            self._publish()

    def due_s(self) -> float:
        """When `step` next has something to do (mono_s)."""
        return self._due_s

    def update(self) -> None:
        """See which drones were forgotten: nothing of them may stay. One that answers again is back."""
        if self._seen == self._outbox.changes:
            return
        forgotten = {drone.id for drone in self._estate.drones if self._is_forgotten(drone.id)}
        if forgotten != self._forgotten:
            self._forgotten = forgotten
            if self._is_read and self._due_s == _NEVER:
                self._publish()
        self._seen = self._outbox.changes

    def _is_forgotten(self, drone: str) -> bool:
        """Whether nothing is told of a drone any more, not even that it is offline."""
        told = self._outbox.retained.get(self._estate.topics.drone(drone, "availability"))
        return told is not None and not told.payload

    def _move(self, now: Now) -> None:
        """Have Home Assistant let go of what is told in the other way now, and publish after that; else at once."""
        moving = moved(self._stood, self._wanted())
        for topic in moving:
            self._put(topic, MOVE)
        if not moving:
            self._publish()
            return
        self._is_read = True
        self._due_s = now.mono_s + MOVE_S

    def _publish(self) -> None:
        """Take away what should stand no more, publish what should, and write down what that is."""
        self._is_read = True
        self._due_s = _NEVER
        wanted = self._wanted()
        for topic in self._stood.keys() - wanted.keys():
            self._put(topic, b"")
        record = {topic: _entities(payload) for topic, payload in wanted.items()}
        for topic, payload in wanted.items():
            gone = self._stood.get(topic, {}).keys() - record[topic].keys()
            if gone:
                stubs = {key: {"p": self._stood[topic][key]} for key in sorted(gone)}
                payload = payload | {"cmps": payload["cmps"] | stubs}
            self._put(topic, msgspec.json.encode(payload))
        # Last: until here the old record stands, so a crash in between leaves nothing that nobody knows of.
        self._put(self.topics[1], msgspec.json.encode({"published": record}))
        self._stood = record

    def _wanted(self) -> dict[str, dict[str, Any]]:
        forgotten = {self._estate.drone_id(drone) for drone in self._forgotten}
        found = [device for device in devices(self._estate) if device.id not in forgotten]
        match self._settings.discovery:
            case "device":
                return {f"{self._settings.prefix}/device/{device.id}/config": device.payload() for device in found}
            case "classic":
                return {topic: payload for device in found for topic, payload in self._classic(device)}
        return {}

    def _classic(self, device: Device) -> list[tuple[str, dict[str, Any]]]:
        """One message for each entity."""
        messages = []
        for component in device.components:
            payload = {**device.common(), **component.payload(device.id)}
            if "availability" in payload:  # an entity's own availability takes the place of its device's
                del payload["avty"]
            platform = payload.pop("p")
            messages.append((f"{self._settings.prefix}/{platform}/{device.id}/{component.key}/config", payload))
        return messages

    def _is_ours(self, topic: str) -> bool:
        """Whether a topic can be one of this household's: nobody may have others' topics cleared by a false record."""
        house = self._estate.house_id
        ours = re.escape(house.removesuffix("house")) + "(house|drone_[a-z0-9-]+)"
        return re.fullmatch(rf"[\w/-]+/\w+/{ours}(/[\w-]+)?/config", topic, re.ASCII) is not None

    def _put(self, topic: str, payload: bytes) -> None:
        self._outbox.put(Message(topic, payload, retain=True))


def moved(stood: Record, wanted: dict[str, dict[str, Any]]) -> list[str]:
    """The topics whose entities `wanted` tells in the other way: one by one, or the whole device by one message.

    A device of which some entities are gone does not move: Home Assistant would keep those as ghosts.
    """
    now = {entity for topic, payload in wanted.items() for entity in _told(topic, _entities(payload))}
    return [topic for topic, known in stood.items() if topic not in wanted and _told(topic, known) <= now]


def _told(topic: str, entities: dict[str, str]) -> set[tuple[str, str, str]]:
    """What a topic tells, as (device, key, platform): a device's entities, or the one that the topic itself names."""
    platform, device, last, _ = topic.split("/")[-4:]
    if entities:
        return {(last, key, platform) for key, platform in entities.items()}
    return {(device, last, platform)}


def _entities(payload: dict[str, Any]) -> dict[str, str]:
    return {key: component["p"] for key, component in payload.get("cmps", {}).items()}


def _read_record(payload: bytes) -> Record:
    """A record as it stands at the broker; what is none is as good as an empty one."""
    if len(payload) > RECORD_BYTES_MOST:
        return {}
    try:
        return msgspec.json.decode(payload, type=_Published).published
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}


class _Published(msgspec.Struct):
    published: dict[str, dict[str, str]]
