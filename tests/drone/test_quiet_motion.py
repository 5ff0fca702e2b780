"""Motion in quiet mode, and while it is switched."""

from itertools import pairwise

import pytest
from drone.motion_trace import LIMITS
from drone.test_motion import (
    GRAIN,
    TICKS,
    Drive,
    clocks,
    driven,
    orders,
    targets,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from kelex_drone.joint import QUIET_SHARE, TICK_MS

TICK_S = TICK_MS / 1000
# So soon after it was switched on, quiet mode's speed holds: as long as the moving averages look back.
SLOWED_TICKS = 14


def speeds(path):
    """How far each joint gets in each tick."""
    return [[abs(b - a) for a, b in zip(before, after, strict=True)] for before, after in pairwise(path)]


def quiet_steps():
    """The furthest each joint may get in a tick of quiet mode."""
    return [speed / QUIET_SHARE * TICK_S + GRAIN[0] for _, _, speed, *_ in LIMITS]


def quiet_drive(start_ms=0):
    drive = Drive(start_ms)
    drive.motion.set_quiet(1)
    return drive


@settings(max_examples=200)
@given(orders, clocks)
def test_what_is_ordered_in_quiet_mode_is_never_faster_than_a_third(plan, start_ms):
    drive = quiet_drive(start_ms)
    for order, (wanted, duration_ms, ticks) in enumerate(plan):
        drive.begin(order, wanted, duration_ms)
        drive.tick(ticks)
    for steps in speeds(drive.finish().path):
        assert all(step <= most for step, most in zip(steps, quiet_steps(), strict=True))


@given(targets)
def test_from_rest_it_speeds_up_no_faster_than_a_third_of_what_it_else_would(wanted):
    drive = quiet_drive()
    drive.begin(1, wanted)
    path = drive.finish().path
    for before, here, after in zip(path, path[1:], path[2:], strict=False):
        for a, b, c, (*_, acceleration, _) in zip(before, here, after, LIMITS, strict=True):
            assert abs(c - 2 * b + a) <= acceleration / 2 / QUIET_SHARE * TICK_S**2 + GRAIN[1]


def test_a_long_way_takes_three_times_as_long_and_a_slow_move_as_long_as_asked():
    loud_ms = Drive().begin(1, (9000, None))
    assert quiet_drive().begin(1, (9000, None)) == pytest.approx(3 * (loud_ms - 240) + 240, rel=0.05)
    assert quiet_drive().begin(1, (500, None), 4000) == Drive().begin(1, (500, None), 4000) == 4000


def test_after_quiet_mode_all_is_as_before():
    drive = quiet_drive()
    drive.motion.set_quiet(0)
    assert drive.begin(1, (9000, -3000)) == Drive().begin(1, (9000, -3000))


@settings(max_examples=100)
@given(orders, st.integers(0, 80), clocks)
def test_switched_while_joints_move_none_jumps_all_slow_down_and_all_arrive(plan, ticks, start_ms):
    drive = Drive(start_ms)
    for order, (wanted, duration_ms, between) in enumerate(plan):
        drive.begin(order, wanted, duration_ms)
        drive.tick(between)
    drive.tick(ticks)
    at, goals = len(drive.path) - 1, [joint.target for joint in drive.motion.joints]
    drive.motion.set_quiet(1)
    assert list(drive.positions()) == list(drive.path[-1])
    path = drive.finish().path
    for before, here, after in zip(path, path[1:], path[2:], strict=False):
        for a, b, c, (*_, acceleration, _) in zip(before, here, after, LIMITS, strict=True):
            assert abs(c - 2 * b + a) <= acceleration * TICK_S**2 + GRAIN[1]
    full_steps = [QUIET_SHARE * most for most in quiet_steps()]
    for tick, steps in enumerate(speeds(path)):
        most = quiet_steps() if tick > at + SLOWED_TICKS else full_steps
        assert all(step <= far for step, far in zip(steps, most, strict=True))
    assert list(drive.positions()) == goals
    assert sorted(drive.done + drive.interrupted) == list(range(len(plan)))
    for positions in path:
        assert all(low <= position <= high for position, (low, high, *_) in zip(positions, LIMITS, strict=True))


@pytest.mark.parametrize("start_ms", [0, TICKS - 400])
def test_a_fast_move_is_as_slow_as_quiet_mode_has_it_before_long_and_arrives_later(start_ms):
    drive = Drive(start_ms)
    drive.place((-9000, 0))
    granted_ms = drive.begin(1, (9000, None))
    drive.tick(granted_ms // TICK_MS // 3)
    at = drive.ticks
    assert speeds(drive.path)[-1][0] > 1.8 * quiet_steps()[0]
    drive.motion.set_quiet(1)
    drive.finish()
    steps = [step[0] for step in speeds(drive.path)]
    assert max(steps[at + SLOWED_TICKS :]) <= quiet_steps()[0]
    assert drive.ticks * TICK_MS > granted_ms + 1000
    assert (drive.positions()[0], drive.done) == (9000, [1])


def test_switched_off_a_move_at_hand_keeps_its_time():
    drive = quiet_drive()
    granted_ms = drive.begin(1, (9000, None))
    drive.tick(30)
    drive.motion.set_quiet(0)
    drive.finish()
    assert 0 <= drive.ticks * TICK_MS - granted_ms < TICK_MS
    assert drive.done == [1]


def test_switched_on_again_and_again_a_move_arrives_all_the_same():
    drive = Drive()
    drive.begin(1, (9000, -3000))
    for _ in range(20):
        drive.tick(10)
        drive.motion.set_quiet(1)
    drive.finish()
    assert (drive.positions(), drive.done) == ((9000, -3000), [1])


def test_what_was_interrupted_but_goes_on_slows_down_too():
    drive = Drive()
    drive.begin(1, (9000, 4500))
    drive.tick(10)
    drive.begin(2, (0, None))
    drive.tick(2)
    drive.motion.set_quiet(1)
    drive.finish()
    assert drive.positions() == (0, 4500)
    assert (drive.done, drive.interrupted) == ([2], [1])


def test_what_is_switched_at_rest_moves_nothing():
    drive = Drive()
    drive.motion.set_quiet(1)
    assert not drive.motion.moving
    drive.tick(20)
    assert set(drive.path) == {(0, 0)}


def test_every_plan_is_as_before_when_quiet_mode_was_never_on():
    plan = [((9000, None), 0, 10), ((-9000, 4500), 300, 20), ((100, None), 0, 5)]
    drive = Drive()
    drive.motion.set_quiet(0)
    for order, (wanted, duration_ms, ticks) in enumerate(plan):
        drive.begin(order, wanted, duration_ms)
        drive.tick(ticks)
    assert drive.finish().path == driven(plan).path
