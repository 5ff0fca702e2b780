"""The real drivers on a simulated board, over chips modelled at their registers and pins."""

from random import Random

import pytest
from drone.board_world import BoardWorld
from kelex_sim.chips.fault import Fault
from kelex_sim.chips.servo import ServoModel
from kelex_sim.chips.sht31 import Sht31Chip

MEASURED_US = 16_000
ADDRESS = 0x44


class Climate:
    """An SHT31 and its driver; `air` is what it measures."""

    def __init__(self):
        self.world = BoardWorld()
        self.air = (21.5, 45.0)
        self.fault = Fault(lambda: self.world.now_us, Random(1))
        self.chip = Sht31Chip(ADDRESS, lambda: self.world.now_us, lambda: self.air, self.fault)
        driver = self.world.load("kelex_drone.drivers.sht31")
        self.sensor = driver.Sht31(self.world.i2c(self.chip), ADDRESS)
        self.step()  # which resets it

    def step(self, times=1):
        for _ in range(times):
            self.sensor.step()
            self.world.now_us += MEASURED_US

    def measure(self):
        self.step(2)
        return self.sensor.temperature, self.sensor.humidity


class Noisy:
    """A bus between driver and chip on which one bit of each answer flips while `bit` is not None."""

    def __init__(self, chip):
        self._chip = chip
        self.address, self.bit, self._at = chip.address, None, 0
        self.write, self.end = chip.write, chip.end

    def begin(self, reading):
        self._at = 0
        return self._chip.begin(reading)

    def read(self):
        byte = self._chip.read()
        if self.bit is not None and self.bit // 8 == self._at:
            byte ^= 1 << self.bit % 8
        self._at += 1
        return byte


def test_the_whole_raw_range_is_converted_to_within_a_hundredth():
    climate = Climate()
    for raw in [*range(0, 65536, 97), 65535]:
        climate.air = (175 * raw / 65535 - 45, 100 * raw / 65535)
        temperature, humidity = climate.measure()
        celsius = 17500 * raw / 65535 - 4500
        if -3999 <= celsius <= 12499:
            assert abs(temperature - celsius) < 0.8
        elif not -4000 <= celsius <= 12501:
            assert temperature is None
        assert abs(humidity - 10000 * raw / 65535) < 0.8
        assert 0 <= humidity <= 10000


@pytest.mark.parametrize("bit", range(48))
def test_any_single_wrong_bit_in_an_answer_is_noticed(bit):
    climate = Climate()
    noisy = Noisy(climate.chip)
    climate.world.i2c(noisy)
    assert climate.measure() == (2150, 4500)
    climate.air = (30.0, 60.0)
    noisy.bit = bit
    assert climate.measure() == (2150, 4500)
    noisy.bit = None
    assert climate.measure() == (3000, 6000)


def test_two_missed_readings_are_bridged_and_the_third_is_a_fault():
    climate = Climate()
    climate.measure()
    climate.fault.begin("absent", None)
    climate.step(2)
    assert climate.sensor.temperature == 2150
    climate.step()
    assert (climate.sensor.temperature, climate.sensor.humidity) == (None, None)


def test_a_sensor_that_was_never_there_has_no_reading():
    climate = Climate()
    climate.fault.begin("absent", None)
    climate.step(10)
    assert (climate.sensor.temperature, climate.sensor.humidity) == (None, None)


def test_a_sensor_that_comes_back_reads_again_without_a_restart():
    climate = Climate()
    climate.fault.begin("absent", None)
    climate.step(7)
    climate.fault.end()
    climate.step()
    assert climate.measure() == (2150, 4500)


@pytest.mark.parametrize(
    ("status", "is_sound"), [(0x0010, True), (0x8010, True), (0x0000, False), (0x0012, False), (0x2010, False)]
)
def test_at_its_start_its_status_has_to_be_that_of_a_sound_sensor_after_a_reset(status, is_sound):
    climate = Climate()
    climate.chip._status = status
    climate.step()
    assert (climate.chip._measuring, climate.sensor._next) == (is_sound, 3 if is_sound else 0)


def test_a_fetch_that_comes_too_early_is_a_miss_and_does_no_harm():
    climate = Climate()
    climate.measure()
    climate.sensor.step()
    climate.world.now_us += 5000
    climate.sensor.step()
    assert climate.sensor.temperature == 2150
    climate.world.now_us += MEASURED_US
    climate.air = (25.0, 45.0)
    assert climate.measure() == (2500, 4500)


def test_the_crc_is_the_datasheets():
    crc8 = Climate().world.load("kelex_drone.drivers.sht31").crc8
    assert crc8(b"\xbe\xef", 0) == 0x92


@pytest.fixture
def servo():
    """(driver, pulses in microseconds that reached the pin)"""
    world, pulses = BoardWorld(), []
    world.board.wire_pwm(6, lambda pulse_us, hz: pulses.append(pulse_us))
    return world.load("kelex_drone.drivers.servo").Servo(6), pulses


def test_a_servo_is_limp_until_it_is_first_turned(servo):
    driver, pulses = servo
    assert pulses == []
    driver.turn(0)
    assert pulses == [1500.0]


@pytest.mark.parametrize(
    ("angle", "pulse_us"), [(-9000, 500.0), (-4500, 1000.0), (0, 1500.0), (4500, 2000.0), (9000, 2500.0)]
)
def test_a_quarter_turn_is_a_millisecond_of_pulse(servo, angle, pulse_us):
    driver, pulses = servo
    driver.turn(angle)
    assert pulses == [pulse_us]


def test_every_centidegree_turns_the_shaft_there():
    world = BoardWorld()
    shaft = ServoModel(lambda: world.now_us, Fault(lambda: world.now_us, Random(1)))
    world.board.wire_pwm(6, lambda pulse_us, hz: shaft.drive(pulse_us))
    driver = world.load("kelex_drone.drivers.servo").Servo(6)
    for angle in range(-9000, 9001, 777):
        driver.turn(angle)
        world.now_us += 1_000_000
        assert shaft.angle() == pytest.approx(angle / 100, abs=0.01)


def test_the_same_angle_again_is_not_written_again(servo):
    driver, pulses = servo
    for angle in (100, 100, 200, 100):
        driver.turn(angle)
    assert len(pulses) == 3
