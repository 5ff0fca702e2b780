"""Every kind of fault of every part: found within a stated time, told of that part only, over when it is over."""

from __future__ import annotations

import pytest
from kelex_sim import wiring
from kelex_sim.chips.fault import KINDS
from kelex_sim.limits import SERVOS, ServoLimit
from kelex_wire import schema
from proof.watched_life import WatchedLife

# A part that does not answer, or talks nonsense, is found out within this time.
FOUND_S = 4.0
# One that repeats its last reading is believed for longer, for a quiet room has steady readings too. By part, with
# the kinds that look like that from outside: a converter does not hang, so a hanging analogue part is a stuck one.
SLOW_S = {
    ("climate", "noisy"): 12.0,  # the air is measured each 0.7 s, and some of the leaps are small
    ("climate", "stuck"): 50.0,
    ("range", "stuck"): 25.0,
    ("current", "stuck"): 35.0,
    ("light", "stuck"): 12.0,
    ("light", "stall"): 12.0,
    ("battery", "stuck"): 25.0,
    ("battery", "stall"): 25.0,
}
# After its end: until the readings are there again, and until that is told as an event.
BACK_S = 6.0
# Twelve calm readings make up for a noisy time: of the air, measured each 0.7 s, that is 8.4 s.
CLIMATE_BACK_S = 10.0
CLEARED_S = 12.0
CONTACTS = ("pir", "touch", "door", "doorbell")
# A stuck contact is active, which is what contacts are for: it counts as stuck after minutes to hours. Here after 3 s.
ACTIVE_MOST = 60
ACTIVE_S = 5.0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("part", wiring.PARTS, ids=lambda part: part.name)
def test_a_part_that_fails_is_found_and_told_and_comes_back(part: wiring.Part, kind: str) -> None:
    life = WatchedLife()
    for watch in life.body.pico.app.drone.sensing._contacts:
        watch._active_most = ACTIVE_MOST
    fault = life.body.parts.faults[part.name]
    fault.begin(kind, None)
    found_s = SLOW_S.get((part.name, kind), ACTIVE_S if part.name in CONTACTS else FOUND_S)
    life.run_until(lambda: all(life.senses[channel] is None for channel in part.channels), found_s)
    life.run(1)
    assert sorted(life.senses["faults"]) == sorted(part.channels)
    fault.end()
    life.run_until(lambda: not life.senses["faults"], CLIMATE_BACK_S if part.name == "climate" else BACK_S)
    life.run(CLEARED_S)
    told = [(event["part"], event["event_type"]) for event in life.seen("event/fault")]
    assert sorted(told) == sorted((channel, what) for channel in part.channels for what in ("cleared", "raised"))
    for channel in part.channels:
        assert told.index((channel, "raised")) < told.index((channel, "cleared"))
    named = {name for document in life.seen("senses") for name in document["faults"]}
    assert named == set(part.channels)


@pytest.mark.parametrize("part", wiring.PARTS, ids=lambda part: part.name)
def test_a_part_that_is_not_there_at_power_up_is_told_and_found_when_it_is_put_in(part: wiring.Part) -> None:
    life = WatchedLife()
    fault = life.body.parts.faults[part.name]
    fault.begin("absent", None)
    life.power_cycle()
    life.run(8)
    assert sorted(life.senses["faults"]) == sorted(part.channels)
    fault.end()
    life.run_until(lambda: not life.senses["faults"], BACK_S)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("limit", SERVOS, ids=lambda limit: limit.joint)
def test_a_servo_that_fails_is_found_when_its_joint_is_ordered_to_move(limit: ServoLimit, kind: str) -> None:

    life = WatchedLife()
    life.body.parts.faults[limit.joint].begin(kind, None)
    life.run(3)
    # Held where it is, only one that trembles does anything that anybody could feel.
    assert life.events() == ([("fault", "raised")] if kind in ("nan", "noisy") else [])
    for angle in (limit.high, limit.low if limit.low else 5):
        life.run_until(lambda: not held_by_a_reflex(life), 30)
        life.ask("drone", "move", joints={limit.joint: angle}, duration_ms=1500)
        life.run(3)
    felt = life.seen("event/fault") + life.seen("event/reflex")
    assert {event.get("part", event.get("reflex")) for event in felt} <= {"servos", "stall"}
    assert felt
    life.body.parts.faults[limit.joint].end()
    life.run(30)
    assert not held_by_a_reflex(life)
    assert life.senses["faults"] == []
    told = [(event["part"], event["event_type"]) for event in life.seen("event/fault")]
    assert told == [("servos", "raised"), ("servos", "cleared")] * (len(told) // 2)
    assert all(set(document["faults"]) <= {"servos"} for document in life.seen("senses"))


def held_by_a_reflex(life: WatchedLife) -> bool:
    events = life.seen("event/reflex")
    return bool(events) and events[-1]["event_type"] == "raised"


def test_a_fault_that_lasts_for_a_moment_only_is_bridged_where_a_sensor_allows_it() -> None:
    """One missed reading is no fault: the last one counts."""
    life = WatchedLife()
    for part in ("climate", "range", "motion", "current"):
        life.body.parts.faults[part].begin("absent", 0.05)
    life.run(5)
    assert life.events() == []
    assert all(document["faults"] == [] for document in life.seen("senses"))


ON_THE_BUS = sorted(channel for part in wiring.PARTS if part.address for channel in part.channels)


def test_a_part_that_hangs_on_the_bus_is_clocked_free_before_anybody_misses_a_reading() -> None:
    life = WatchedLife()
    life.body.parts.faults[wiring.BUS].begin("stuck", None)
    life.run(1)
    assert not life.body.parts.faults[wiring.BUS].failing
    assert life.ask("drone", "stats")["bus_recoveries"] == 1
    life.run(4)
    assert life.events() == []
    assert all(document["faults"] == [] for document in life.seen("senses"))


@pytest.mark.parametrize(("line", "kind"), [(wiring.BUS, "stall"), (wiring.BUS, "absent"), (wiring.CLOCK, "stuck")])
def test_a_bus_that_is_held_for_good_makes_all_on_it_null_and_he_lives_on(line: str, kind: str) -> None:
    """By a part, by a cable that is out, or by one that stretches the clock for ever."""
    life = WatchedLife()
    life.body.parts.faults[line].begin(kind, None)
    life.run_until(lambda: all(life.senses[channel] is None for channel in ON_THE_BUS), FOUND_S)
    assert sorted(life.senses["faults"]) == ON_THE_BUS
    life.ask("drone", "look", pan=20, tilt=0)
    life.run(2)
    assert life.body.servos["head_pan"].angle() == pytest.approx(20, abs=1)
    life.body.parts.faults[line].end()
    life.run_until(lambda: not life.senses["faults"], BACK_S)


def test_every_channel_belongs_to_one_part() -> None:
    channels = [channel for part in wiring.PARTS for channel in part.channels]
    assert sorted(channels) == sorted(name for name, *_ in schema.CHANNELS)
