"""The shaft behind a PWM pin."""

import pytest
from kelex_sim.chips.servo import CENTRE_US, DEAD_BAND_US, SPEED_DEG_S, ServoModel


class Bench:
    def __init__(self):
        self.now_us = 0
        self.servo = ServoModel(lambda: self.now_us)

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
