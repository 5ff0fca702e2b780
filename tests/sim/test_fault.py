"""How a part fails, for how long, and what a failing one takes a quantity for."""

from random import Random

import pytest
from kelex_sim.chips.fault import KINDS, Fault


class Bench:
    def __init__(self):
        self.now_us = 0
        self.fault = Fault(lambda: self.now_us, Random(1))


@pytest.fixture
def bench():
    return Bench()


def test_a_part_is_sound_until_told_otherwise(bench):
    assert (bench.fault.failing, bench.fault.kind) == (False, "")


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_lasts_as_long_as_it_was_told_to(bench, kind):
    bench.now_us = 500
    bench.fault.begin(kind, 2)
    assert (bench.fault.failing, bench.fault.kind) == (True, kind)
    bench.now_us += 1_999_999
    assert bench.fault.kind == kind
    bench.now_us += 1
    assert bench.fault.kind == ""
    assert not bench.fault.failing


def test_a_fault_without_a_time_lasts_until_it_is_ended(bench):
    bench.fault.begin("absent", None)
    bench.now_us = 10**12
    assert bench.fault.kind == "absent"
    bench.fault.end()
    assert (bench.fault.failing, bench.fault.kind) == (False, "")


def test_the_latest_fault_takes_the_place_of_the_one_before(bench):
    bench.fault.begin("absent", 1)
    bench.fault.begin("noisy", 5)
    bench.now_us = 2_000_000
    assert bench.fault.kind == "noisy"


def test_an_unknown_kind_is_a_mistake(bench):
    with pytest.raises(AssertionError):
        bench.fault.begin("sulking", 1)


def test_a_sound_part_takes_a_value_for_what_it_is(bench):
    assert [bench.fault.sample("mm", value, 100) for value in (1.0, 2.0)] == [1.0, 2.0]


@pytest.mark.parametrize("kind", ["stuck", "stall"])
def test_a_stuck_part_repeats_the_last_sample_of_each_quantity(bench, kind):
    bench.fault.sample("mm", 1.0, 100)
    bench.fault.sample("celsius", 20.0, 5)
    bench.fault.begin(kind, 1)
    assert bench.fault.sample("mm", 9.0, 100) == 1.0
    assert bench.fault.sample("celsius", 9.0, 5) == 20.0
    assert bench.fault.sample("never before", 3.0, 1) == bench.fault.sample("never before", 4.0, 1) == 3.0
    bench.now_us = 1_000_000
    assert bench.fault.sample("mm", 9.0, 100) == 9.0


def test_a_noisy_part_leaps_both_ways_up_to_its_leap(bench):
    bench.fault.begin("noisy", None)
    off = [bench.fault.sample("mm", 1000.0, 100) - 1000.0 for _ in range(200)]
    assert -100 <= min(off) < -50
    assert 50 < max(off) <= 100
