"""The MPU-6050's driver on a simulated board, over the chip modelled at its registers."""

from itertools import pairwise
from random import Random

import pytest
from drone.board_world import BoardWorld
from kelex_sim.chips.fault import Fault
from kelex_sim.chips.mpu6050 import Mpu6050Chip

ADDRESS, STEP_US = 0x68, 50_000
G = 9.80665
# Steps: from nothing to the first reading; readings bridged; until a fault is seen, until all is well after it.
RISE, BRIDGED = 5, 2
SEEN, RECOVERED = BRIDGED + 1, 2 * RISE
# Six times the noise at 21 Hz (400 ug per root of a hertz), and the rounding: mm/s2.
NOISE = 6 * 400e-6 * 21**0.5 * 9807 + 2


class Counted:
    """A chip, and the bytes that pass to and from it, with the address' as the bus sees them."""

    def __init__(self, chip):
        self._chip = chip
        self.address, self.end, self.bytes, self.starts = chip.address, chip.end, 0, 0

    def begin(self, reading):
        self.bytes += 1
        self.starts += 1
        return self._chip.begin(reading)

    def write(self, byte):
        self.bytes += 1
        return self._chip.write(byte)

    def read(self):
        self.bytes += 1
        return self._chip.read()


class Shaken:
    """An MPU-6050 and its driver; `acceleration` (m/s2) is what it measures."""

    def __init__(self, steps=RISE):
        self.world = BoardWorld()
        self.acceleration = (0.0, 0.0, G)
        self.fault = Fault(lambda: self.world.now_us, Random(1))
        self.chip = Mpu6050Chip(ADDRESS, lambda: self.world.now_us, lambda: self.acceleration, self.fault, Random(2))
        self.bus = Counted(self.chip)
        self.driver = self.world.load("kelex_drone.drivers.mpu6050")
        self.sensor = self.driver.Mpu6050(self.world.i2c(self.bus), ADDRESS)
        self.step(steps)

    def step(self, times=1):
        """Whether the last step gave a reading."""
        fresh = None
        for _ in range(times):
            self.world.now_us += STEP_US
            fresh = self.sensor.step()
        return fresh

    def axes(self):
        return self.sensor.x, self.sensor.y, self.sensor.z


def test_the_fifth_step_gives_the_first_reading():
    shaken = Shaken(RISE - 1)
    assert not shaken.sensor.ok
    assert shaken.step()
    assert shaken.sensor.ok


@pytest.mark.parametrize("acceleration", [(0.0, 0.0, G), (-3.0, 5.0, -G), (25.0, -30.0, 39.0)])
def test_it_reads_in_millimetres_per_second_squared(acceleration):
    shaken = Shaken()
    shaken.acceleration = acceleration
    shaken.step()
    assert shaken.axes() == tuple(pytest.approx(1000 * axis, abs=NOISE) for axis in acceleration)


def test_what_is_beyond_4_g_reads_as_4_g():
    shaken = Shaken()
    shaken.acceleration = (99.0, -99.0, 0.0)
    shaken.step()
    assert shaken.axes()[:2] == (39_227, -39_228)


def test_the_whole_raw_range_is_converted_to_within_two_thirds_of_a_step_and_stays_small():
    to_mm_s2 = Shaken(0).driver.to_mm_s2
    for raw in [*range(-32768, 32768, 97), 32767]:
        assert abs(to_mm_s2(raw & 0xFFFF) - raw * 9806.65 / 8192) < 2


def test_a_reading_is_one_transfer_of_seven_bytes():
    shaken = Shaken()
    before, starts = shaken.bus.bytes, shaken.bus.starts
    assert shaken.step()
    # Address and register, address again, the seven.
    assert (shaken.bus.bytes - before, shaken.bus.starts - starts) == (2 + 1 + 7, 2)


def test_the_reading_changes_each_time_though_nothing_moves():
    shaken = Shaken()
    readings = [shaken.sensor.reading for _ in range(20) if shaken.step()]
    assert len(readings) == 20
    assert all(one != following for one, following in pairwise(readings))
    assert all(0 <= reading < 1 << 30 for reading in readings)


def test_data_that_is_not_ready_is_a_miss():
    shaken = Shaken()
    assert not shaken.sensor.step()
    assert shaken.sensor.ok
    assert not shaken.sensor.step()
    assert shaken.sensor.ok
    assert not shaken.sensor.step()
    assert not shaken.sensor.ok


