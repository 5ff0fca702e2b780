"""The simulated house: rooms with their climate, people with their whereabouts."""

from __future__ import annotations

from dataclasses import dataclass, field

from kelex_sim.errors import WorldError


@dataclass(slots=True)
class Room:
    """A room's air (degrees Celsius, % relative humidity) and light (lux)."""

    celsius: float = 21.0
    humidity: float = 45.0
    lux: float = 180.0


@dataclass(slots=True)
class Contact:
    """Somebody who can be called: what he does then (answer, refuse, silent, hangup), and after how many seconds."""

    behaviour: str = "answer"
    after_s: float = 2.0


@dataclass(slots=True)
class House:
    """`people` maps each member to a room, or None while away. An infant in its crib is below the sensors' view."""

    rooms: dict[str, Room]
    people: dict[str, str | None]
    infants: frozenset[str] = frozenset()
    contacts: dict[str, Contact] = field(default_factory=dict)

    def enter(self, member: str, room: str) -> None:
        """A member comes into a room, from wherever he was. Raises WorldError."""
        self._check_member(member)
        self.room(room)
        self.people[member] = room

    def leave(self, member: str) -> None:
        """A member leaves the house. Raises WorldError."""
        self._check_member(member)
        self.people[member] = None

    def climate(self, room: str, celsius: float | None, humidity: float | None) -> None:
        """Set the air of a room. Raises WorldError."""
        air = self.room(room)
        if celsius is not None:
            air.celsius = celsius
        if humidity is not None:
            air.humidity = humidity

    def light(self, room: str, lux: float) -> None:
        """Set the light of a room. Raises WorldError."""
        self.room(room).lux = lux

    def room(self, name: str) -> Room:
        """A room by name. Raises WorldError."""
        if name not in self.rooms:
            raise WorldError("unknown_room", f"There is no room '{name}' here; there are {_list(self.rooms)}.")
        return self.rooms[name]

    def somebody_moves(self, room: str) -> bool:
        """Whether a motion sensor in the room has somebody to see."""
        for who, where in self.people.items():  # noqa: SIM110 - asked at each look at a sensor, where `any` costs more
            if where == room and who not in self.infants:
                return True
        return False

    def _check_member(self, member: str) -> None:
        if member not in self.people:
            raise WorldError("unknown_member", f"Nobody here is called '{member}'; there are {_list(self.people)}.")


def _list(names: dict[str, object] | dict[str, Room] | dict[str, str | None]) -> str:
    return ", ".join(sorted(names))


def example_house() -> House:
    """The household of the story: both parents in the study, the infant in the nursery."""
    return House(
        rooms={"study": Room(), "nursery": Room(celsius=21.5), "hall": Room(celsius=19.5, humidity=50.0)},
        people={"jor-el": "study", "lara": "study", "kal-el": "nursery"},
        infants=frozenset({"kal-el"}),
        contacts={"dru-zod": Contact()},
    )
