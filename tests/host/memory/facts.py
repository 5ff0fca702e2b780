"""Facts such as a house writes, and a fold over them."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

from kelex_host.memory.fact import Fact

BEGAN_NS = 1_790_000_000_000_000_000
SECOND_NS = 1_000_000_000
_TEXT = "Sir, ma'am, the infant has been crying in the nursery for half a minute; shall I soothe him?"


def realistic(number: int, chance: random.Random) -> Fact:
    """The fact of that number of a day: what the drone sends most often, and now and then an announcement or a call."""
    time_ns = BEGAN_NS + number * 7 * SECOND_NS + chance.randrange(SECOND_NS)
    cause = f"kelex-2871-{max(0, number - 1)}" if chance.random() < 0.4 else None
    transaction = f"{chance.getrandbits(48):012x}" if chance.random() < 0.3 else None
    kind = chance.random()
    if kind < 0.5:
        data: dict[str, Any] = {"drone": "kelex", "joints": {"head_pan": 30.0, "head_tilt": -10.5}, "duration_ms": 480}
        subject, type = "body", "move_done"
    elif kind < 0.7:
        data, subject, type = {"drone": "kelex", "room": "nursery"}, "presence", "detected"
    elif kind < 0.9:
        data = {"id": f"a{number}", "text": _TEXT, "to": ["jor-el", "lara"], "priority": "important", "room": "study"}
        subject, type = "announcement", "started"
    else:
        data = {"call_id": f"c{number}", "contact": "dru-zod", "by": "jor-el", "duration_s": 31.5, "state": "ended"}
        subject, type = "call", "ended"
    return Fact(f"kelex-2871-{number}", time_ns, subject, type, "info", data, cause, transaction)


def many(count: int, first: int = 1, seed: int = 1) -> list[Fact]:
    """So many of them; the same for the same seed."""
    chance = random.Random(seed)
    return [realistic(number, chance) for number in range(first, first + count)]


def plain(number: int, **changes: Any) -> Fact:
    """A small fact, recognisable by its number."""
    return Fact(**{"event_id": f"e-{number}", "time_ns": BEGAN_NS, "subject": "body", "type": "did"} | changes)


def fold(facts: Iterable[Fact], state: dict[str, Any] | None = None) -> dict[str, Any]:
    """A state that every fact and their order have a part in."""
    state = {"count": 0, "digest": 0, "by_type": {}} if state is None else state
    for fact in facts:
        state["count"] += 1
        state["digest"] = (state["digest"] * 31 + sum(fact.event_id.encode())) % 1_000_003
        state["by_type"][fact.type] = state["by_type"].get(fact.type, 0) + 1
    return state
