"""How house and drones are: figures of the health document, and a drone's firmware as an update entity."""

from __future__ import annotations

from collections.abc import Iterator

from kelex_host.bridge.topics import Topics
from kelex_host.homeassistant.device import Component, entity, reachable, template, titled, value

# Of a drone's own figures: key, unit, device class, state class.
_STATS = (
    ("idle", "‰", None, "measurement"),
    ("heap_free", "B", "data_size", "measurement"),
    ("overruns", None, None, "total_increasing"),
    ("events_waiting", None, None, "measurement"),
    ("events_dropped", None, None, "total_increasing"),
    ("bus_recoveries", None, None, "total_increasing"),
    ("reset_cause", None, None, None),
)
_LINK = ("frames_refused", "frames_missed", "orders_resent")
_HOUSE = (
    ("uptime_s", "s", "duration", "measurement"),
    ("queued", None, None, "measurement"),
    ("dropped", None, None, "total_increasing"),
    ("broker_connections", None, None, "total_increasing"),
)


def drone_components(topics: Topics, drone: str, version: str) -> Iterator[Component]:
    """Of one drone; `version` is the firmware that this house would put onto it."""
    health = topics.house("health")
    mine = f"value_json.drones.get('{drone}', {{}})"  # it may have been configured away a moment ago
    for key, unit, device_class, state_class in _STATS:
        yield _figure(key, health, template(f"{mine}.get('stats', {{}}).get('{key}')"), unit, device_class, state_class)
    for key in _LINK:
        yield _figure(
            f"link_{key}", health, template(f"{mine}.get('link', {{}}).get('{key}')"), None, None, "total_increasing"
        )
    yield entity(
        "connected",
        "binary_sensor",
        "Connection",
        state_topic=topics.drone(drone, "availability"),
        payload_on="online",
        payload_off="offline",
        device_class="connectivity",
        entity_category="diagnostic",
        availability=[reachable(topics.house_availability)],
    )
    # The identity is `name version on board`; a drone that did not answer yet has an empty one.
    installed = f"(({mine}.get('identity', '') ~ '  ').split(' ')[1])"
    versions = f"{{'installed_version': {installed}, 'latest_version': '{version}'}}"
    yield entity(
        "firmware",
        "update",
        "Firmware",
        state_topic=health,
        value_template=template(f"{versions} | to_json if {installed} else ''"),
        title="Kelex firmware",
        device_class="firmware",
        entity_category="diagnostic",
        availability=[reachable(topics.house_availability)],
    )


def house_components(topics: Topics) -> Iterator[Component]:
    """Of the house."""
    health = topics.house("health")
    for key, unit, device_class, state_class in _HOUSE:
        yield _figure(key, health, value(key), unit, device_class, state_class)
    yield entity(
        "version",
        "sensor",
        "Version",
        state_topic=topics.house("info"),
        value_template=value("version"),
        entity_category="diagnostic",
    )


def _figure(
    key: str, topic: str, shown: str, unit: str | None, device_class: str | None, state_class: str | None
) -> Component:
    return entity(
        key,
        "sensor",
        titled(key.removesuffix("_s")),
        state_topic=topic,
        value_template=shown,
        unit_of_measurement=unit,
        device_class=device_class,
        state_class=state_class,
        entity_category="diagnostic",
    )
