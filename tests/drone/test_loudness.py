"""Decibels in whole numbers, against the logarithm."""

from math import log10

from hypothesis import given
from hypothesis import strategies as st
from kelex_drone.loudness import SILENCE, decibels

FULL = 1 << 22


def true_cdb(mean_square):
    return 1000 * log10(mean_square / FULL)


@given(st.integers(1, FULL))
def test_a_level_is_right_to_a_twentieth_of_a_decibel(mean_square):
    assert abs(decibels(mean_square) - true_cdb(mean_square)) < 5


def test_it_is_right_at_every_small_mean_square_and_at_every_point_of_its_table():
    points = [*range(1, 4096), *((128 + i << k) + j for k in range(5, 15) for i in range(128) for j in (-1, 0, 1))]
    for mean_square in points:
        assert abs(decibels(mean_square) - true_cdb(mean_square)) < 5


def test_louder_is_never_less():
    levels = [decibels(mean_square) for mean_square in range(1, 20_000)]
    assert levels == sorted(levels)


def test_full_swing_is_zero_and_nothing_is_silence():
    assert decibels(FULL) == decibels(FULL * 2) == 0
    assert decibels(0) == decibels(-1) == SILENCE < decibels(1)
