"""The household that a configuration describes."""

from __future__ import annotations

from kelex_host.config.settings import Settings
from kelex_host.household.home import Contact, Home, Member


def home_of(settings: Settings) -> Home:
    """What the household has to know of the settings."""
    members = [
        Member(member.id, member.name or name_of(member.id), member.address, member.role, member.contact, member.room)
        for member in settings.member
    ]
    elders = [member.id for role in ("owner", "adult") for member in settings.member if member.role == role]
    house, quiet, nursery = settings.house, settings.quiet, settings.nursery
    return Home(
        members=members,
        rooms=[room.id for room in settings.room],
        drones={drone.id: drone.room for drone in settings.drone},
        contacts=[Contact(one.id, one.name or name_of(one.id), one.number) for one in settings.contact],
        escalation=house.escalation or elders,
        guarded=settings.trust.guarded,
        repeat_after_ms=round(house.repeat_after_s * 1000),
        escalate_after_ms=round(house.escalate_after_s * 1000),
        timezone=house.timezone,
        quiet_from=quiet.begin,
        quiet_to=quiet.end,
        quiet_infant=quiet.when_infant_sleeps,
        too_cold_c=nursery.too_cold,
        too_hot_c=nursery.too_hot,
        soothe_s=nursery.soothe_s,
        lockdown_when_away=settings.lockdown.when_away,
    )


def name_of(id: str) -> str:
    """A name as people write it: `jor-el` is Jor-El."""
    return "-".join(part.capitalize() for part in id.split("-"))
