"""The INA219 at its registers, against its datasheet (SBOS448G)."""

from random import Random
from statistics import fmean, stdev

import pytest
from kelex_sim.chips.fault import Fault
from kelex_sim.chips.ina219 import Ina219Chip

CONFIGURATION, SHUNT, BUS, POWER, CURRENT, CALIBRATION = range(6)
# 32 V, 320 mV, 12 bits, both continuously: as after power-up.
USUAL = 0x399F
USUAL_US = 2 * 532
# Averages of 128: as quiet as it gets, 136.2 ms for both.
QUIET = 0x3FFF
QUIET_US = 2 * 68_100


class Bus:
    """A master for one chip."""

    def __init__(self, amperes=1.0, volts=5.0):
        self.now_us = 0
        self.load = (amperes, volts)
        self.fault = Fault(lambda: self.now_us, Random(1))
        self.chip = Ina219Chip(0x40, lambda: self.now_us, lambda: self.load, self.fault, Random(2))

    def write(self, register, word):
        data = (register, word >> 8, word & 0xFF)
        acknowledged = self.chip.begin(False) and all(self.chip.write(byte) for byte in data)
        self.chip.end()
        return acknowledged

    def read(self, register):
        """The register's word, or None; there is no stop before the repeated start."""
        if not self.chip.begin(False):
            return None
        self.chip.write(register)
        assert self.chip.begin(True)
        word = self.chip.read() << 8 | self.chip.read()
        self.chip.end()
        return word

    def after(self, us):
        self.now_us += us
        return self

    def quiet(self):
        """After a conversion with the least noise."""
        self.write(CONFIGURATION, QUIET)
        return self.after(QUIET_US)

    def ready(self):
        return self.read(BUS) >> 1 & 1

    def shunt(self):
        word = self.read(SHUNT)
        return word - (word >> 15 << 16)


def test_the_registers_after_power_up_and_after_a_reset():
    bus = Bus()
    power_up = [USUAL, 0, 0, 0, 0, 0]
    assert [bus.read(register) for register in range(6)] == power_up
    bus.write(CALIBRATION, 4096)
    bus.quiet()
    assert 0 not in [bus.read(register) for register in range(6)]
    bus.write(CONFIGURATION, 0x8000)
    assert [bus.read(register) for register in range(6)] == power_up


def test_power_that_was_lost_takes_the_settings_with_it():
    bus = Bus().quiet()
    bus.chip.reset()
    assert (bus.read(CONFIGURATION), bus.read(SHUNT), bus.ready()) == (USUAL, 0, 0)


@pytest.mark.parametrize("amperes", [-3.0, -0.5, 0.0, 0.25, 1.0, 3.1])
def test_the_shunts_voltage_is_signed_and_10_microvolts_to_a_bit(amperes):
    assert Bus(amperes).quiet().shunt() == pytest.approx(amperes * 0.1 / 10e-6, abs=5)


@pytest.mark.parametrize(("gain", "millivolts"), [(0, 40), (1, 80), (2, 160), (3, 320)])
@pytest.mark.parametrize("amperes", [-9.0, 9.0])
def test_the_shunts_voltage_is_clipped_at_the_pgas_range(gain, millivolts, amperes):
    bus = Bus(amperes)
    bus.write(CONFIGURATION, 0x2000 | gain << 11 | 0x19F)
    assert bus.after(USUAL_US).shunt() == millivolts * 100 * (1 if amperes > 0 else -1)


@pytest.mark.parametrize("volts", [0.0, 3.3, 5.0, 12.0, 26.0])
def test_the_bus_voltage_is_4_millivolts_to_a_bit_from_the_fourth_bit_on(volts):
    assert (Bus(volts=volts).quiet().read(BUS) >> 3) * 4 == pytest.approx(volts * 1000, abs=8)


def test_the_bus_voltage_ends_at_its_range():
    bus = Bus(volts=26)
    bus.write(CONFIGURATION, USUAL & ~0x2000)
    assert bus.after(USUAL_US).read(BUS) >> 3 == 4000


def test_the_less_it_averages_the_more_noise():
    def noise(configuration, us):
        bus = Bus()
        bus.write(CONFIGURATION, configuration)
        samples = [bus.after(us).shunt() for _ in range(200)]
        assert fmean(samples) == pytest.approx(10_000, abs=5)
        return stdev(samples)

    once, of_32 = noise(USUAL, USUAL_US), noise(0x3EEF, 2 * 17_020)
    assert once == pytest.approx(0.5 * 64_000 / 4096, rel=0.2)
    assert of_32 == pytest.approx(once / 32**0.5, rel=0.3)


@pytest.mark.parametrize(
    ("adc", "us"),
    [
        *[(0, 84), (1, 148), (2, 276), (3, 532), (7, 532), (8, 532), (9, 1060), (10, 2130), (11, 4260), (12, 8510)],
        *[(13, 17_020), (14, 34_050), (15, 68_100)],
    ],
)
@pytest.mark.parametrize(("mode", "conversions"), [(5, 1), (6, 1), (7, 2)])
def test_a_conversion_takes_what_the_datasheet_says(adc, us, mode, conversions):
    bus = Bus()
    bus.write(CONFIGURATION, 0x3800 | adc << 7 | adc << 3 | mode)
    assert bus.after(us * conversions - 1).ready() == 0
    assert bus.after(1).ready() == 1


