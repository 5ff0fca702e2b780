"""What is believed of a sensor."""

from itertools import count, cycle, islice
from random import Random

import pytest
from kelex_drone.plausibility import CHATTER_KEPT, LEAP_WEIGHT, LEAPS_KEPT, ContactWatch, Watch

LOW, HIGH, LEAP, SAME, BEYOND = 0, 1000, 100, 20, 3


class Channel:
    """A Watch whose raw readings live on by themselves."""

    def __init__(self, beyond_most=0):
        self.watch = Watch(LOW, HIGH, LEAP, SAME, beyond_most)
        self.raws = count()

    def take(self, *values):
        return [self.watch.take(next(self.raws), value, value) for value in values]


@pytest.fixture
def channel():
    return Channel()


def test_what_lies_within_its_range_is_believed_from_the_first_reading_on(channel):
    assert channel.take(LOW) == [LOW]
    assert Channel().take(HIGH) == [HIGH]


def test_no_reading_is_none_and_the_next_one_is_believed(channel):
    assert channel.take(500, None, 510) == [500, None, 510]


@pytest.mark.parametrize("value", [LOW - 1, HIGH + 1])
def test_what_lies_outside_is_not_believed_and_the_next_within_is(value):
    within = LOW if value < LOW else HIGH
    assert Channel().take(value, within, value) == [None, within, None]


def test_a_few_readings_beyond_are_believed_where_that_is_allowed_and_no_more():
    channel = Channel(BEYOND)
    assert channel.take(*[1001] * (BEYOND + 1)) == [1001] * BEYOND + [None]
    assert channel.take(1000, *[1001] * BEYOND) == [1000] + [1001] * BEYOND


def test_one_leap_is_the_world_and_is_believed(channel):
    assert channel.take(0, 500, 500, 0, 0) == [0, 500, 500, 0, 0]


def test_a_change_of_just_the_most_is_no_leap(channel):
    swing = list(islice(cycle((300, 300 + LEAP)), 100))
    assert channel.take(*swing) == swing


def test_leaps_in_a_row_are_a_broken_sensor_from_the_third_on(channel):
    assert channel.take(0, 500, 1000, 0, 500, 1000) == [0, 500, 1000, None, None, None]


def test_steps_with_calm_in_between_are_believed_for_ever(channel):
    steps = [value for value in islice(cycle((0, 500)), 100) for _ in range(3)]
    assert channel.take(*steps) == steps


def test_to_and_fro_between_two_places_is_a_waving_hand_and_believed(channel):
    for each in (1, 2, 3):
        waved = [value for value in islice(cycle((0, 500)), 100) for _ in range(each)]
        assert channel.take(*waved) == waved


def test_where_silence_counts_as_a_leap_a_channel_that_often_says_nothing_is_noisy():
    watch = Watch(LOW, HIGH, LEAP, SAME, silence_leaps=True)
    said = [watch.take(n, None if n % 2 else 500, 500) for n in range(40)]
    assert said[:3] == [500, None, 500]
    assert set(said[-20:]) == {None}
    calm = [watch.take(n, 500, 500) for n in range(LEAPS_KEPT + 2)]
    assert calm[0] is None
    assert calm[-1] == 500


def test_after_leaps_a_channel_is_believed_again_only_when_it_was_calm_for_a_while(channel):
    channel.take(*islice(cycle((0, 500, 1000)), 50))
    calm = channel.take(*[500] * (LEAPS_KEPT + 5))
    assert calm == [None] * (LEAPS_KEPT - 1) + [500] * 6


def test_a_leap_on_the_way_to_calm_makes_the_wait_longer(channel):
    channel.take(*islice(cycle((0, 500, 1000)), 50))
    assert set(channel.take(*[500] * (LEAPS_KEPT - 1), *[1000] * (LEAP_WEIGHT + 1))) == {None}
    assert channel.take(1000) == [1000]


def test_what_comes_back_after_silence_is_no_leap(channel):
    back = channel.take(*islice(cycle((0, None, 900, None)), 40))
    assert back == list(islice(cycle((0, None, 900, None)), 40))


def test_leaps_are_those_of_the_quantity_that_is_named_not_of_the_value():
    watch = Watch(LOW, HIGH, LEAP, SAME)
    assert [watch.take(n, 0 if n % 2 else 900, 7) for n in range(50)] == [0 if n % 2 else 900 for n in range(50)]
    watch = Watch(LOW, HIGH, LEAP, SAME)
    assert [watch.take(n, 7, n % 3 * 450) for n in range(50)][-40:] == [None] * 40


