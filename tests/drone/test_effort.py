"""Whether the servos draw what servos draw."""

import pytest
from kelex_drone import board
from kelex_drone.effort import CLEAR_AFTER, RAISE_AFTER, Effort

SLACK = board.SERVO_SLACK_MA


def after(readings, current_ma, attached=0, moving=0, turning=0, effort=None):
    effort = effort or Effort()
    for _ in range(readings):
        effort.take(current_ma, attached, moving, turning)
    return effort


def most(attached, moving):
    return attached * board.SERVO_IDLE_MOST_MA + moving * board.SERVO_MOVING_MOST_MA + SLACK


@pytest.mark.parametrize(("attached", "moving"), [(0, 0), (8, 0), (3, 1), (8, 8)])
def test_up_to_what_they_may_draw_together_all_is_well_and_above_it_something_holds_one(attached, moving):
    assert after(100, most(attached, moving), attached, moving).faulty == 0
    assert after(100, most(attached, moving) + 1, attached, moving).faulty == 1


def test_one_stalled_servo_is_noticed_among_all_at_rest():
    assert after(RAISE_AFTER, 7 * 8 + 700, attached=8).faulty == 1


@pytest.mark.parametrize("turning", [1, 4, 8])
def test_servos_that_turn_and_draw_nothing_are_not_there(turning):
    least = turning * board.SERVO_TURNING_LEAST_MA
    assert after(100, least, 8, turning, turning).faulty == 0
    assert after(100, least - 1, 8, turning, turning).faulty == 1


def test_a_slow_motion_may_draw_nothing():
    assert after(100, 0, attached=8, moving=8, turning=0).faulty == 0


def test_it_is_a_fault_only_after_half_a_second():
    assert after(RAISE_AFTER - 1, 3000).faulty == 0
    assert after(RAISE_AFTER, 3000).faulty == 1


def test_single_peaks_are_none():
    effort = Effort()
    for _ in range(20):
        after(RAISE_AFTER - 1, 3000, effort=effort)
        assert after(1, 0, effort=effort).faulty == 0


def test_it_is_over_after_a_second_without_a_peak():
    effort = after(RAISE_AFTER, 3000)
    assert after(CLEAR_AFTER - 1, 0, effort=effort).faulty == 1
    after(1, 3000, effort=effort)
    assert after(CLEAR_AFTER - 1, 0, effort=effort).faulty == 1
    assert after(1, 0, effort=effort).faulty == 0


def test_what_is_not_measured_changes_nothing():
    assert after(100, None).faulty == 0
    effort = after(RAISE_AFTER, 3000)
    assert after(100, None, effort=effort).faulty == 1


@pytest.mark.parametrize("holding_ma", [0, 30, 56])
def test_a_servo_that_turns_and_draws_nothing_is_noticed_though_the_others_draw_to_hold_still(holding_ma):
    resting = after(1, holding_ma, attached=8)
    assert after(RAISE_AFTER, holding_ma, 8, 1, 1, resting).faulty == 1
    resting = after(1, holding_ma, attached=8)
    assert after(100, holding_ma + board.SERVO_TURNING_LEAST_MA, 8, 1, 1, resting).faulty == 0
