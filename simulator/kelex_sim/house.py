"""The simulated house: rooms with their climate, people with their whereabouts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from kelex_sim.errors import WorldError


@dataclass(slots=True)
class Room:
    """Air of a room: degrees Celsius and % relative humidity."""

    celsius: float = 21.0
    humidity: float = 45.0


@dataclass(slots=True)
class House:
    """`people` maps each member to a room, or None while away. An infant in its crib is below the sensors' view."""

    rooms: dict[str, Room]
    people: dict[str, str | None]
    infants: frozenset[str] = frozenset()
    changed: list[Callable[[], None]] = field(default_factory=list)

    def enter(self, member: str, room: str) -> None:
        """A member comes into a room, from wherever he was. Raises WorldError."""
        self._check_member(member)
        self.room(room)
        self.people[member] = room
        self._tell()

    def leave(self, member: str) -> None:
        """A member leaves the house. Raises WorldError."""
        self._check_member(member)
        self.people[member] = None
        self._tell()

    def climate(self, room: str, celsius: float | None, humidity: float | None) -> None:
        """Set the air of a room. Raises WorldError."""
        air = self.room(room)
        if celsius is not None:
            air.celsius = celsius
        if humidity is not None:
            air.humidity = humidity

    def room(self, name: str) -> Room:
        """A room by name. Raises WorldError."""
        if name not in self.rooms:
            raise WorldError("unknown_room", f"There is no room '{name}' here; there are {_list(self.rooms)}.")
        return self.rooms[name]

    def somebody_moves(self, room: str) -> bool:
        """Whether a motion sensor in the room has somebody to see."""
        return any(where == room and who not in self.infants for who, where in self.people.items())

    def _check_member(self, member: str) -> None:
        if member not in self.people:
            raise WorldError("unknown_member", f"Nobody here is called '{member}'; there are {_list(self.people)}.")

    def _tell(self) -> None:
        for tell in self.changed:
            tell()


def _list(names: dict[str, object] | dict[str, Room] | dict[str, str | None]) -> str:
    return ", ".join(sorted(names))


def example_house() -> House:
    """The household of the story: both parents in the study, the infant in the nursery."""
    return House(
        rooms={"study": Room(), "nursery": Room(celsius=21.5), "hall": Room(celsius=19.5, humidity=50.0)},
        people={"jor-el": "study", "lara": "study", "kal-el": "nursery"},
        infants=frozenset({"kal-el"}),
    )
