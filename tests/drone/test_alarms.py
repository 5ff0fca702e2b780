"""What the drone judges by itself: the air of a nursery, beyond its limits, far beyond, and well again."""

import pytest
from drone.drone_rig import FakeLink
from kelex_drone.alarms import (
    CONFIRM_STEPS,
    EXTREME,
    FAR_CC,
    NONE,
    SEVERE,
    TOO_COLD,
    TOO_HOT,
    TREMOR,
    WITHIN_CC,
    Alarms,
)
from kelex_drone.quake import Quake
from kelex_drone.senses import Senses
from kelex_drone.sensing import SENSE_MS, TEMPERATURE
from kelex_wire import codec, schema

COLD_CC, HOT_CC = 1800, 2600


class Bench:
    def __init__(self):
        self.link = FakeLink()
        self.senses = Senses((0,) * 14)
        self.quake = Quake()
        self.alarms = Alarms(self.link, self.senses, self.quake)
        self.alarms.cold_cc, self.alarms.hot_cc = COLD_CC, HOT_CC
        self.now_ms = 0

    def run(self, celsius_cc, steps=CONFIRM_STEPS):
        self.senses.put(TEMPERATURE, celsius_cc)
        for _ in range(steps):
            self.now_ms += SENSE_MS
            self.alarms.step(self.now_ms)
        return self

    def told(self):
        """(alarm, whether it was raised, level, reading) of each event; all of them fit the wire."""
        for now_ms, number, *values in self.link.events:
            codec.encode(number, 1, now_ms, *values)
        names = [name for name, _ in schema.ALARMS]
        return [
            (names[alarm], on, schema.LEVELS[level], reading)
            for _, number, alarm, on, level, reading, _ in self.link.events
            if number == schema.ALARM
        ]


@pytest.fixture
def bench():
    return Bench()


@pytest.mark.parametrize(
    ("beyond", "alarm", "name"),
    [(HOT_CC + 1, TOO_HOT, "too_hot"), (COLD_CC - 1, TOO_COLD, "too_cold")],
)
def test_air_beyond_a_limit_raises_an_alarm_after_two_seconds(bench, beyond, alarm, name):
    assert bench.run(beyond, CONFIRM_STEPS - 1).told() == []
    assert bench.run(beyond, 1).told() == [(name, 1, "severe", beyond)]
    assert bench.alarms.levels[alarm] == SEVERE
    assert len(bench.run(beyond, 1000).link.events) == 1


def test_air_at_its_limits_is_well(bench):
    for celsius_cc in (HOT_CC, COLD_CC):
        bench.run(celsius_cc, 200)
    assert bench.told() == []


def test_the_household_may_have_other_limits(bench):
    bench.alarms.hot_cc = 3000
    bench.alarms.cold_cc = 2500
    assert bench.run(HOT_CC + 100).told() == []
    assert bench.run(2499).told() == [("too_cold", 1, "severe", 2499)]


def test_what_becomes_far_worse_is_told_again_as_an_emergency_and_what_becomes_a_little_better_is_not(bench):
    hot, far = HOT_CC + 100, HOT_CC + FAR_CC + 1
    bench.run(hot).run(far).run(hot)
    assert bench.told() == [("too_hot", 1, "severe", hot), ("too_hot", 1, "extreme", far)]
    assert bench.alarms.levels[TOO_HOT] == EXTREME


def test_who_does_not_mind_the_nursery_raises_none_and_drops_the_one_that_stands(bench):
    bench.run(HOT_CC + 1)
    bench.alarms.watch = 0
    assert bench.run(HOT_CC + 1).told()[1:] == [("too_hot", 0, "severe", HOT_CC + 1)]
    assert len(bench.run(HOT_CC + 500, 1000).told()) == 2


def test_it_is_over_well_within_the_limit_and_tells_how_long_it_lasted(bench):
    bench.run(HOT_CC + 1).run(HOT_CC - WITHIN_CC, 1000)
    assert len(bench.told()) == 1
    bench.run(HOT_CC - WITHIN_CC - 1)
    assert bench.told()[1:] == [("too_hot", 0, "severe", HOT_CC - WITHIN_CC - 1)]
    assert bench.alarms.levels[TOO_HOT] == NONE
    assert bench.link.events[-1][-1] == (1000 + CONFIRM_STEPS) * SENSE_MS // 1000


def test_a_thermometer_that_is_faulty_neither_raises_nor_ends_an_alarm(bench):
    bench.run(None, 1000)
    assert bench.told() == []
    bench.run(HOT_CC + 1).run(None, 1000)
    assert bench.alarms.levels[TOO_HOT] == SEVERE


def test_a_tremor_is_told_by_its_class_again_when_it_is_graver_and_at_its_end_with_its_worst(bench):
    for level, peak in ((1, 300), (3, 2500), (3, 2700), (0, 2700)):
        bench.quake.level, bench.quake.peak = level, peak
        bench.run(None, 40)
    assert bench.told() == [("tremor", 1, "minor", 300), ("tremor", 1, "severe", 2500), ("tremor", 0, "severe", 2700)]
    assert bench.link.events[-1][-1] == 6


def test_a_reading_that_goes_to_and_fro_raises_nothing(bench):
    for _ in range(200):
        bench.run(HOT_CC + 1, CONFIRM_STEPS - 1).run(HOT_CC - 100, 1)
    assert bench.told() == []


def test_a_reading_too_great_for_the_wire_is_told_as_the_greatest(bench):
    bench.alarms.put(0, TREMOR, EXTREME, 60000)
    bench.alarms.put(0x3FFFFFFF, TREMOR, NONE, -60000)
    assert [reading for _, _, _, reading in bench.told()] == [32767, -32768]
    assert bench.link.events[-1][-1] == 0xFFFF
