"""The watch over the body: it must catch what it is there for, and be quiet otherwise."""

import pytest
from kelex_sim.limits import CENTRE_US, FADE_US, QUIET_SPEED, SERVOS, US_PER_DEGREE, BuzzerWatch, Quiet, ServoWatch

PERIOD_US = 20_000


class Bench:
    def __init__(self, limit):
        self.now_us, self.violations, self.quiet = 0, [], Quiet()
        self.watch = ServoWatch(limit, lambda: self.now_us, self.violations, self.quiet)
        self.buzzer = BuzzerWatch(lambda: self.now_us, self.violations, self.quiet)

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


def test_in_quiet_mode_the_quiet_speed_is_allowed_and_more_is_caught(limit):
    step = limit.speed * QUIET_SPEED * PERIOD_US / 1e6
    bench = Bench(limit)
    bench.quiet.since_us = -FADE_US
    assert bench.angles(*(limit.low + i * step for i in range(10))) == []
    assert "quiet mode" in bench.angles(limit.low + 9 * step + 2 * step)[0]


def test_what_was_fast_may_take_its_time_to_slow_down_and_no_longer(limit):
    step = limit.speed * PERIOD_US / 1e6
    bench = Bench(limit)
    bench.quiet.since_us = 0
    assert bench.angles(limit.low, limit.low + step, limit.low + 2 * step) == []
    bench.now_us = FADE_US
    assert bench.angles(limit.low + 2 * step, limit.low + 3 * step) != []


def test_when_it_is_loud_again_the_full_speed_is_allowed(limit):
    step = limit.speed * PERIOD_US / 1e6
    bench = Bench(limit)
    bench.quiet.since_us = -FADE_US
    bench.angles(limit.low)
    bench.quiet.since_us = None
    assert bench.angles(limit.low + step) == []


def test_a_buzzer_may_sound_when_it_is_loud_and_be_silent_when_it_is_quiet():
    bench = Bench(SERVOS[0])
    bench.buzzer.pulse(500.0, 1000)
    bench.quiet.since_us = 0
    bench.buzzer.pulse(0.0, 1000)
    assert bench.violations == []
    bench.buzzer.pulse(500.0, 1000)
    assert bench.violations == ["0 us: the buzzer sounds at 1000 Hz in quiet mode"]


def test_an_emergency_may_sound_in_quiet_mode_for_as_long_as_it_was_let():
    bench = Bench(SERVOS[0])
    bench.quiet.since_us, bench.quiet.loud_until_us = 0, 2_000_000
    bench.now_us = 2_000_000
    bench.buzzer.pulse(500.0, 1760)
    assert bench.violations == []
    bench.now_us += 1
    bench.buzzer.pulse(500.0, 1760)
    assert "1760 Hz in quiet mode" in bench.violations[0]
