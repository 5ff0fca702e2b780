"""The INA219's driver on a simulated board, over the chip modelled at its registers."""

from random import Random

import pytest
from drone.board_world import BoardWorld
from kelex_sim.chips.fault import Fault
from kelex_sim.chips.ina219 import Ina219Chip

ADDRESS, STEP_US = 0x40, 100_000
POWER_UP, SETTINGS = 0x399F, 0x1EEF
# Steps: from nothing to the first reading; until a fault is seen; until all is well after it; between looks at the
# settings.
RISE, SEEN, RECOVERED, CHECK = 2, 3, 3, 16
NONE = (None, None, None)


class Supply:
    """An INA219 and its driver; `load` (A, V) is what it measures."""

    def __init__(self, amperes=1.0, volts=5.0, steps=RISE):
        self.world = BoardWorld()
        self.load = (amperes, volts)
        self.fault = Fault(lambda: self.world.now_us, Random(1))
        self.chip = Ina219Chip(ADDRESS, lambda: self.world.now_us, lambda: self.load, self.fault, Random(2))
        self.bytes = 0
        driver = self.world.load("kelex_drone.drivers.ina219")
        self.sensor = driver.Ina219(self.world.i2c(self), ADDRESS)
        self.step(steps)

    # As the chip on the bus, counting its bytes.
    address = ADDRESS

    def begin(self, reading):
        self.bytes += 1
        return self.chip.begin(reading)

    def write(self, byte):
        self.bytes += 1
        return self.chip.write(byte)

    def read(self):
        self.bytes += 1
        return self.chip.read()

    def end(self):
        self.chip.end()

    def step(self, times=1):
        """Whether the last step gave a reading."""
        fresh = None
        for _ in range(times):
            self.world.now_us += STEP_US
            fresh = self.sensor.step()
        return fresh

    def values(self):
        return self.sensor.current_ma, self.sensor.raw, self.sensor.supply_mv

    def settings(self):
        self.chip.begin(False)
        self.chip.write(0)
        self.chip.begin(True)
        return self.chip.read() << 8 | self.chip.read()


def test_the_second_step_gives_the_first_reading():
    supply = Supply(steps=RISE - 1)
    assert supply.values() == NONE
    assert supply.step()
    assert None not in supply.values()


def test_a_conversion_is_done_between_two_steps_but_not_within_a_third_of_one():
    for us, fresh in ((33_000, False), (35_000, True)):
        supply = Supply(steps=1)
        supply.world.now_us += us
        assert supply.sensor.step() == fresh


@pytest.mark.parametrize("amperes", [0.0, 0.05, 0.7, 3.1])
@pytest.mark.parametrize("volts", [3.3, 5.0, 12.0])
def test_it_reads_milliamperes_and_millivolts(amperes, volts):
    supply = Supply(amperes, volts)
    assert supply.sensor.current_ma == pytest.approx(1000 * amperes, abs=1)
    assert supply.sensor.raw == pytest.approx(10_000 * amperes, abs=10)
    assert supply.sensor.supply_mv == pytest.approx(1000 * volts, abs=8)


def test_a_current_beyond_the_range_reads_as_its_end():
    assert Supply(9.0).values()[:2] == (3200, 32_000)


def test_a_little_less_than_nothing_is_nothing():
    supply = Supply(-0.004)
    assert supply.sensor.current_ma == 0
    assert supply.sensor.raw == pytest.approx(-40, abs=10)


def test_a_shunt_wired_the_other_way_round_measures_as_well():
    supply = Supply(-1.5)
    assert supply.sensor.current_ma == pytest.approx(1500, abs=1)
    assert supply.sensor.raw == pytest.approx(-15_000, abs=10)


def test_a_reading_is_three_registers_and_each_sixteenth_a_fourth():
    supply = Supply()
    costs = []
    for _ in range(2 * CHECK):
        before = supply.bytes
        assert supply.step()
        costs.append(supply.bytes - before)
    assert sorted(costs) == [15] * (2 * CHECK - 2) + [20] * 2


def test_without_a_new_conversion_there_is_no_reading():
    supply = Supply()
    assert not supply.sensor.step()
    assert None not in supply.values()


@pytest.mark.parametrize("kind", ["absent", "nan", "stall"])
def test_the_third_reading_missed_is_a_fault_and_it_recovers_by_itself(kind):
    supply = Supply()
    supply.fault.begin(kind, None)
    last = supply.values()
    supply.step(SEEN - 1)
    assert supply.values() == last
    supply.step()
    assert supply.values() == NONE
    supply.fault.end()
    supply.step(RECOVERED)
    assert None not in supply.values()


@pytest.mark.parametrize("kind", ["absent", "nan", "stall"])
def test_during_a_fault_there_is_never_a_value_and_soon_after_there_is(kind):
    for steps in range(1, 6):
        supply = Supply(steps=0)
        supply.fault.begin(kind, None)
        for _ in range(steps):
            supply.step()
            assert supply.values() == NONE
        supply.fault.end()
        supply.load = (0.5, 5.0)
        supply.step(RECOVERED)
        assert supply.sensor.current_ma == pytest.approx(500, abs=3)


def test_one_that_had_lost_its_power_is_set_up_again_within_sixteen_steps_and_no_value_is_lost():
    supply = Supply()
    for _ in range(CHECK):
        supply.step()
    supply.chip.reset()
    for _ in range(CHECK + 2):
        supply.step()
        assert None not in supply.values()
    assert supply.settings() == SETTINGS


def test_one_that_lost_its_power_while_it_was_away_is_set_up_as_soon_as_it_is_back():
    supply = Supply()
    supply.fault.begin("absent", None)
    supply.step(SEEN)
    supply.chip.reset()
    supply.fault.end()
    supply.step(RECOVERED)
    assert supply.settings() == SETTINGS


def test_one_that_does_not_take_the_settings_at_first_gets_them_again():
    supply = Supply(steps=1)
    supply.chip.reset()
    supply.step(2)
    assert supply.settings() == SETTINGS
    assert supply.step()


def test_at_its_start_it_has_to_be_as_the_datasheet_says_after_a_reset():
    supply = Supply(steps=0)
    supply.chip.reset = lambda: None
    for byte in (0, 0x12, 0x34):
        supply.chip.write(byte)
    supply.chip.end()
    supply.step(RECOVERED)
    assert supply.values() == NONE
    assert supply.settings() == 0x1234


def test_an_overflow_is_no_reading():
    supply = Supply(3.0)
    supply.chip.begin(False)
    for byte in (5, 0x20, 0):
        supply.chip.write(byte)
    supply.step(SEEN)
    assert supply.values() == NONE


def test_a_stuck_one_has_values_and_says_the_same_for_those_above_to_see():
    supply = Supply()
    supply.fault.begin("stuck", None)
    last = supply.values()
    supply.load = (2.0, 12.0)
    for _ in range(10):
        assert supply.step()
        assert supply.values() == last


def test_a_noisy_one_has_values_and_leaps():
    supply = Supply(0.0)
    supply.fault.begin("noisy", None)
    leaps = [supply.sensor.current_ma for _ in range(30) if supply.step()]
    assert len(leaps) == 30
    assert max(leaps) > 1000
    assert min(leaps) >= 0
