"""What a scene of a story may do. A scene is a generator that yields these, and is sent what came of each."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Ask:
    """A request; the scene is sent its response (`{}` where none came in time). `by` signs it."""

    verb: str
    fields: dict[str, Any] = field(default_factory=dict)
    scope: str = "house"
    by: str = ""


@dataclass(frozen=True, slots=True)
class Until:
    """Wait until something happened since the last request; the scene is sent the event, None where it never did."""

    event: str  # subject/type
    of: dict[str, Any] = field(default_factory=dict)
    timeout_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Wait:
    """Let so much time pass."""

    seconds: float


@dataclass(frozen=True, slots=True)
class At:
    """Nothing happens until this time of day: such hours are skipped."""

    hour: int
    minute: int = 0


@dataclass(frozen=True, slots=True)
class Say:
    """Tell the reader something."""

    text: str


@dataclass(frozen=True, slots=True)
class Explain:
    """Have Kelex explain the last event of that kind, `subject/type`: what led to it, step by step."""

    event: str


Act = Ask | Until | Wait | At | Say | Explain
Scene = Generator[Act, Any, None]


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of the story: its id in the table of capabilities, what it is called, and how it goes.

    `shows` are further subjects of events to tell the reader, beside those of the household.
    """

    id: str
    title: str
    scene: Callable[[], Scene]
    shows: tuple[str, ...] = ()


def world(verb: str, **fields: Any) -> Ask:
    """Something happens in the simulated house."""
    return Ask(verb, fields, "world")


def ask(verb: str, **fields: Any) -> Ask:
    """Something is asked of the household."""
    return Ask(verb, fields)


def order(verb: str, by: str = "jor-el", **fields: Any) -> Ask:
    """The same, signed by a member."""
    return Ask(verb, fields, by=by)
