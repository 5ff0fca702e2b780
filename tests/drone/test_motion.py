"""Joints on their way, whatever orders come at whatever moment."""

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from drone import motion_trace
from drone.motion_trace import LIMITS
from hypothesis import given, settings
from hypothesis import strategies as st
from kelex_drone.joint import TICK_MS
from kelex_drone.motion import STAGGER_TICKS, STARTS_AT_ONCE, TICKS_AT_ONCE, Motion

FIRMWARE = str(Path(__file__).parents[2] / "firmware" / "lib")
TICKS = 1 << 30
# Whole centidegrees: what a first, second and third difference of samples may be off by.
GRAIN = (1, 2, 4)

targets = st.tuples(*(st.none() | st.integers(low, high) for low, high, *_ in LIMITS)).filter(any)
orders = st.lists(st.tuples(targets, st.just(0) | st.integers(0, 3000), st.integers(1, 60)), min_size=1, max_size=6)
clocks = st.sampled_from([0, 12345, TICKS - 300, TICKS - 1])


class Drive:
    """A Motion stepped every TICK_MS; `path` has the joints' positions at each tick."""

    def __init__(self, start_ms=0):
        self.motion = Motion(LIMITS)
        self.now_ms = start_ms
        self.motion.step(start_ms)
        self.path = [self.positions()]
        self.done = []
        self.interrupted = []

    def positions(self):
        return tuple(joint.position for joint in self.motion.joints)

    def place(self, positions):
        for joint, position in zip(self.motion.joints, positions, strict=True):
            joint.position = position
            joint.halt()
        return self

    def begin(self, order, wanted, duration_ms=0):
        granted_ms, interrupted = self.motion.begin(self.now_ms, order, wanted, duration_ms)
        self.interrupted += interrupted
        return granted_ms

    def tick(self, times=1, period_ms=TICK_MS):
        for _ in range(times):
            self.now_ms = (self.now_ms + period_ms) % TICKS
            done = self.motion.step(self.now_ms)
            while done is not None:
                self.done.append(done)
                done = self.motion.step(self.now_ms)
            self.path.append(self.positions())
        return self

    @property
    def ticks(self):
        return len(self.path) - 1

    def finish(self):
        for _ in range(1000):
            if not self.motion.moving:
                return self
            self.tick()
        raise AssertionError("still moving after 20 s")


def driven(plan, start_ms=0):
    drive = Drive(start_ms)
    for order, (wanted, duration_ms, ticks) in enumerate(plan):
        drive.begin(order, wanted, duration_ms)
        drive.tick(ticks)
    return drive.finish()


@given(orders, clocks)
def test_no_joint_ever_leaves_its_range(plan, start_ms):
    for positions in driven(plan, start_ms).path:
        assert all(low <= position <= high for position, (low, high, *_) in zip(positions, LIMITS, strict=True))


@settings(max_examples=400)
@given(orders, clocks)
def test_speed_acceleration_and_jerk_keep_their_limits_whenever_and_wherever_a_joint_is_sent(plan, start_ms):
    path = driven(plan, start_ms).path
    for positions, (_, _, *limits) in zip(zip(*path, strict=True), LIMITS, strict=True):
        differences = [positions[0]] * 4 + list(positions) + [positions[-1]] * 4
        for order, (limit, grain) in enumerate(zip(limits, GRAIN, strict=True), 1):
            differences = [b - a for a, b in pairwise(differences)]
            assert max(map(abs, differences)) <= limit * (TICK_MS / 1000) ** order + grain


@given(targets)
def test_from_rest_it_speeds_up_with_half_the_acceleration_that_a_reversal_may_have(wanted):
    path = Drive()
    path.begin(1, wanted)
    for positions, (*_, acceleration, _) in zip(zip(*path.finish().path, strict=True), LIMITS, strict=True):
        for a, b, c in zip(positions, positions[1:], positions[2:], strict=False):
            assert abs(c - 2 * b + a) <= acceleration / 2 * (TICK_MS / 1000) ** 2 + GRAIN[1]


