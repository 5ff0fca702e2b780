"""When readings are worth telling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kelex_drone.senses import HEARTBEAT_MS, Senses

TICKS = 1 << 30
BANDS = (5, 50, 1)


@pytest.fixture
def senses():
    """Senses that have just told 2100, 4500 and 0."""
    senses = Senses(BANDS)
    for channel, value in enumerate((2100, 4500, 0)):
        senses.put(channel, value)
    senses.told(1000)
    return senses


@given(st.integers(0, 2), st.integers(-100, 100))
def test_a_change_is_told_from_the_dead_band_on_and_not_below(channel, change):
    senses = Senses(BANDS)
    for each in range(3):
        senses.put(each, 2000)
    senses.told(0)
    senses.put(channel, 2000 + change)
    assert senses.worth_telling(1) == (abs(change) >= BANDS[channel])


def test_small_changes_add_up_until_they_are_told(senses):
    for value in (2101, 2102, 2103, 2104):
        senses.put(0, value)
        assert not senses.worth_telling(1001)
    senses.put(0, 2105)
    assert senses.worth_telling(1001)


@pytest.mark.parametrize("told_ms", [1000, TICKS - 10])
def test_without_any_change_the_readings_are_told_once_a_second(senses, told_ms):
    senses.told(told_ms)
    assert not senses.worth_telling((told_ms + HEARTBEAT_MS - 1) % TICKS)
    assert senses.worth_telling((told_ms + HEARTBEAT_MS) % TICKS)


def test_a_channel_that_fails_or_recovers_is_told_at_once(senses):
    senses.put(1, None)
    assert senses.worth_telling(1001)
    senses.told(1001)
    assert not senses.worth_telling(1002)
    senses.put(1, 4500)
    assert senses.worth_telling(1002)


def test_a_reading_is_the_latest_at_once_told_or_not(senses):
    senses.put(0, 2101)
    assert senses.values == [2101, 4500, 0]


def test_what_was_never_read_is_none_and_its_first_reading_is_told_at_once():
    senses = Senses(BANDS)
    senses.told(0)
    assert senses.values == [None, None, None]
    assert not senses.worth_telling(1)
    senses.put(2, 0)
    assert senses.worth_telling(1)
