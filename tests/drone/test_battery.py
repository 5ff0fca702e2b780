"""Percent of the battery by its voltage."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kelex_drone import board
from kelex_drone.battery import level


@pytest.mark.parametrize(("millivolts", "percent"), board.BATTERY_CURVE)
def test_at_the_points_of_the_curve_it_is_what_the_curve_says(millivolts, percent):
    assert level(millivolts) == percent


@pytest.mark.parametrize(("millivolts", "percent"), [(7000, 12), (7300, 30), (7500, 50), (7750, 70), (8150, 90)])
def test_between_the_points_it_is_straight(millivolts, percent):
    assert level(millivolts) == percent


@pytest.mark.parametrize(("millivolts", "percent"), [(0, 0), (5999, 0), (8401, 100), (13_200, 100)])
def test_beyond_the_curve_it_is_empty_or_full(millivolts, percent):
    assert level(millivolts) == percent


@given(st.integers(0, 13_200))
def test_more_volts_are_never_less_percent(millivolts):
    assert 0 <= level(millivolts) <= level(millivolts + 1) <= 100
