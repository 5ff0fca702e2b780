"""What a drone senses: a sensor for each number of the senses document, a binary sensor for each yes or no."""

from __future__ import annotations

from collections.abc import Iterator

from kelex_wire import schema

from kelex_host.bridge.json_schemas import unit_of
from kelex_host.homeassistant.device import EXPIRE_S, Component, entity, titled, truth, value

# Device class and icon of each channel; a sound's level is relative to full scale, which is no class of its own.
_NUMBERS = {
    "temperature": ("temperature", None),
    "humidity": ("humidity", None),
    "light": ("illuminance", None),
    "sound": ("sound_pressure", None),
    "range": ("distance", None),
    "tremor": (None, "mdi:vibrate"),
    "battery_voltage": ("voltage", None),
    "battery_level": ("battery", None),
    "servo_current": ("current", None),
}
_BOOLEANS = {
    "presence": ("occupancy", None),
    "touch": (None, "mdi:gesture-tap"),
    "door": ("door", None),
    "doorbell": (None, "mdi:doorbell"),
}
_DIAGNOSTIC = ("battery_voltage", "servo_current")


def components(topic: str) -> Iterator[Component]:
    """Every channel; `topic` is where the senses document stands."""
    for name, _, unit, _, _ in schema.CHANNELS:
        diagnostic = "diagnostic" if name in _DIAGNOSTIC else None
        if unit:
            device_class, icon = _NUMBERS[name]
            yield entity(
                name,
                "sensor",
                titled(name),
                state_topic=topic,
                value_template=value(name),
                device_class=device_class,
                icon=icon,
                unit_of_measurement=unit_of(unit),
                state_class="measurement",
                expire_after=EXPIRE_S,
                entity_category=diagnostic,
            )
        else:
            device_class, icon = _BOOLEANS[name]
            options = truth(name) | {"device_class": device_class, "icon": icon, "expire_after": EXPIRE_S}
            yield entity(name, "binary_sensor", titled(name), state_topic=topic, **options)
    yield entity(
        "faults",
        "binary_sensor",
        "Faults",
        state_topic=topic,
        value_template=value("faults | length > 0"),
        payload_on="True",
        payload_off="False",
        device_class="problem",
        entity_category="diagnostic",
    )
    # Not as attributes of the other: those would be told of a forgotten drone's empty document.
    yield entity(
        "faulty",
        "sensor",
        "Faulty parts",
        state_topic=topic,
        value_template=value("faults | join(', ') or 'none'"),
        icon="mdi:alert-circle-outline",
        entity_category="diagnostic",
    )