def test_ready_is_cleared_by_reading_the_power_until_the_next_conversion_ends():
    bus = Bus().after(USUAL_US)
    assert bus.ready() == bus.ready() == 1
    bus.read(SHUNT)
    assert bus.ready() == 1
    bus.read(POWER)
    assert bus.ready() == 0
    assert bus.after(USUAL_US - 1).ready() == 0
    assert bus.after(1).ready() == 1


def test_ready_is_cleared_by_writing_a_mode_but_not_power_down():
    bus = Bus().after(USUAL_US)
    bus.write(CONFIGURATION, USUAL & ~7)
    assert bus.ready() == 1
    bus.write(CONFIGURATION, USUAL)
    assert bus.ready() == 0


def test_triggered_it_converts_once():
    bus = Bus()
    bus.write(CONFIGURATION, USUAL & ~7 | 3)
    assert bus.after(USUAL_US).ready() == 1
    bus.read(POWER)
    assert bus.after(100 * USUAL_US).ready() == 0
    bus.write(CONFIGURATION, USUAL & ~7 | 3)
    assert bus.after(USUAL_US).ready() == 1


@pytest.mark.parametrize("mode", [0, 4])
def test_powered_down_or_off_it_converts_nothing(mode):
    bus = Bus()
    bus.write(CONFIGURATION, USUAL & ~7 | mode)
    assert bus.after(1_000_000).read(SHUNT) == 0
    assert bus.ready() == 0


def test_a_voltage_that_its_mode_leaves_out_stays_as_it_was():
    bus = Bus(1, 5).quiet()
    bus.write(CONFIGURATION, QUIET & ~7 | 5)
    bus.load = (2.0, 12.0)
    assert bus.after(QUIET_US).shunt() == pytest.approx(20_000, abs=5)
    assert (bus.read(BUS) >> 3) * 4 == pytest.approx(5000, abs=8)


def test_current_and_power_follow_the_calibration():
    # 0.04096 / (100 uA x 0.1 ohm): 100 uA to a bit of current, 2 mW to a bit of power (8.5.1).
    bus = Bus(amperes=1.5, volts=5.0)
    bus.write(CALIBRATION, 4097)
    assert bus.read(CALIBRATION) == 4096
    bus.quiet()
    assert bus.read(CURRENT) * 100e-6 == pytest.approx(1.5, abs=0.001)
    assert bus.read(POWER) * 2e-3 == pytest.approx(7.5, abs=0.03)
    assert bus.read(BUS) & 1 == 0


def test_a_current_that_does_not_fit_is_an_overflow():
    bus = Bus(amperes=3.0)
    bus.write(CALIBRATION, 8192)
    assert bus.quiet().read(BUS) & 1 == 1
    bus.load = (0.5, 5.0)
    assert bus.after(QUIET_US).read(BUS) & 1 == 0


def test_without_a_calibration_there_is_neither_current_nor_power_nor_overflow():
    bus = Bus(amperes=3.1, volts=26.0).quiet()
    assert (bus.read(CURRENT), bus.read(POWER), bus.read(BUS) & 1) == (0, 0, 0)


def test_absent_it_acknowledges_nothing():
    bus = Bus()
    bus.fault.begin("absent", None)
    assert not bus.write(CONFIGURATION, QUIET)
    assert bus.read(CONFIGURATION) is None
    bus.fault.end()
    assert bus.read(CONFIGURATION) == USUAL


def test_making_no_sense_every_register_is_all_ones():
    bus = Bus().quiet()
    bus.fault.begin("nan", None)
    assert [bus.read(register) for register in range(6)] == [0xFFFF] * 6


def test_stalled_nothing_is_ready_and_the_registers_are_frozen():
    bus = Bus().quiet()
    last = bus.read(SHUNT)
    bus.fault.begin("stall", None)
    bus.load = (2.0, 12.0)
    assert bus.after(QUIET_US).ready() == 0
    assert bus.read(SHUNT) == last
    assert bus.write(CONFIGURATION, USUAL)
    assert bus.read(CONFIGURATION) == QUIET
    bus.fault.end()
    assert bus.ready() == 1
    assert bus.read(SHUNT) != last


def test_stuck_it_is_ready_and_says_the_same_to_the_last_bit():
    bus = Bus().after(USUAL_US)
    last = bus.read(SHUNT), bus.read(BUS)
    bus.fault.begin("stuck", None)
    bus.load = (2.0, 12.0)
    for _ in range(5):
        assert (bus.after(USUAL_US).read(SHUNT), bus.read(BUS)) == last


def test_noisy_its_readings_leap_by_up_to_2_amperes():
    bus = Bus(amperes=0)
    bus.fault.begin("noisy", None)
    leaps = [abs(bus.after(USUAL_US).shunt()) / 10_000 for _ in range(50)]
    assert 1.5 < max(leaps) < 2.01
