"""What one decision of the household takes once 100,000 events have happened in it, of whatever kind they are.

In the processor's time: a decision of 0.1 ms on a busy machine would show how long others had it meanwhile.
"""

from __future__ import annotations

import time
from collections import defaultdict
from statistics import median

import msgspec
from kelex_host.config import Settings
from kelex_host.household.configured import home_of
from kelex_host.household.facts import DRONE, Input, Moment
from kelex_host.household.house import House
from kelex_host.household.state import State
from measure import Row, percentile

EVENTS = 100_000
DECISIONS = 4_000
_STEP_MS = 20_000
_WALL_MS = 1_790_000_000_000


def rows() -> list[Row]:
    house, count, turn = House(State(epoch="00000001")), 0, 0
    house.take(Moment(0, _WALL_MS), Input("start", "house", {"home": msgspec.to_builtins(home_of(Settings()))}))
    while count < EVENTS:
        turn += 1
        facts, _, _ = house.take(_moment(turn), _what(turn))
        count += len(facts)
    took_ms = defaultdict[str, list[float]](list)
    for _ in range(DECISIONS):
        turn += 1
        input = _what(turn)
        began_s = time.process_time()
        house.take(_moment(turn), input)
        took_ms[f"{input.kind} {input.type}"].append((time.process_time() - began_s) * 1000)
    every = [one for some in took_ms.values() for one in some]
    slowest = max(took_ms, key=lambda kind: median(took_ms[kind]))
    note = f"p50 {percentile(every, 50):.3f} ms; the dearest is {slowest}, {median(took_ms[slowest]):.3f} ms"
    return [Row("a decision, 10^5 events behind it, p99", f"{percentile(every, 99):.2f} ms", "1 ms", "", note)]


def _moment(turn: int) -> Moment:
    return Moment(turn * _STEP_MS, _WALL_MS + turn * _STEP_MS)


def _what(turn: int) -> Input:
    """What comes in, one kind after the other."""
    transaction = f"t{turn}"
    match turn % 8:
        case 0:
            return Input("request", "news", {"title": f"item {turn}", "severity": "moderate", "source": None,
                                             "summary": None}, transaction)  # fmt: skip
        case 1:
            return Input("request", "announce", {"text": "Dinner is ready.", "to": ["lara"], "priority": "urgent",
                                                 "ttl_s": None}, transaction)  # fmt: skip
        case 2:
            return Input("request", "ack", {"id": None, "by": "lara"}, transaction)
        case 3 | 4:
            room = "hall" if turn % 16 < 8 else None
            return Input("request", "presence", {"member": "jor-el", "room": room}, transaction)
        case 5:
            told = {"event_id": f"kelex-1-{turn}", "subject": "doorbell", "event_type": "pressed", "severity": "info"}
            return Input(DRONE, "doorbell", {**told, "drone_id": "kelex", "time_ms": _WALL_MS + turn * _STEP_MS})
        case 6:
            return Input("senses", "drone", {"drone": "kelex", "senses": {"temperature": 20.0 + turn % 16}})
    return Input("time", "due")
