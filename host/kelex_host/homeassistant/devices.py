"""The house and its drones as devices, with every group of their entities."""

from __future__ import annotations

from collections.abc import Iterator

from kelex_host.homeassistant import body, diagnostics, events, household, senses
from kelex_host.homeassistant.device import Device, DroneCard, Estate, titled


def devices(estate: Estate) -> Iterator[Device]:
    """All devices, the house first: the drones hang on it."""
    yield _house(estate)
    for drone in estate.drones:
        yield _drone(estate, drone)


def _house(estate: Estate) -> Device:
    topics = estate.topics
    parts = (
        *household.components(estate),
        *events.house_components(topics),
        *diagnostics.house_components(topics),
    )
    about = {"name": f"{_name(topics.base)} house", "mdl": "Kelex bridge", "sw": estate.version}
    return Device(estate.house_id, about, [topics.house_availability], parts, _origin(estate))


def _drone(estate: Estate, drone: DroneCard) -> Device:
    topics = estate.topics
    parts = (
        *senses.components(topics.drone(drone.id, "senses")),
        *body.components(topics, drone.id),
        *events.drone_components(topics, drone.id),
        *diagnostics.drone_components(topics, drone.id, estate.version),
    )
    about = {
        "name": f"{_name(topics.base)} drone {drone.id}",
        "mdl": "Kelex butler drone",
        "sa": titled(drone.room),
        "via_device": estate.house_id,
    }
    availability = [topics.house_availability, topics.drone(drone.id, "availability")]
    return Device(estate.drone_id(drone.id), about, availability, parts, _origin(estate))


def _origin(estate: Estate) -> dict[str, str]:
    return {"name": "Kelex", "sw": estate.version}


def _name(base: str) -> str:
    return base.replace("/", " ").title()
