"""The SHT31 at its registers, against its datasheet (SHT3x-DIS, version 7)."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kelex_sim.chips.fault import Fault
from kelex_sim.chips.sht31 import Sht31Chip

HIGH, MEDIUM, LOW = b"\x24\x00", b"\x24\x0b", b"\x24\x16"
STATUS, CLEAR, RESET = b"\xf3\x2d", b"\x30\x41", b"\x30\xa2"
HEATER_ON, HEATER_OFF = b"\x30\x6d", b"\x30\x66"


class Bus:
    """A master for one chip."""

    def __init__(self, celsius=20.0, humidity=50.0):
        self.now_us = 0
        self.air = (celsius, humidity)
        self.fault = Fault(lambda: self.now_us, Random(1))
        self.chip = Sht31Chip(0x44, lambda: self.now_us, lambda: self.air, self.fault)

    def command(self, data):
        """Whether each byte was acknowledged."""
        acknowledged = [self.chip.begin(False)]
        acknowledged += [self.chip.write(byte) for byte in data if acknowledged[0]]
        self.chip.end()
        return all(acknowledged)

    def read(self, count):
        """The bytes, or None if the chip did not acknowledge."""
        if not self.chip.begin(True):
            return None
        data = bytes(self.chip.read() for _ in range(count))
        self.chip.end()
        return data

    def measure(self):
        """A measurement of now, with its checksums, or None."""
        self.command(HIGH)
        self.now_us += 20_000
        return self.read(6)

    def status(self):
        self.command(STATUS)
        return int.from_bytes(self.read(3)[:2], "big")


@pytest.mark.parametrize(("command", "longest_us"), [(HIGH, 15_500), (MEDIUM, 6_500), (LOW, 4_500)])
def test_it_does_not_acknowledge_before_the_measurement_is_done(command, longest_us):
    bus = Bus()
    bus.command(command)
    bus.now_us = longest_us - 1
    assert bus.read(6) is None
    bus.now_us = longest_us
    assert len(bus.read(6)) == 6


def test_a_measurement_is_read_once():
    bus = Bus()
    bus.command(HIGH)
    bus.now_us = 20_000
    assert bus.read(6) is not None
    assert bus.read(6) is None


@given(st.floats(-45, 130), st.floats(0, 100))
def test_readings_are_the_datasheets_sixteen_bits(celsius, humidity):
    bus = Bus(celsius, humidity)
    bus.command(HIGH)
    bus.now_us = 20_000
    data = bus.read(6)
    assert -45 + 175 * int.from_bytes(data[:2], "big") / 65535 == pytest.approx(celsius, abs=0.002)
    assert 100 * int.from_bytes(data[3:5], "big") / 65535 == pytest.approx(humidity, abs=0.001)


@pytest.mark.parametrize(("air", "words"), [((-99, -5), b"\0\0"), ((999, 150), b"\xff\xff")])
def test_air_beyond_the_sensors_range_reads_as_its_end(air, words):
    bus = Bus(*air)
    bus.command(HIGH)
    bus.now_us = 20_000
    data = bus.read(6)
    assert data[:2] == data[3:5] == words


def test_the_checksum_is_the_datasheets_example():
    # beef hex has the checksum 92 hex (section 4.12).
    bus = Bus(celsius=0xBEEF * 175 / 65535 - 45)
    bus.command(HIGH)
    bus.now_us = 20_000
    assert bus.read(3) == b"\xbe\xef\x92"


def test_the_air_is_that_of_the_moment_of_the_command():
    bus = Bus(celsius=20)
    bus.command(HIGH)
    bus.air = (60, 50)
    bus.now_us = 20_000
    assert int.from_bytes(bus.read(2), "big") == round(65 * 65535 / 175)


def test_an_absent_chip_acknowledges_nothing():
    bus = Bus()
    bus.fault.begin("absent", None)
    assert not bus.command(HIGH)
    assert bus.read(6) is None


def test_a_reset_is_noted_in_the_status_until_it_is_cleared():
    bus = Bus()
    assert bus.status() == 1 << 4
    bus.command(CLEAR)
    assert bus.status() == 0
    bus.command(RESET)
    assert bus.status() == 1 << 4


def test_the_heater_bit_follows_its_commands_and_survives_a_clearing():
    bus = Bus()
    bus.command(HEATER_ON)
    bus.command(CLEAR)
    assert bus.status() == 1 << 13
    bus.command(HEATER_OFF)
    assert bus.status() == 0


def test_an_unknown_command_is_noted_and_measures_nothing():
    bus = Bus()
    bus.command(CLEAR)
    bus.command(b"\x12\x34")
    assert bus.status() == 1 << 1


def test_a_third_command_byte_is_not_acknowledged():
    assert not Bus().command(HIGH + b"\0")


def test_a_reset_ends_a_measurement():
    bus = Bus()
    bus.command(HIGH)
    bus.command(RESET)
    bus.now_us = 20_000
    assert bus.read(6) is None


def test_a_stuck_one_says_its_last_reading_to_the_last_bit():
    bus = Bus(celsius=20)
    last = bus.measure()
    bus.fault.begin("stuck", 1)
    bus.air = (60, 10)
    assert [bus.measure() for _ in range(5)] == [last] * 5
    bus.now_us += 1_000_000
    assert bus.measure() != last


def test_one_whose_line_stays_high_has_wrong_checksums():
    bus = Bus()
    bus.fault.begin("nan", None)
    assert bus.measure() == b"\xff" * 6


def test_a_noisy_one_leaps_about_and_its_checksums_are_right():
    bus = Bus(celsius=20)
    bus.fault.begin("noisy", None)
    readings = [bus.measure() for _ in range(50)]
    celsius = [-45 + 175 * int.from_bytes(data[:2], "big") / 65535 for data in readings]
    assert min(celsius) < 10 < 30 < max(celsius)
    assert len({data[2] for data in readings}) > 10


def test_one_that_hangs_never_finishes_what_was_begun():
    bus = Bus()
    bus.fault.begin("stall", 5)
    bus.command(HIGH)
    for _ in range(10):
        bus.now_us += 400_000
        assert bus.read(6) is None
    bus.now_us += 1_000_000
    assert len(bus.read(6)) == 6