def test_a_reading_makes_good_for_the_misses_before_it():
    shaken = Shaken()
    for _ in range(4):
        shaken.fault.begin("absent", None)
        shaken.step(BRIDGED)
        shaken.fault.end()
        assert shaken.step()
    assert shaken.sensor.ok


@pytest.mark.parametrize("kind", ["absent", "nan", "stall"])
def test_the_third_reading_missed_is_a_fault_and_it_recovers_by_itself(kind):
    shaken = Shaken()
    shaken.fault.begin(kind, None)
    last = shaken.axes()
    shaken.step(SEEN - 1)
    assert (shaken.sensor.ok, shaken.axes()) == (True, last)
    shaken.step()
    assert not shaken.sensor.ok
    shaken.fault.end()
    shaken.step(RISE)
    assert shaken.sensor.ok


@pytest.mark.parametrize("kind", ["absent", "nan", "stall"])
def test_it_is_never_ok_during_a_fault_and_soon_after_however_long_it_took(kind):
    for steps in range(SEEN, SEEN + RISE + 2):
        shaken = Shaken()
        shaken.fault.begin(kind, None)
        shaken.step(SEEN - 1)
        for _ in range(SEEN, steps + 1):
            shaken.step()
            assert not shaken.sensor.ok
        shaken.fault.end()
        shaken.step(RECOVERED)
        assert shaken.sensor.ok
        assert shaken.sensor.z == pytest.approx(9807, abs=NOISE)


@pytest.mark.parametrize("kind", ["absent", "nan", "stall"])
def test_one_that_fails_from_the_start_is_never_ok_and_works_when_it_comes(kind):
    shaken = Shaken(0)
    shaken.fault.begin(kind, None)
    for _ in range(4 * RISE):
        shaken.step()
        assert not shaken.sensor.ok
    shaken.fault.end()
    shaken.step(RECOVERED)
    assert shaken.sensor.ok


@pytest.mark.parametrize("kind", ["absent", "nan", "stall"])
@pytest.mark.parametrize("at", range(RISE))
def test_a_fault_in_the_midst_of_the_initialisation_leaves_no_wrong_settings(kind, at):
    shaken = Shaken(at)
    shaken.fault.begin(kind, None)
    shaken.step()
    shaken.fault.end()
    shaken.step(RECOVERED)
    assert shaken.sensor.ok
    assert shaken.sensor.z == pytest.approx(9807, abs=NOISE)


def test_a_full_scale_that_was_not_taken_is_set_again():
    shaken = Shaken(RISE - 2)
    take, shaken.chip._set = shaken.chip._set, lambda register, byte: register == 0x1C or take(register, byte)
    shaken.step(2)
    assert not shaken.sensor.ok
    shaken.chip._set = take
    shaken.step(RECOVERED)
    assert shaken.sensor.z == pytest.approx(9807, abs=NOISE)


def test_it_wakes_a_chip_that_had_lost_its_power():
    shaken = Shaken()
    shaken.chip.reset()
    shaken.step(SEEN)
    assert not shaken.sensor.ok
    shaken.step(RISE)
    assert shaken.sensor.ok
    assert shaken.sensor.z == pytest.approx(9807, abs=NOISE)


def test_exactly_nothing_on_all_axes_is_no_reading_though_it_is_said_to_be_ready():
    shaken = Shaken()
    last = shaken.axes()
    shaken.bus.read = iter([1, 0, 0, 0, 0, 0, 0]).__next__
    assert not shaken.step()
    assert shaken.axes() == last


def test_another_chip_at_its_address_is_not_written_to():
    shaken = Shaken(0)
    shaken.bus.read = lambda: 0x70
    written = shaken.bus.bytes
    shaken.step(4)
    assert shaken.bus.bytes - written == 4 * (2 + 1)
    assert not shaken.sensor.ok


def test_a_stuck_one_is_ok_and_says_the_same_for_those_above_to_see():
    shaken = Shaken()
    shaken.fault.begin("stuck", None)
    last = shaken.axes(), shaken.sensor.reading
    shaken.acceleration = (G, G, G)
    for _ in range(10):
        assert shaken.step()
        assert (shaken.axes(), shaken.sensor.reading) == last


def test_a_noisy_one_is_ok_and_leaps():
    shaken = Shaken()
    shaken.fault.begin("noisy", None)
    leaps = [abs(shaken.sensor.x) for _ in range(30) if shaken.step()]
    assert len(leaps) == 30
    assert max(leaps) > 10_000
