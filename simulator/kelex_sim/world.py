"""The world's verbs, carried out on a simulated house and its drones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kelex_sim.body import Body
from kelex_sim.errors import WorldError
from kelex_sim.house import House

UNPLUG_S = 2.0


class World:
    """`unplug(drone, seconds)` pulls that drone's cable. Fields come checked for their types and limits."""

    def __init__(self, house: House, bodies: Mapping[str, Body], unplug: Callable[[str, float], None]) -> None:
        self._house = house
        self._bodies = bodies
        self._unplug = unplug

    def act(self, verb: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Carry out a verb; its response's data. Raises WorldError for what is not there."""
        match verb:
            case "enter":
                self._house.enter(fields["member"], fields["room"])
                return {"people": self._house.people}
            case "leave":
                self._house.leave(fields["member"])
                return {"people": self._house.people}
            case "climate":
                self._house.climate(fields["room"], fields["celsius"], fields["humidity"])
                return {"rooms": self._rooms()}
            case "unplug":
                self._body(fields["drone"])
                seconds = UNPLUG_S if fields["seconds"] is None else fields["seconds"]
                self._unplug(fields["drone"], seconds)
                return {"seconds": seconds}
            case "truth":
                return self.truth()
        raise WorldError("unknown_verb", f"The simulated house knows no verb '{verb}'.")

    def truth(self) -> dict[str, Any]:
        """What is really so now. With one drone its servos stand at the top, for short."""
        drones = {name: {"servos": body.truth()} for name, body in self._bodies.items()}
        only = next(iter(drones.values())) if len(drones) == 1 else {}
        return {**only, "drones": drones, "rooms": self._rooms(), "people": dict(self._house.people)}

    def _rooms(self) -> dict[str, Any]:
        return {
            name: {"celsius": round(room.celsius, 3), "humidity": round(room.humidity, 3)}
            for name, room in self._house.rooms.items()
        }

    def _body(self, drone: str) -> Body:
        if drone not in self._bodies:
            raise WorldError("unknown_id", f"There is no drone '{drone}' here; there are {', '.join(self._bodies)}.")
        return self._bodies[drone]
