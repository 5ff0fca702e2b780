"""What the page knows: MQTT messages go in, documents with their age come out. No clock, no IO.

`revisions` counts, by a name for each part of the page, how often what it shows has changed, so that a view knows
whether it has to be made anew.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec

from kelex_host.bridge.now import Now
from kelex_host.bridge.topics import Topics
from kelex_host.console.drone_state import DroneState, Heard, angles
from kelex_host.console.history import History
from kelex_host.console.timeline import Entry, Timeline
from kelex_host.console.wall_clock import age_of

PAYLOAD_BYTES_MOST = 256 * 1024
DRONES_MOST = 16
ENTRIES_MOST = 64  # alerts, projects
HOUSE = ("info", "health", "members", "mode", "nursery", "announcements", "calls", "visitors")


class Model:
    """One house, as its topics tell it."""

    def __init__(self, base: str, drones: list[str]) -> None:
        self.topics = Topics(base)
        self.connected = False
        self.problem = ""
        self.house_online: bool | None = None
        self.heard_s: float | None = None  # when the house last said anything (mono_s)
        self.house = {name: Heard() for name in HOUSE}
        self.world = Heard()
        self.projects: dict[str, dict[str, Any]] = {}
        self.alerts: dict[str, dict[str, Any]] = {}
        self.drones = {id: DroneState(id) for id in drones[:DRONES_MOST]}
        self.history = {id: History() for id in self.drones}
        self.timeline = Timeline()
        self.revisions: Counter[str] = Counter()

    # What the page asks

    def doc(self, name: str) -> dict[str, Any]:
        """The house's latest document of a name of HOUSE; empty before there was one."""
        return self.house[name].document

    @property
    def configuration(self) -> dict[str, Any]:
        """The house's configuration as `info` tells it."""
        configuration = self.doc("info").get("configuration")
        return configuration if isinstance(configuration, dict) else {}

    @property
    def simulated(self) -> bool:
        """Whether there is a simulated house, so that the world's verbs work."""
        return self.doc("info").get("simulated") is True

    @property
    def speed(self) -> float | None:
        """How many times as fast as ours the simulated house's time runs; None where that cannot be changed."""
        speed = self.doc("info").get("speed")
        return float(speed) if isinstance(speed, int | float) and speed > 0 else None

    def listed(self, section: str) -> list[dict[str, Any]]:
        """The tables of a list in the configuration, such as `room`."""
        tables = self.configuration.get(section)
        return [table for table in tables if isinstance(table, dict)] if isinstance(tables, list) else []

    def owner(self) -> str:
        """The owner's id, or the first member's; empty where nobody is known."""
        members = self.listed("member")
        owner = next((m for m in members if m.get("role") == "owner"), members[0] if members else {})
        return str(owner.get("id", ""))

    def alive(self) -> bool:
        """Whether the house can be heard at all."""
        return self.connected and self.house_online is True

    def live(self, drone: DroneState, now: Now) -> bool:
        """Whether what is known of a drone is what is so now."""
        return self.alive() and drone.online is True and drone.body.is_fresh(now)

    # What comes in

    def broker_connected(self) -> None:
        """A session with the broker begins; what is retained follows. What is not there any more does not: an alert
        that was resolved meanwhile, say."""
        self.connected, self.problem = True, ""
        self.alerts.clear()
        self.projects.clear()
        for part in ("house", "alerts", "projects"):
            self.revisions[part] += 1

    def broker_lost(self, why: str) -> None:
        """The broker is gone; `why` is one sentence."""
        self.connected, self.problem = False, why
        self.revisions["house"] += 1

    def message(self, now: Now, topic: str, payload: bytes, retained: bool) -> None:
        """A message of the house. Whatever it is not meant to be is left alone."""
        if len(payload) > PAYLOAD_BYTES_MOST or not topic.startswith(self.topics.base + "/"):
            return
        self.heard_s = now.mono_s
        match topic[len(self.topics.base) + 1 :].split("/"):
            case ["house", "availability"]:
                self.house_online = payload == b"online"
                self.revisions["house"] += 1
            case ["house", ("alerts" | "projects") as kind, id]:
                self._entry(kind, id, payload)
            case ["house", name] if name in self.house:
                self._house(now, name, payload, retained)
            case ["house", "event", subject]:
                self._event("house", subject, payload)
            case ["world", "response", "truth"]:
                self._truth(now, payload)
            case ["drone", id, *rest] if id in self.drones:
                self._drone(now, self.drones[id], rest, payload, retained)

    def _house(self, now: Now, name: str, payload: bytes, retained: bool) -> None:
        document = _object(payload)
        if document is not None:
            self.house[name].take(document, now.mono_s - (age_of(now, document) if retained else 0.0))
            self.revisions[name] += 1
            if name == "info":
                self._know(document.get("drones"))
                for drone in self.drones.values():
                    drone.paced(self.speed or 1.0)

    def _know(self, drones: Any) -> None:
        """The house names its drones; those that the page does not know yet are new."""
        for id in drones if isinstance(drones, list) else []:
            if isinstance(id, str) and id not in self.drones and len(self.drones) < DRONES_MOST:
                self.drones[id] = DroneState(id)
                self.history[id] = History()

    def _entry(self, kind: str, id: str, payload: bytes) -> None:
        entries = self.alerts if kind == "alerts" else self.projects
        document = _object(payload) if payload else None
        if document is None:
            entries.pop(id, None)
        elif id in entries or len(entries) < ENTRIES_MOST:
            entries[id] = document
        self.revisions[kind] += 1

    def _event(self, source: str, subject: str, payload: bytes) -> None:
        event = _object(payload)
        if event is not None and self.timeline.add(Entry(source, subject, event)):
            self.revisions["timeline"] += 1

    def _truth(self, now: Now, payload: bytes) -> None:
        data = (_object(payload) or {}).get("data")
        if not isinstance(data, dict):
            return
        self.world.take(data, now.mono_s)
        self.revisions["world"] += 1
        drones = data.get("drones")
        for id, truth in drones.items() if isinstance(drones, dict) else []:
            if id in self.drones and isinstance(truth, dict):
                self.drones[id].truth.take(truth, now.mono_s)
                self.revisions["pose/" + id] += 1

    def _drone(self, now: Now, drone: DroneState, rest: list[str], payload: bytes, retained: bool) -> None:
        match rest:
            case ["availability"]:
                drone.online = payload == b"online"
                self.revisions["house"] += 1
            case [("body" | "senses") as name] if (document := _object(payload)) is not None:
                at_s = now.mono_s - (age_of(now, document) if retained else 0.0)
                (drone.body if name == "body" else drone.senses).take(document, at_s)
                if name == "senses" and not retained:
                    self.history[drone.id].add(now.mono_s, document)
                if name == "body" and not drone.moving:
                    drone.settled()
                self.revisions[f"{name}/{drone.id}"] += 1
                self.revisions["pose/" + drone.id] += 1
            case ["event", subject]:
                self._event(drone.id, subject, payload)
            case ["response", verb]:
                data = (_object(payload) or {}).get("data")
                if isinstance(data, dict) and angles(data.get("joints")):
                    drone.granted(verb, data["joints"])
                    self.revisions["pose/" + drone.id] += 1


def _object(payload: bytes) -> dict[str, Any] | None:
    """A payload as a JSON object; None for what is none."""
    try:
        document = msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError):
        return None
    return document if isinstance(document, dict) else None
