"""What a drone said while it lived a story, record by record, in seconds since the story began.

Events are of two streams, what orders did and what was sensed: which comes first of two that have nothing to do with
each other, a few milliseconds decide.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kelex_wire import schema
from kelex_wire.drone_link import elapsed_ms

from kelex_host.bridge.heard import DroneEvent, Heard, Offline, Online, OrderLost, Telemetry, Verdict

NAMES = {message[0]: message[1] for message in schema.MESSAGES}
FIELDS = {message[0]: tuple(each[0] for each in message[2]) for message in schema.MESSAGES}
# What says where in its stream a record is, and is said by its place there.
_PLACED = ("time_ms", "number")


@dataclass(frozen=True, slots=True)
class Line:
    """One record: when, of which stream (link, verdict, done, sensed, senses, body, stats), its name and its fields."""

    at_s: float
    stream: str
    name: str
    fields: dict[str, Any]

    def __str__(self) -> str:
        told = " ".join(f"{name}={value}" for name, value in self.fields.items())
        return f"{self.at_s:8.3f} s  {self.name} {told}".rstrip()


@dataclass(slots=True)
class Trace:
    """`lines` as they came. Events and telemetry are placed at the drone's own time, the rest when it was heard."""

    lines: list[Line] = field(default_factory=list)
    _began_s: float = 0.0
    _welcome_s: float = 0.0
    _welcome_ms: int = 0
    _first_order: int | None = None

    def hear(self, now_s: float, heard: Heard) -> None:
        """Take down what the link has heard."""
        match heard:
            case Online(welcome, resumed, received_s):
                self._welcome_s, self._welcome_ms = received_s, welcome.time_ms
                self._put(now_s, "link", "online", {"resumed": resumed})
            case Offline():
                self._put(now_s, "link", "offline", {})
            case OrderLost(number, tried, _):
                self._put(now_s, "link", "order_lost", {"order": self._order(number), "tried": tried})
            case Verdict(number, message, record):
                fields = self._fields(message, record, without=("order",))
                self._put(now_s, "verdict", NAMES[message], {"order": self._order(number)} | fields)
            case DroneEvent(_, message, record):
                stream = "done" if "order" in FIELDS[message] else "sensed"
                self._put(self._when(record), stream, NAMES[message], self._fields(message, record, _PLACED))
            case Telemetry(message, record):
                name = NAMES[message]
                self._put(self._when(record), name, name, self._fields(message, record, _PLACED))
            case _:
                pass

    def begin(self, now_s: float) -> None:
        """Count the seconds from now, and of what was said so far keep the last of each telemetry alone."""
        last = {line.stream: line for line in self.lines if line.stream in ("body", "senses")}
        self.lines[:] = [Line(0.0, line.stream, line.name, line.fields) for line in last.values()]
        self._began_s = now_s

    def _put(self, at_s: float, stream: str, name: str, fields: dict[str, Any]) -> None:
        self.lines.append(Line(at_s - self._began_s, stream, name, fields))

    def _when(self, record: Any) -> float:
        """A moment of the drone's clock, by the world's."""
        behind_ms: int = elapsed_ms(self._welcome_ms, record.time_ms)
        ahead_ms: int = elapsed_ms(record.time_ms, self._welcome_ms)
        return self._welcome_s + (ahead_ms if ahead_ms <= behind_ms else -behind_ms) / 1000

    def _fields(self, message: int, record: Any, without: tuple[str, ...]) -> dict[str, Any]:
        fields = {name: getattr(record, name) for name in FIELDS[message] if name not in without}
        if "order" in fields:
            fields["order"] = self._order(fields["order"])
        return fields

    def _order(self, number: int) -> int:
        """Which order that is, the first being 0: where the count starts is the host's choice."""
        if self._first_order is None:
            self._first_order = number
        return (number - self._first_order) & 0xFFFF
