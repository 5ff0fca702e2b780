"""The household as it is configured: who belongs to it, its rooms and drones, and how it likes things done."""

from __future__ import annotations

import msgspec


class Member(msgspec.Struct, frozen=True):
    """`address` is his form of address ("Sir"); `room` is where he is taken to be when the house first hears of him."""

    id: str
    name: str
    address: str
    role: str
    contact: str = ""
    room: str | None = None

    @property
    def is_told_things(self) -> bool:
        """Whether news of the house are for him."""
        return self.role != "infant"


class Contact(msgspec.Struct, frozen=True):
    """Somebody who can be called. `number` is what a phone dials."""

    id: str
    name: str
    number: str = ""


class Home(msgspec.Struct, frozen=True):
    """`escalation` are the members to be told in turn where nobody acknowledges; `drones` are their rooms by id.

    `guarded` are verbs that the house itself may not order either: only a signed request may.
    """

    members: list[Member] = []
    rooms: list[str] = []
    drones: dict[str, str] = {}
    contacts: list[Contact] = []
    escalation: list[str] = []
    guarded: list[str] = []
    repeat_after_ms: int = 15_000
    escalate_after_ms: int = 20_000
    timezone: str = "UTC"
    quiet_from: str = ""
    quiet_to: str = ""
    quiet_infant: bool = True
    too_cold_c: float = 18.0
    too_hot_c: float = 26.0
    soothe_s: float = 0.0
    lockdown_when_away: bool = False

    def member(self, id: str) -> Member | None:
        """A member by id."""
        return next((member for member in self.members if member.id == id), None)

    def drones_in(self, rooms: set[str | None]) -> list[str]:
        """The drones in these rooms; all of them where there are none."""
        return [drone for drone, room in self.drones.items() if room in rooms] or list(self.drones)
