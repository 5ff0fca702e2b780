"""All that the household knows, as plain data: a fold over its facts. A snapshot of it is its JSON."""

from __future__ import annotations

from typing import Any

import msgspec

from kelex_host.household.home import Home


class Person(msgspec.Struct):
    """Where a member is: a room, or None while away, since when."""

    room: str | None = None
    since_ms: int = 0


class Drone(msgspec.Struct):
    """What is known of a drone: the last event of its that is a fact, whether it is quiet, and whether it is online."""

    boot: int = 0
    number: int = 0
    quiet: bool = False
    online: bool = False


class Announcement(msgspec.Struct):
    """Something to be told, until it is settled; `time_ms` (wall) is when it was asked for.

    `status`: `queued`, `playing`, `interrupted`, or `waiting` (it was heard, and nobody has acknowledged it yet).
    `left_ms` is how long it still takes to say, `next_ms` when it is said again, `escalate_ms` when it goes to the
    next member; `step` is how far its presentation is.
    """

    id: str
    text: str
    to: list[str]
    address: str
    priority: str
    time_ms: int
    expires_ms: int
    left_ms: int
    fact: str
    status: str = "queued"
    started_ms: int = 0
    next_ms: int = 0
    escalate_ms: int = 0
    heard: int = 0
    step: int = 0
    transaction: str = ""


class Missed(msgspec.Struct):
    """Something that happened while a member was away. `spoken`: he was told of it at his arrival."""

    event_id: str
    text: str
    severity: str
    time_ms: int
    spoken: bool = False


class Quiet(msgspec.Struct):
    """The causes of quiet that hold now, and until when the one by hand does (wall_ms)."""

    causes: list[str] = []
    until_ms: int | None = None


class Nursery(msgspec.Struct):
    """The nursery watch. `crying` is the room in which an infant cries, `climate` is `too_hot`, `too_cold` or empty.

    `soothe_ms` is until when crying is soothed before anybody is told; `telling` is the open announcement about each.
    """

    watch: bool = True
    infant: str = "awake"
    crying: str = ""
    climate: str = ""
    celsius: float | None = None
    low: float | None = None
    high: float | None = None
    soothe_ms: int = 0
    telling: dict[str, str] = {}
    fact: str = ""
    transaction: str = ""


class Hazard(msgspec.Struct):
    """A hazard that lasts, and since when (at_ms; `time_ms` is the wall's). `by_hand`: no sensor ends it.

    `announcement` is the one about it, if there is one.
    """

    level: str
    room: str | None
    since_ms: int
    time_ms: int
    by_hand: bool
    announcement: str = ""


class Tremor(msgspec.Struct):
    """What a drone feels: in which of its starts, how hard at most (m/s²), since when (at_ms).

    `ends_ms` is when it is over unless it is felt again, 0 while it lasts, and `why` that is so.
    """

    boot: int
    peak: float
    since_ms: int
    lasted_s: int = 0
    ends_ms: int = 0
    why: str = ""


class Warning(msgspec.Struct):
    """An alert of a news feed that is in force; `announcement` is the one about it, if there is one."""

    title: str
    severity: str
    time_ms: int
    announcement: str = ""


class Evacuation(msgspec.Struct):
    """`stage` is empty, `begun` or `launched`; `checked` are the interlocks that are closed."""

    stage: str = ""
    checked: list[str] = []


class Visitor(msgspec.Struct):
    """Somebody who wants to see a member, since when (wall); `announcement` is the one about him."""

    who: str
    whom: str
    expires_ms: int
    announcement: str
    fact: str
    transaction: str = ""
    reason: str = ""
    urgency: str = "important"
    time_ms: int = 0


class Call(msgspec.Struct):
    """A call. `contact` is a contact's id, or who calls as far as that is known; `by` brought its state about."""

    call_id: str
    contact: str
    state: str
    by: str
    incoming: bool
    time_ms: int
    caller: str = ""
    why: str = ""


class Project(msgspec.Struct):
    """What is built: its variants as the verb has them, the one that is planned, and what there is of it."""

    title: str
    variants: list[dict[str, Any]]
    stock: dict[str, int]
    variant: str | None = None
    used: dict[str, int] = {}
    done: list[str] = []
    forbidden: bool = False
    status: str = "building"
    why: str = ""
    begun_ms: int = 0
    worked_ms: int = 0


class Answer(msgspec.Struct):
    """What a request with a transaction was answered, and when; `asked` is the digest of what it asked for."""

    verb: str
    data: dict[str, Any]
    at_ms: int
    asked: str = ""


class State(msgspec.Struct):
    """`epoch` keeps the ids of this journal's facts apart from those of another; `seq` counts its facts.

    `current` is the announcement that speaks, `lit` are the drones whose eye or disk shows one, `settled` the last
    announcements that are done with. `lockdown` is its reason, None while there is none.
    """

    epoch: str = ""
    seq: int = 0
    at_ms: int = 0
    home: Home = msgspec.field(default_factory=Home)
    answers: dict[str, Answer] = {}
    people: dict[str, Person] = {}
    drones: dict[str, Drone] = {}
    announcements: dict[str, Announcement] = {}
    current: str = ""
    lit: list[str] = []
    settled: list[str] = []
    missed: dict[str, list[Missed]] = {}
    quiet: Quiet = msgspec.field(default_factory=Quiet)
    nursery: Nursery = msgspec.field(default_factory=Nursery)
    hazards: dict[str, Hazard] = {}
    tremors: dict[str, Tremor] = {}
    warnings: dict[str, Warning] = {}
    doors_open: list[str] = []
    evacuation: Evacuation = msgspec.field(default_factory=Evacuation)
    lockdown: str | None = None
    lockdown_ms: int = 0
    lockdown_announcement: str = ""
    visitors: dict[str, Visitor] = {}
    call: Call | None = None
    calls: list[Call] = []
    projects: dict[str, Project] = {}
    purchases_forbidden: bool = False

    @property
    def occupied(self) -> bool:
        """Whether anybody is at home."""
        return any(person.room is not None for person in self.people.values())


def snapshot(state: State) -> bytes:
    """The state as a snapshot has it."""
    return msgspec.json.encode(state)


def restore(data: bytes) -> State:
    """The state of a snapshot. Raises msgspec.DecodeError."""
    return msgspec.json.decode(data, type=State)
