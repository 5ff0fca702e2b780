"""Discovery as a configuration asks for it."""

from __future__ import annotations

from kelex_host.bridge.topics import Topics
from kelex_host.config.settings import Settings
from kelex_host.homeassistant.device import DroneCard, Estate, MemberCard
from kelex_host.homeassistant.discovery import Discovery
from kelex_host.household.configured import home_of


def estate_of(settings: Settings, version: str) -> Estate:
    """What discovery has to know of the settings."""
    return Estate(
        Topics(settings.house.base),
        version,
        [DroneCard(drone.id, drone.room) for drone in settings.drone],
        [MemberCard(member.id, member.name, member.is_told_things) for member in home_of(settings).members],
        settings.homeassistant.nursery_watch_switch,
    )


def discovery_of(settings: Settings, version: str) -> Discovery:
    """What is published for Home Assistant."""
    return Discovery(settings.homeassistant, estate_of(settings, version))
