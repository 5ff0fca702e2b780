"""The watch over the body: it must catch what it is there for, and be quiet otherwise."""

import pytest
from kelex_sim.limits import CENTRE_US, SERVOS, US_PER_DEGREE, ServoWatch

PERIOD_US = 20_000


class Bench:
    def __init__(self, limit):
        self.now_us, self.violations = 0, []
        self.watch = ServoWatch(limit, lambda: self.now_us, self.violations)

    def angles(self, *angles, every_us=PERIOD_US):
        for angle in angles:
            self.watch.pulse(CENTRE_US + angle * US_PER_DEGREE)
            self.now_us += every_us
        return self.violations


@pytest.fixture(params=SERVOS, ids=lambda limit: limit.joint)
def limit(request):
    return request.param


def test_the_whole_range_at_the_full_speed_is_allowed(limit):
    step = limit.speed * PERIOD_US / 1e6
    angles = [limit.low + i * step for i in range(int((limit.high - limit.low) / step) + 1)]
    assert Bench(limit).angles(*angles, limit.high) == []


@pytest.mark.parametrize("beyond", [0.1, 5, 500])
def test_a_pulse_beyond_either_end_is_caught(limit, beyond):
    assert "out of its range" in Bench(limit).angles(limit.high + beyond)[0]
    assert "out of its range" in Bench(limit).angles(limit.low - beyond)[0]


def test_a_jump_is_caught_either_way_and_named(limit):
    jump = 1.5 * limit.speed * PERIOD_US / 1e6
    middle = (limit.low + limit.high) / 2
    for way in (jump, -jump):
        violations = Bench(limit).angles(middle, middle + way)
        assert len(violations) == 1
        assert limit.joint in violations[0]
        assert "jumps" in violations[0]


def test_a_late_tick_may_make_up_for_what_it_missed(limit):
    way = 4 * limit.speed * PERIOD_US / 1e6
    assert Bench(limit).angles(0, way, every_us=4 * PERIOD_US) == []
    assert Bench(limit).angles(0, way) != []


def test_a_jump_after_a_rest_is_caught_too(limit):
    bench = Bench(limit)
    bench.angles(limit.low)
    bench.now_us += 3_000_000
    assert bench.angles(limit.high) != []


def test_after_a_time_without_pulses_any_angle_in_range_is_a_fresh_start(limit):
    bench = Bench(limit)
    bench.angles(limit.low)
    bench.watch.pulse(0)
    assert bench.angles(limit.high) == []


def test_each_broken_limit_is_noted_with_its_moment(limit):
    violations = Bench(limit).angles(999, 0, 999)
    assert len(violations) == 4
    assert violations[-1].startswith("40000 us: ")
