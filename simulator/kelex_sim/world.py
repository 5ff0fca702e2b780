"""The world's verbs, carried out on a simulated house and its drones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from kelex_sim import wiring
from kelex_sim.body import Parts
from kelex_sim.chips.fault import KINDS
from kelex_sim.chips.servo import ServoModel
from kelex_sim.errors import WorldError
from kelex_sim.house import Contact, House
from kelex_sim.surroundings import Surroundings

# What a verb does where a field is left out.
UNPLUG_S = 2.0
CRY_S = 10.0
RING_S = 0.5
TOUCH_S = 0.5
TREMOR_S = 5.0
TREMOR_MS2 = 2.0
INTRUDER_S = 5.0
INTRUDER_MM = 600.0
HAND_S = 2.0
LOAD_S = 2.0
FAULT_S = 10.0
CONTACT_S = 2.0

Fields = Mapping[str, Any]


class Body(Protocol):
    """A drone as the world sees it, whatever board it has."""

    room: str
    around: Surroundings
    parts: Parts

    @property
    def servos(self) -> dict[str, ServoModel]: ...
    def truth(self) -> dict[str, Any]: ...


class World:
    """`unplug(drone, seconds)` pulls that drone's cable. Fields come checked for their types and limits."""

    def __init__(self, house: House, bodies: Mapping[str, Body], unplug: Callable[[str, float], None]) -> None:
        self._house = house
        self._bodies = bodies
        self._unplug_cable = unplug
        self._verbs: dict[str, Callable[[Fields], dict[str, Any]]] = {
            "enter": self._enter,
            "leave": self._leave,
            "climate": self._climate,
            "light": self._light,
            "cry": self._cry,
            "ring": self._ring,
            "touch": self._touch,
            "door": self._door,
            "tremor": self._tremor,
            "intruder": self._intruder,
            "hand": self._hand,
            "servo_load": self._servo_load,
            "battery": self._battery,
            "fault": self._fault,
            "unplug": self._unplug,
            "contact": self._contact,
            "truth": lambda fields: self.truth(),
        }

    def act(self, verb: str, fields: Fields) -> dict[str, Any]:
        """Carry out a verb; its response's data. Raises WorldError for what is not there."""
        if verb not in self._verbs:
            raise WorldError("unknown_verb", f"The simulated house knows no verb '{verb}'.")
        return self._verbs[verb](fields)

    def truth(self) -> dict[str, Any]:
        """What is really so now. With one drone its hardware stands at the top, for short."""
        drones = {name: body.truth() for name, body in self._bodies.items()}
        only = next(iter(drones.values())) if len(drones) == 1 else {}
        return {
            **only,
            "drones": drones,
            "rooms": self._rooms(),
            "people": dict(self._house.people),
            "contacts": {
                name: {"behaviour": contact.behaviour, "after_s": contact.after_s}
                for name, contact in self._house.contacts.items()
            },
        }

    # The house

    def _enter(self, fields: Fields) -> dict[str, Any]:
        member, room = fields["member"], fields["room"]
        self._house.enter(member, room)
        for body in self._bodies.values():
            if body.room == room and member not in self._house.infants:
                body.around.pass_by()
        return {"people": dict(self._house.people)}

    def _leave(self, fields: Fields) -> dict[str, Any]:
        self._house.leave(fields["member"])
        return {"people": dict(self._house.people)}

    def _climate(self, fields: Fields) -> dict[str, Any]:
        self._house.climate(fields["room"], fields["celsius"], fields["humidity"])
        return {"rooms": self._rooms()}

    def _light(self, fields: Fields) -> dict[str, Any]:
        self._house.light(fields["room"], fields["lux"])
        return {"rooms": self._rooms()}

    def _cry(self, fields: Fields) -> dict[str, Any]:
        seconds = _or(fields["seconds"], CRY_S)
        rooms = {self._house.people[infant] for infant in self._house.infants} - {None}
        if not rooms:
            raise WorldError("unknown_member", "No infant is at home who could cry; let one in with `enter`.")
        for body in self._bodies.values():
            if body.room in rooms:
                body.around.begin("cry", seconds)
        return {"seconds": seconds}

    def _tremor(self, fields: Fields) -> dict[str, Any]:
        seconds = _or(fields["seconds"], TREMOR_S)
        magnitude = _or(fields["magnitude"], TREMOR_MS2)
        for body in self._bodies.values():
            body.around.shake(magnitude, seconds)
        return {"magnitude": magnitude, "seconds": seconds}

    def _contact(self, fields: Fields) -> dict[str, Any]:
        name = fields["contact"]
        if name not in self._house.contacts:
            known = ", ".join(self._house.contacts) or "none"
            raise WorldError("unknown_id", f"Nobody called '{name}' can be phoned; there are {known}.")
        contact = Contact(fields["behaviour"], _or(fields["after_s"], CONTACT_S))
        self._house.contacts[name] = contact
        return {"contact": name, "behaviour": contact.behaviour, "after_s": contact.after_s}

    # One drone

    def _ring(self, fields: Fields) -> dict[str, Any]:
        self._body(fields).around.begin("ring", RING_S)
        return {"seconds": RING_S}

    def _touch(self, fields: Fields) -> dict[str, Any]:
        return self._begin("touch", fields, TOUCH_S)

    def _door(self, fields: Fields) -> dict[str, Any]:
        around = self._body(fields).around
        seconds = fields["seconds"] if fields["open"] else None
        # What was before, open for good or for a while, ends: the last order counts.
        around.open_door(fields["open"] and seconds is None)
        around.begin("door", seconds or 0)
        return {"open": fields["open"]}

    def _intruder(self, fields: Fields) -> dict[str, Any]:
        seconds = _or(fields["seconds"], INTRUDER_S)
        range_mm = _or(fields["range_mm"], INTRUDER_MM)
        self._body(fields).around.approach(range_mm, seconds)
        return {"range_mm": range_mm, "seconds": seconds}

    def _hand(self, fields: Fields) -> dict[str, Any]:
        seconds = _or(fields["seconds"], HAND_S)
        body = self._body(fields)
        self._joint(body, fields["joint"]).hold(seconds)
        body.around.begin("hand", seconds)
        return {"joint": fields["joint"], "seconds": seconds}

    def _servo_load(self, fields: Fields) -> dict[str, Any]:
        seconds = _or(fields["seconds"], LOAD_S)
        self._joint(self._body(fields), fields["joint"]).strain(seconds)
        return {"joint": fields["joint"], "seconds": seconds}

    def _battery(self, fields: Fields) -> dict[str, Any]:
        body = self._body(fields)
        body.parts.battery_level = fields["level"]
        return {"level": fields["level"], "supply_v": round(body.parts.battery_v, 3)}

    def _fault(self, fields: Fields) -> dict[str, Any]:
        body = self._body(fields)
        part = wiring.part_called(fields["part"])
        name = part.name if part else fields["part"]
        if name not in body.parts.faults:
            raise WorldError("unknown_id", f"There is no part '{name[:64]}'; there are {', '.join(body.parts.faults)}.")
        assert fields["kind"] in KINDS, "the declaration of the verb allows no other"
        seconds = _or(fields["seconds"], FAULT_S)
        body.parts.faults[name].begin(fields["kind"], seconds)
        return {"part": name, "kind": fields["kind"], "seconds": seconds}

    def _unplug(self, fields: Fields) -> dict[str, Any]:
        self._body(fields)
        seconds = _or(fields["seconds"], UNPLUG_S)
        self._unplug_cable(fields["drone"], seconds)
        return {"seconds": seconds}

    def _begin(self, what: str, fields: Fields, default_s: float) -> dict[str, Any]:
        seconds = _or(fields["seconds"], default_s)
        self._body(fields).around.begin(what, seconds)
        return {"seconds": seconds}

    def _rooms(self) -> dict[str, Any]:
        return {
            name: {"celsius": round(room.celsius, 3), "humidity": round(room.humidity, 3), "lux": round(room.lux, 3)}
            for name, room in self._house.rooms.items()
        }

    def _body(self, fields: Fields) -> Body:
        """The drone that a request names, the first where it names none."""
        drone = fields["drone"] or next(iter(self._bodies))
        if drone not in self._bodies:
            raise WorldError("unknown_id", f"There is no drone '{drone}' here; there are {', '.join(self._bodies)}.")
        return self._bodies[drone]

    def _joint(self, body: Body, joint: str) -> Any:
        if joint not in body.servos:
            raise WorldError("unknown_joint", f"There is no joint '{joint}'; there are {', '.join(body.servos)}.")
        return body.servos[joint]


def _or(value: Any, default: float) -> float:
    return default if value is None else float(value)
