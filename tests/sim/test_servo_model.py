"""The shaft behind a PWM pin."""

from random import Random

import pytest
from kelex_sim.chips.fault import KINDS, Fault
from kelex_sim.chips.servo import (
    CENTRE_US,
    DEAD_BAND_US,
    HOLDING_A,
    SMOOTHED_US,
    SPEED_DEG_S,
    STALLED_A,
    TURNING_A,
    ServoModel,
)


class Bench:
    def __init__(self):
        self.now_us = 0
        self.fault = Fault(lambda: self.now_us, Random(1))
        self.servo = ServoModel(lambda: self.now_us, self.fault)

    def wait(self, ms):
        self.now_us += ms * 1000
        return self


@pytest.fixture
def bench():
    return Bench()


@pytest.mark.parametrize(("pulse_us", "angle"), [(500, -90), (1000, -45), (1500, 0), (2500, 90)])
def test_a_pulse_has_its_angle(bench, pulse_us, angle):
    bench.servo.drive(pulse_us)
    assert bench.wait(1000).servo.angle() == pytest.approx(angle)


def test_it_turns_no_faster_than_its_motor(bench):
    bench.servo.drive(2500)
    for ms in (10, 50, 90):
        before = bench.servo.angle()
        assert bench.wait(ms).servo.angle() - before == pytest.approx(SPEED_DEG_S * ms / 1000)


def test_looking_often_changes_nothing():
    often, once = Bench(), Bench()
    for each in (often, once):
        each.servo.drive(2100)
    for _ in range(50):
        often.wait(1).servo.angle()
    assert often.servo.angle() == pytest.approx(once.wait(50).servo.angle())


def test_without_pulses_it_is_limp_and_stays_where_it_is(bench):
    assert not bench.servo.attached
    bench.servo.drive(2500)
    angle = bench.wait(50).servo.angle()
    bench.servo.drive(0)
    assert not bench.servo.attached
    assert bench.wait(1000).servo.angle() == angle


def test_at_rest_a_change_within_the_dead_band_does_not_stir_it(bench):
    bench.servo.drive(CENTRE_US + DEAD_BAND_US - 1)
    assert bench.wait(100).servo.angle() == 0
    bench.servo.drive(CENTRE_US + DEAD_BAND_US)
    assert bench.wait(100).servo.angle() > 0


def test_told_to_be_where_it_is_just_now_it_stops_there(bench):
    bench.servo.drive(2500)
    assert bench.wait(75).servo.angle() == pytest.approx(45)
    bench.servo.drive(2000)
    assert bench.wait(1000).servo.angle() == pytest.approx(45)


def test_a_limp_servo_draws_nothing(bench):
    assert bench.servo.current_a() == 0
    bench.servo.drive(2000)
    bench.wait(1000).servo.drive(0)
    assert bench.servo.current_a() == 0


def test_it_draws_much_while_it_turns_and_a_little_while_it_holds(bench):
    bench.servo.drive(2000)
    assert bench.wait(40).servo.current_a() == TURNING_A
    assert bench.wait(1000).servo.current_a() == HOLDING_A


def test_slow_motion_draws_all_the_time_though_the_shaft_is_where_its_pulse_is(bench):
    """Its bursts, one a pulse, are smoothed: else two of three looks would find it at rest."""
    for pulse_us in range(1500, 1700, 10):
        bench.servo.drive(pulse_us)
        assert bench.wait(19).servo.current_a() == TURNING_A
        bench.wait(1)
    assert bench.wait(SMOOTHED_US // 1000).servo.current_a() == HOLDING_A


def test_held_it_stays_draws_its_stall_current_and_goes_on_when_let_go(bench):
    bench.servo.hold(2)
    bench.servo.drive(2000)
    assert bench.wait(1999).servo.angle() == 0
    assert bench.servo.current_a() == STALLED_A
    assert bench.wait(1).servo.angle() == 0
    assert bench.wait(10).servo.angle() == pytest.approx(SPEED_DEG_S * 0.01)
    assert bench.wait(1000).servo.angle() == pytest.approx(45)
    assert bench.servo.current_a() == HOLDING_A


def test_held_where_it_should_be_it_draws_no_more_than_without(bench):
    bench.servo.drive(2000)
    bench.wait(1000).servo.hold(5)
    assert bench.wait(100).servo.current_a() == HOLDING_A


def test_held_in_the_middle_of_its_way_it_stays_there(bench):
    bench.servo.drive(2500)
    bench.wait(50).servo.hold(1)
    angle = bench.servo.angle()
    assert bench.wait(900).servo.angle() == angle > 0


@pytest.mark.parametrize("kind", ["stuck", "stall"])
def test_a_motor_that_does_not_turn_stays_and_draws_its_stall_current_until_it_turns_again(bench, kind):
    bench.servo.drive(1500)
    bench.fault.begin(kind, 1)
    bench.servo.drive(2000)
    assert bench.wait(999).servo.angle() == 0
    assert bench.servo.current_a() == STALLED_A
    bench.wait(1000)
    assert bench.servo.angle() == pytest.approx(45)
    assert bench.servo.current_a() == HOLDING_A


def test_an_absent_one_neither_turns_nor_draws(bench):
    bench.fault.begin("absent", None)
    bench.servo.drive(2000)
    assert bench.wait(1000).servo.angle() == 0
    assert bench.servo.current_a() == 0


@pytest.mark.parametrize("kind", ["nan", "noisy"])
def test_one_that_makes_no_sense_of_its_pulse_trembles_and_draws_like_two_that_turn(bench, kind):
    bench.servo.drive(2000)
    bench.wait(1000)
    bench.fault.begin(kind, 1)
    assert bench.wait(500).servo.current_a() == 2 * TURNING_A


@pytest.mark.parametrize("kind", KINDS)
def test_without_pulses_no_fault_makes_it_draw(bench, kind):
    bench.fault.begin(kind, None)
    assert bench.servo.current_a() == 0
