"""Which servos get pulses: soft starts, long rests, stops."""

from itertools import pairwise

import pytest
from drone.drone_rig import HOMING_MS, Rig
from kelex_drone import board
from kelex_drone.attachment import CREEP_PERIOD, LET_GO_TICKS, LIMP, UNKNOWN_TICKS, Attachment
from kelex_drone.joint import TICK_MS
from kelex_drone.limbs import IDLE_MS
from kelex_wire import schema
from wire.joints import NAMES

COUNT = len(NAMES)


def ticks(attachment, count):
    """In each of `count` ticks, which servos have a pulse."""
    had = []
    for _ in range(count):
        attachment.step()
        had.append([i for i in range(COUNT) if attachment.has_pulse(i)])
    return had


def awake():
    attachment = Attachment(COUNT)
    for i in range(COUNT):
        attachment.wake(i)
    return attachment


def test_in_the_beginning_all_are_limp():
    assert ticks(Attachment(COUNT), 10) == [[]] * 10


def test_a_servo_that_wakes_has_one_pulse_in_a_period_and_at_last_all():
    attachment = Attachment(COUNT)
    assert attachment.wake(3) == UNKNOWN_TICKS
    creeping = ticks(attachment, UNKNOWN_TICKS - 1)
    at = [tick for tick, had in enumerate(creeping) if had]
    assert {b - a for a, b in pairwise(at)} == {CREEP_PERIOD}
    assert attachment.creeping
    assert ticks(attachment, 10) == [[3]] * 10
    assert not attachment.creeping


def test_never_more_than_two_motors_draw_at_a_time_while_all_creep():
    assert {len(had) for had in ticks(awake(), UNKNOWN_TICKS - 1)} <= {1, 2}


def test_what_was_let_go_wakes_sooner_and_what_was_halted_on_its_way_is_as_unknown_as_before():
    attachment = awake()
    ticks(attachment, UNKNOWN_TICKS)
    attachment.let_go(2)
    assert ticks(attachment, 1) == [[i for i in range(COUNT) if i != 2]]
    assert attachment.wake(2) == LET_GO_TICKS
    attachment.halt()
    assert attachment.left[2] == LIMP
    assert attachment.left[1] == 0
    assert attachment.wake(2) == UNKNOWN_TICKS


# On a whole drone


def test_a_new_drone_creeps_to_its_rest_pose_and_says_that_it_moves():
    rig = Rig(homed=False)
    assert all(servo.limp or len(servo.angles) == 1 for servo in rig.servos)
    rig.run(HOMING_MS)
    assert not any(servo.limp for servo in rig.servos)
    told = [record.moving for record in rig.telemetry(schema.BODY)]
    assert told[0] == 1
    assert told[-1] == 0


def test_an_order_before_it_is_home_is_granted_the_time_for_both():
    rig = Rig(homed=False)
    order = rig.order(head_pan=3000)
    rig.run(4000)
    homed = Rig()
    rig_order = homed.order(head_pan=3000)
    homed.run(2000)
    late = rig.verdict(order).record.duration_ms - homed.verdict(rig_order).record.duration_ms
    assert UNKNOWN_TICKS * TICK_MS - 300 <= late <= UNKNOWN_TICKS * TICK_MS
    assert rig.pulses("head_pan")[-1] == 3000


def test_a_stop_while_it_creeps_lets_go_of_everything():
    rig = Rig(homed=False)
    rig.run(500)
    rig.stop()
    rig.run(100)
    assert all(servo.limp for servo in rig.servos)
    assert not rig.drone.limbs.busy


def test_after_a_long_rest_what_stays_where_it_is_goes_limp_and_the_next_order_wakes_it():
    rig = Rig()
    rig.order(left_elbow=4500, head_pan=2000)
    rig.run(2000)
    rig.run(IDLE_MS)
    assert {name for name, servo in zip(NAMES, rig.servos, strict=True) if not servo.limp} == {"left_elbow"}
    order = rig.order(head_pan=2500)
    rig.run(1500)
    assert not rig.servos[0].limp
    assert rig.pulses("head_pan")[-1] == 2500
    least = rig.drone.motion.joints[0].ticks_between(2000, 2500)
    assert rig.verdict(order).record.duration_ms == (LET_GO_TICKS + least) * TICK_MS


@pytest.mark.parametrize("name", [name for name, balanced in zip(NAMES, board.BALANCED, strict=True) if not balanced])
def test_what_gravity_moves_is_held_as_long_as_it_is_not_at_rest(name):
    rig = Rig()
    rig.order(**{name: 1000})
    rig.run(2000 + 2 * IDLE_MS)
    assert not rig.servos[NAMES.index(name)].limp
    rig.order(**{name: 0})
    rig.run(2000 + IDLE_MS + 1000)
    assert rig.servos[NAMES.index(name)].limp


def test_before_the_ticks_are_held_up_what_creeps_has_no_pulse():
    rig = Rig(homed=False)
    while all(servo.limp for servo in rig.servos):
        rig.run(1)
    rig.drone.limbs.hold_still()
    assert all(servo.limp for servo in rig.servos)
    rig.run(HOMING_MS)
    assert not any(servo.limp for servo in rig.servos)
