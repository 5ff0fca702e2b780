"""What time a drone's stamp means."""

from random import Random

import pytest
from kelex_host.bridge.clock_sync import ClockSync

TICKS = 1 << 30


class Crystal:
    """A drone's clock that runs `drift` too fast and shows `start_ms` at our zero; `clock` is synchronised by pings."""

    def __init__(self, drift=0.0, start_ms=0, seed=1):
        self.drift, self.start_ms, self.random = drift, start_ms, Random(seed)
        self.clock = ClockSync()

    def shows(self, host_s):
        return int(self.start_ms + host_s * 1000 * (1 + self.drift)) % TICKS

    def ping(self, sent_s, slow=0.0):
        """A round trip of 0.6 to 2 ms, unevenly split; now and then, of up to 40 ms in one direction."""
        there_s, back_s = (self.random.uniform(0.0003, 0.001) for _ in range(2))
        if self.random.random() < slow:
            back_s += self.random.uniform(0.005, 0.040)
        self.clock.sample(sent_s, sent_s + there_s + back_s, self.shows(sent_s + there_s))

    def error_s(self, host_s):
        return abs(self.clock.host_s(self.shows(host_s)) - host_s)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("drift", [-50e-6, 0.0, 50e-6])
@pytest.mark.parametrize("start_ms", [0, 123_456_789, TICKS - 150_000, TICKS - 1])
def test_stamps_are_right_to_two_milliseconds_from_the_first_ping_on(drift, start_ms, seed):
    crystal = Crystal(drift, start_ms, seed)
    for second in range(300):
        crystal.ping(second, slow=0.3 if second else 0)
        assert crystal.error_s(second + 0.9) <= 0.002
        assert crystal.error_s(max(second - 5, 0)) <= 0.002


def test_stamps_are_late_as_often_as_early():
    crystal = Crystal()
    errors_s = []
    for second in range(50):
        sent_s = second + crystal.random.random() / 1000
        crystal.clock.sample(sent_s, sent_s + 0.001, crystal.shows(sent_s + 0.0005))
        moment_s = sent_s + crystal.random.random()
        errors_s.append(crystal.clock.host_s(crystal.shows(moment_s)) - moment_s)
    assert abs(sum(errors_s) / len(errors_s)) < 0.0002


def test_a_drift_is_learned_so_that_a_minute_without_pings_does_no_harm():
    crystal = Crystal(50e-6)
    for second in range(60):
        crystal.ping(second)
    assert crystal.error_s(120) <= 0.005


def test_slow_trips_count_for_nothing_beside_quick_ones():
    clock = ClockSync()
    clock.sample(10.0, 10.001, 10_000)
    before = clock.host_s(10_000)
    clock.sample(11.0, 11.400, 11_390)
    assert clock.host_s(10_000) == pytest.approx(before, abs=1e-6)


def test_a_guess_serves_until_the_first_round_trip_and_no_longer():
    clock = ClockSync()
    clock.guess(6.0, 777)
    assert clock.host_s(777) == pytest.approx(6.0, abs=0.001)
    clock.sample(5.0, 5.002, 777)
    assert clock.host_s(777) == pytest.approx(5.001, abs=0.001)
    clock.guess(9.0, 800)
    assert clock.host_s(777) == pytest.approx(5.001, abs=0.001)


def test_one_sample_is_enough_to_begin_with():
    clock = ClockSync()
    clock.sample(5.0, 5.002, 777)
    assert clock.host_s(777) == pytest.approx(5.001, abs=0.001)


def test_stamps_before_and_after_a_wrap_keep_their_distance():
    clock = ClockSync()
    clock.sample(0.0, 0.001, TICKS - 5)
    assert clock.host_s(10) - clock.host_s(TICKS - 10) == pytest.approx(0.020, abs=1e-6)
