"""The simulated house that a configuration describes, and its drones' rooms."""

from __future__ import annotations

from kelex_sim.house import Contact, House, Room

from kelex_host.config import Settings


def simulated_house(settings: Settings) -> House:
    """Rooms and people as configured; the air is what a house's is."""
    return House(
        rooms={room.id: Room() for room in settings.room},
        people={member.id: member.room for member in settings.member},
        contacts={contact.id: Contact() for contact in settings.contact},
        infants=frozenset(member.id for member in settings.member if member.role == "infant"),
    )