@given(targets, st.integers(0, 5000), clocks)
def test_a_move_arrives_exactly_at_its_target_at_the_granted_time_and_not_before(wanted, duration_ms, start_ms):
    drive = Drive(start_ms)
    granted_ms = drive.begin(7, wanted, duration_ms)
    assert granted_ms >= duration_ms
    drive.tick(granted_ms // TICK_MS - 1)
    assert drive.done == []
    drive.tick(1, TICK_MS - 1)
    assert drive.done == []
    drive.tick(1, 1)
    assert drive.done == [7]
    assert drive.positions() == tuple(0 if target is None else target for target in wanted)


@given(orders)
def test_the_joints_of_the_last_order_end_at_its_targets(plan):
    drive = driven(plan)
    for position, target in zip(drive.positions(), plan[-1][0], strict=True):
        assert target is None or position == target


def test_joints_with_different_ways_arrive_together():
    drive = Drive()
    granted_ms = drive.begin(1, (9000, 1000))
    drive.tick(granted_ms // TICK_MS - 2)
    assert drive.positions()[0] < 9000
    assert drive.positions()[1] < 1000
    drive.tick(2)
    assert drive.positions() == (9000, 1000)


def test_a_time_that_is_asked_for_is_granted_where_the_limits_allow_it():
    assert Drive().begin(1, (1000, None), 2500) == 2500


@given(orders)
def test_every_order_is_done_or_interrupted_and_named_once(plan):
    drive = driven(plan)
    assert sorted(drive.done + drive.interrupted) == list(range(len(plan)))


def test_an_order_for_one_joint_interrupts_the_order_that_moves_both_and_not_another():
    drive = Drive()
    drive.begin(1, (9000, None))
    drive.begin(2, (None, 4500))
    assert drive.interrupted == []
    drive.begin(3, (0, None))
    assert drive.interrupted == [1]
    assert drive.finish().done == [3, 2]


def test_two_orders_done_at_the_same_tick_are_both_named():
    drive = Drive()
    drive.begin(1, (100, None), 400)
    drive.begin(2, (None, 100), 400)
    assert drive.tick(20).done == [1, 2]


def test_targets_beyond_a_joints_range_do_not_fit():
    motion = Motion(LIMITS)
    assert motion.fits((9000, -3000))
    assert motion.fits((None, None))
    assert not motion.fits((9001, None))
    assert not motion.fits((None, -3001))


def test_a_second_order_before_the_first_tick_does_not_jump():
    drive = Drive()
    drive.now_ms = 60_000  # a minute at rest
    drive.begin(1, (9000, None))
    drive.begin(2, (8000, None))
    drive.tick()
    assert drive.positions()[0] < 100


@pytest.mark.parametrize("start_ms", [0, TICKS - 1000])
def test_a_move_ordered_before_the_moment_of_the_last_step_begins_at_that_moment(start_ms):
    """As a gesture's next keyframe is: the pulse that ends the one before it holds for a tick to come."""
    drive, at_rest = Drive(start_ms), Drive(start_ms)
    drive.begin(1, (9000, None))
    drive.finish()
    stepped_ms = drive.now_ms
    drive.now_ms = (stepped_ms - TICK_MS) % TICKS
    drive.begin(2, (0, None))
    drive.now_ms = stepped_ms
    at_rest.place((9000, 0))
    at_rest.begin(2, (0, None))
    assert drive.tick(5).path[-5:] == at_rest.tick(5).path[-5:]


stops = st.lists(st.tuples(targets, st.just(0) | st.integers(0, 3000), st.integers(0, 60)), min_size=1, max_size=4)


@given(stops, clocks)
def test_a_stop_leaves_every_joint_where_it_was_last_put_and_names_what_it_interrupts_once(plan, start_ms):
    drive = Drive(start_ms)
    for order, (wanted, duration_ms, ticks) in enumerate(plan):
        drive.begin(order, wanted, duration_ms)
        drive.tick(ticks)
    positions = drive.positions()
    drive.interrupted += drive.motion.stop()
    assert not drive.motion.moving
    assert drive.positions() == positions
    drive.tick(30)
    assert set(drive.path[-30:]) == {positions}
    assert sorted(drive.done + drive.interrupted) == list(range(len(plan)))
    assert drive.motion.stop() == []


@given(stops, targets, clocks)
def test_after_a_stop_a_move_starts_from_there_at_rest(plan, wanted, start_ms):
    drive = Drive(start_ms)
    for order, (on_the_way, duration_ms, ticks) in enumerate(plan):
        drive.begin(order, on_the_way, duration_ms)
        drive.tick(ticks)
    drive.motion.stop()
    drive.done.clear()
    at_rest = Drive(start_ms).place(drive.positions())
    assert drive.begin(99, wanted) == at_rest.begin(99, wanted)
    assert drive.finish().path[-at_rest.finish().ticks :] == at_rest.path[1:]
    assert drive.done == [99]


def test_micropython_moves_the_same_way_to_the_centidegree(micropython):
    here = trace([sys.executable], PYTHONPATH=FIRMWARE)
    assert here.count("\n") == 150
    assert trace([micropython / "micropython"], MICROPYPATH=FIRMWARE) == here


def trace(interpreter, **environment):
    command = [*interpreter, motion_trace.__file__]
    environment = {**os.environ, **environment}
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=60).stdout


@pytest.mark.parametrize("late_ms", [21, 30, TICKS_AT_ONCE * TICK_MS])
def test_late_ticks_change_neither_where_nor_when_a_move_ends(late_ms):
    drive = Drive()
    granted_ms = drive.begin(1, (9000, 4500))
    drive.tick(-(-granted_ms // late_ms), late_ms)
    assert (drive.positions(), drive.done) == ((9000, 4500), [1])


@pytest.mark.parametrize("stall_ms", [60, 400, 5000])
def test_after_a_stall_the_joints_go_on_where_they_were_without_a_jump(stall_ms):
    drive = Drive()
    granted_ms = drive.begin(1, (9000, 4500))
    drive.tick(15)
    before = drive.positions()
    drive.tick(1, stall_ms)
    for was, here, (_, _, speed, *_) in zip(before, drive.positions(), LIMITS, strict=True):
        assert 0 < here - was <= TICKS_AT_ONCE * (speed * TICK_MS / 1000 + 1)
    drive.tick(granted_ms // TICK_MS - 15 - TICKS_AT_ONCE)
    assert (drive.positions(), drive.done) == ((9000, 4500), [1])


def test_many_joints_do_not_start_at_once_but_arrive_together():
    motion = Motion([LIMITS[0]] * 8)
    granted_ms, _ = motion.begin(0, 1, [5000] * 8, 0)
    started, arrived = {}, {}
    for tick in range(1, granted_ms // TICK_MS + 1):
        motion.step(tick * TICK_MS)
        for i, joint in enumerate(motion.joints):
            if joint.position:
                started.setdefault(i, tick)
            if joint.position == 5000:
                arrived.setdefault(i, tick)
    assert [started[i] - started[0] for i in range(8)] == [i // STARTS_AT_ONCE * STAGGER_TICKS for i in range(8)]
    assert set(arrived.values()) == {granted_ms // TICK_MS}


def test_what_moves_already_is_not_put_off():
    drive = Drive()
    drive.begin(1, (9000, 4500))
    drive.tick(5)
    before = drive.positions()
    drive.begin(2, (-9000, -3000))
    drive.tick(1)
    assert drive.positions() > before  # still on its way: nothing jumps
    drive.tick(12)
    assert drive.positions()[0] < drive.path[-2][0]