def test_a_raw_reading_that_never_changes_is_a_stuck_sensor():
    watch = Watch(LOW, HIGH, LEAP, SAME)
    said = [watch.take(123, 500, 500) for _ in range(SAME + 5)]
    assert said == [500] * SAME + [None] * 5


def test_one_living_digit_below_the_value_is_enough():
    watch = Watch(LOW, HIGH, LEAP, SAME)
    raws = [123] * (SAME - 1) + [124]
    assert {watch.take(raw, 500, 500) for raw in raws * 20} == {500}


def test_a_stuck_sensor_that_stirs_is_believed_at_once():
    watch = Watch(LOW, HIGH, LEAP, SAME)
    for _ in range(SAME * 3):
        watch.take(123, 500, 500)
    assert watch.take(124, 500, 500) == 500


def test_a_missed_reading_does_not_make_a_stuck_sensor_a_living_one():
    watch = Watch(LOW, HIGH, LEAP, SAME)
    said = [watch.take(None, None, None) if n % 4 == 3 else watch.take(123, 500, 500) for n in range(8 * SAME)]
    assert set(said[-SAME:]) == {None}


def test_where_nothing_is_to_be_learned_from_standing_still_it_may():
    watch = Watch(LOW, HIGH, LEAP, SAME)
    assert {watch.take(None, 500, 500) for _ in range(SAME * 10)} == {500}


# Contacts

ACTIVE = 100


def contact(levels, inverted=False):
    """The value after each reading, and the watch."""
    watch = ContactWatch(ACTIVE, inverted)
    return [watch.take(level) for level in levels], watch


def test_a_contact_is_unknown_until_two_readings_agree():
    assert contact((0, 0))[0] == [None, 0]
    assert contact((1, 1))[0] == [None, 1]


def test_a_single_reading_is_a_bounce_and_two_are_a_change():
    assert contact((0, 0, 1, 0, 0, 1, 1, 1, 0, 0))[0] == [None, 0, 0, 0, 0, 0, 1, 1, 1, 0]


def test_an_inverted_contact_tells_the_opposite():
    assert contact((1, 1, 0, 0), inverted=True)[0] == [None, 0, 0, 1]
    assert contact([None] * 20, inverted=True)[0][-1] is None


def test_one_moment_without_an_answer_changes_nothing_and_does_not_count_as_agreement():
    assert contact((0, 0, None, 0, 0))[0] == [None, 0, 0, 0, 0]
    assert contact((0, 0, 1, None, 1, 1))[0] == [None, 0, 0, 0, 0, 1]


@pytest.mark.parametrize("level", [0, 1])
def test_a_cut_cable_is_a_fault_within_a_third_of_a_second(level):
    said, _ = contact([level] * 5 + [None] * 30)
    faulty = said.index(None, 2)
    assert faulty - 5 <= 6
    assert set(said[faulty:]) == {None}


@pytest.mark.parametrize("level", [0, 1])
def test_a_cable_that_is_mended_is_believed_only_after_a_while(level):
    said, _ = contact([0] * 5 + [None] * 50 + [level] * (CHATTER_KEPT + 5))
    mended = said[55:]
    assert mended == [None] * (CHATTER_KEPT - 1) + [level] * 6


def test_chatter_is_a_fault_within_two_seconds_and_no_change_is_told_any_more():
    random = Random(3)
    said, _ = contact([0] * 5 + [random.getrandbits(1) for _ in range(400)])
    assert None in said[5:45]
    assert set(said[45:]) == {None}


def test_somebody_who_presses_twice_a_second_is_no_chatter():
    said, _ = contact(([0] * 5 + [1] * 5) * 40)
    assert None not in said[1:]


def test_a_contact_that_stays_active_for_too_long_is_stuck_and_sound_again_once_it_lets_go():
    said, watch = contact([0] * 3 + [1] * (ACTIVE + 10))
    assert said[3:] == [0] + [1] * (ACTIVE - 1) + [None] * 10
    let_go = [watch.take(0) for _ in range(20)]
    assert None in let_go[:3]
    assert let_go[-5:] == [0] * 5


def test_a_contact_may_rest_for_ever():
    assert contact([0] * 10 * ACTIVE)[0][-1] == 0
    assert contact([1] * 10 * ACTIVE, inverted=True)[0][-1] == 0


def test_an_inverted_contact_is_active_when_it_is_low():
    assert contact([0] * (ACTIVE + 2), inverted=True)[0][-1] is None
