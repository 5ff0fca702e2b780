"""The curves of motion, against the polynomials that they are said to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kelex_drone.profile import COAST, ONE, PEAK_ACCELERATION, PEAK_SPEED, SHED, SMOOTH, UNIT, at, isqrt

CURVES = {
    "smooth": (SMOOTH, lambda u: 10 * u**3 - 15 * u**4 + 6 * u**5),
    "coast": (COAST, lambda u: u - u**3 + u**4 / 2),
    "shed": (SHED, lambda u: u**2 / 2 - 2 * u**3 / 3 + u**4 / 4),
}
every_curve = pytest.mark.parametrize(("table", "curve"), CURVES.values(), ids=CURVES)


@every_curve
@given(moment=st.integers(0, ONE))
def test_a_curve_follows_its_polynomial_to_two_units(table, curve, moment):
    assert abs(at(table, moment) - UNIT * curve(moment / ONE)) <= 2


@every_curve
def test_a_curve_begins_at_zero_never_falls_and_stays_at_its_end(table, curve):
    values = [at(table, moment) for moment in range(0, ONE + 1, 16)]
    assert values[0] == 0
    assert values == sorted(values)
    assert at(table, ONE) == at(table, ONE + 5000) == values[-1]


def test_a_smooth_move_ends_at_the_whole_way():
    assert at(SMOOTH, ONE) == UNIT


def test_the_stated_peaks_are_those_of_the_smooth_curve():
    speeds = [30 * u**2 * (1 - u) ** 2 for u in (i / 1000 for i in range(1001))]
    accelerations = [60 * u * (1 - u) * (1 - 2 * u) for u in (i / 1000 for i in range(1001))]
    assert 0 <= PEAK_SPEED - 1000 * max(speeds) < 1
    assert 0 <= PEAK_ACCELERATION - 1000 * max(accelerations) < 1


@given(st.integers(-10, 1 << 60))
def test_the_root_is_the_least_whole_number_whose_square_reaches(n):
    root = isqrt(n)
    assert root >= 0
    assert root * root >= n
    assert root == 0 or (root - 1) ** 2 < n
