"""The motion sensor: high while somebody moves, and a hold time longer."""

import pytest
from kelex_sim.chips.pir import HOLD_US, PirModel


class Bench:
    def __init__(self):
        self.now_us = 0
        self.somebody = False
        self.pir = PirModel(lambda: self.now_us, lambda: self.somebody)

    def watch(self, somebody):
        """Whether somebody moves from now on; the sensor sees it at once."""
        self.somebody = somebody
        self.pir.level()

    def after(self, us):
        self.now_us += us
        return self.pir.level()


@pytest.fixture
def bench():
    return Bench()


def test_an_empty_room_reads_low(bench):
    assert bench.pir.level() == 0
    bench.watch(False)
    assert bench.after(1) == 0


def test_it_is_high_as_long_as_somebody_moves(bench):
    bench.watch(True)
    assert bench.pir.level() == 1
    assert bench.after(100 * HOLD_US) == 1


def test_it_stays_high_for_its_hold_time_after_they_left(bench):
    bench.watch(True)
    bench.after(5_000_000)
    bench.watch(False)
    assert bench.after(HOLD_US - 1) == 1
    assert bench.after(1) == 0


def test_looking_at_an_empty_room_again_does_not_lengthen_the_hold(bench):
    bench.watch(True)
    bench.watch(False)
    bench.after(HOLD_US - 1)
    bench.watch(False)
    assert bench.after(1) == 0


def test_who_comes_back_within_the_hold_is_seen_without_a_gap(bench):
    bench.watch(True)
    bench.watch(False)
    assert bench.after(HOLD_US // 2) == 1
    bench.watch(True)
    assert bench.after(HOLD_US) == 1
