"""What false alarms are counted as: so many, in so many hours, and what that says of their rate."""

import pytest

np = pytest.importorskip("numpy", reason="`uv sync --extra cries` brings it")

from kelex_host.cries.evaluating import MIX, Rate, Scene, figures  # noqa: E402

FRAMES_PER_HOUR = round(3600 / 0.032)


def hour_of(kind, alarms):
    """An hour of a kind of sound, and so many alarms in it, a minute apart."""
    opinions = [(round(minute * 60 / 0.032), 1000) for minute in range(alarms)]
    return Scene(kind, kind, np.zeros(3600 * 8000, np.uint16)), opinions


@pytest.mark.parametrize(
    # Poisson's exact limits, by any table of them.
    ("count", "low", "high"),
    [(0, 0.0, 3.69), (1, 0.03, 5.57), (6, 2.20, 13.06), (30, 20.24, 42.83)],
)
def test_a_few_alarms_say_little_of_their_rate(count, low, high):
    assert Rate(count, 1.0).likely == pytest.approx((low, high), abs=0.06)


def test_ten_times_the_hours_and_the_alarms_say_more():
    (low, high), (closer_low, closer_high) = Rate(6, 1.0).likely, Rate(60, 10.0).likely
    assert low < closer_low < 6 < closer_high < high


def test_a_household_hears_each_kind_for_its_share():
    heard = [hour_of(kind, 0) for kind in MIX if kind != "speech"] + [hour_of("speech", 10)]
    found = figures(heard, threshold=500)
    assert found.false["speech"] == Rate(10, 1.0)
    assert found.mixed_per_hour == pytest.approx(10 * MIX["speech"] / sum(MIX.values()))


def test_what_stays_below_the_threshold_is_no_alarm():
    assert figures([hour_of("music", 5)], threshold=1001).false["music"].count == 0
