"""The MPU-6050 at its registers, against its register map (RM-MPU-6000A-00) and specification (PS-MPU-6000A-00)."""

from random import Random
from statistics import fmean, stdev

import pytest
from kelex_sim.chips.fault import Fault
from kelex_sim.chips.mpu6050 import Mpu6050Chip

DIVIDER, CONFIG, GYRO_CONFIG, ACCEL_CONFIG, INT_ENABLE = 0x19, 0x1A, 0x1B, 0x1C, 0x38
INT_STATUS, ACCELERATION, TEMPERATURE, GYRO, POWER, WHO_AM_I = 0x3A, 0x3B, 0x41, 0x43, 0x6B, 0x75
G = 9.80665


class Bus:
    """A master for one chip, which it wakes, at 1000 samples a second and the narrowest filter."""

    def __init__(self, acceleration=(0.0, 0.0, G), awake=True):
        self.now_us = 0
        self.acceleration = acceleration
        self.fault = Fault(lambda: self.now_us, Random(1))
        self.chip = Mpu6050Chip(0x68, lambda: self.now_us, lambda: self.acceleration, self.fault, Random(2))
        if awake:
            self.wake()

    def wake(self):
        self.write(POWER, 0x01)
        self.write(CONFIG, 6)
        self.write(INT_ENABLE, 1)

    def write(self, register, *data):
        acknowledged = self.chip.begin(False) and all(self.chip.write(byte) for byte in (register, *data))
        self.chip.end()
        return acknowledged

    def read(self, register, count=1):
        """The bytes, or None where the chip did not acknowledge; there is no stop before the repeated start."""
        if not self.chip.begin(False):
            return None
        self.chip.write(register)
        assert self.chip.begin(True)
        data = bytes(self.chip.read() for _ in range(count))
        self.chip.end()
        return data

    def after(self, us):
        self.now_us += us
        return self

    def axes(self, register=ACCELERATION):
        data = self.read(register, 6)
        return [int.from_bytes(data[i : i + 2], "big", signed=True) for i in (0, 2, 4)]

    def ready(self):
        return self.read(INT_STATUS)[0]


def test_it_says_who_it_is_asleep_as_awake():
    assert Bus(awake=False).read(WHO_AM_I) == Bus().read(WHO_AM_I) == b"\x68"


def test_after_power_up_it_sleeps_and_all_values_are_zero():
    bus = Bus(awake=False).after(100_000)
    assert bus.read(POWER) == b"\x40"
    assert bus.read(INT_STATUS, 15) == bytes(15)


@pytest.mark.parametrize("how", ["reset bit", "power lost"])
def test_a_reset_puts_it_to_sleep_and_forgets_the_settings(how):
    bus = Bus().after(10_000)
    bus.write(ACCEL_CONFIG, 0x18)
    assert bus.axes() != [0, 0, 0]
    bus.write(POWER, 0x80) if how == "reset bit" else bus.chip.reset()
    bus.after(10_000)
    assert (bus.read(POWER), bus.read(ACCEL_CONFIG), bus.read(CONFIG)) == (b"\x40", b"\0", b"\0")
    assert bus.axes() == [0, 0, 0]


def test_the_sleep_bit_empties_the_values():
    bus = Bus().after(10_000)
    assert bus.axes() != [0, 0, 0]
    bus.write(POWER, 0x40)
    assert bus.after(10_000).read(INT_STATUS, 15) == bytes(15)


@pytest.mark.parametrize(("scale", "per_g"), [(0, 16384), (1, 8192), (2, 4096), (3, 2048)])
def test_the_full_scale_applies(scale, per_g):
    bus = Bus((-0.5 * G, 0.25 * G, G))
    bus.write(ACCEL_CONFIG, scale << 3)
    noise = 6 * 400e-6 * 5**0.5 * per_g
    assert bus.after(1000).axes() == [pytest.approx(part * per_g, abs=noise + 1) for part in (-0.5, 0.25, 1)]


def test_what_is_beyond_the_full_scale_reads_as_its_end():
    assert Bus((99.0, -99.0, 0.0)).after(1000).axes()[:2] == [32767, -32768]


@pytest.mark.parametrize(("filtering", "hz"), [(0, 260), (4, 21), (6, 5)])
def test_the_noise_is_400_micro_g_per_root_hertz_of_the_filters_bandwidth(filtering, hz):
    bus = Bus((0.0, 0.0, 0.0))
    bus.write(CONFIG, filtering)
    samples = [axis for _ in range(300) for axis in bus.after(1000).axes()]
    assert stdev(samples) / 16384 == pytest.approx(400e-6 * hz**0.5, rel=0.15)
    assert abs(fmean(samples)) < 5 * stdev(samples) / 30


@pytest.mark.parametrize(
    ("filtering", "divider", "period_us"), [(0, 0, 125), (7, 3, 500), (1, 0, 1000), (4, 9, 10_000), (6, 255, 256_000)]
)
def test_data_is_ready_at_the_sample_rate_and_until_it_is_read(filtering, divider, period_us):
    bus = Bus()
    bus.write(DIVIDER, divider)
    bus.write(CONFIG, filtering)
    assert bus.after(period_us - 1).ready() == 0
    assert bus.after(1).ready() == 1
    assert bus.ready() == 0
    assert bus.after(period_us - 1).ready() == 0
    assert bus.after(1).ready() == 1


def test_data_ready_is_a_source_that_must_be_enabled():
    bus = Bus()
    bus.write(INT_ENABLE, 0)
    assert bus.after(5000).ready() == 0


def test_the_sample_changes_at_the_sample_rate_only():
    bus = Bus()
    bus.write(DIVIDER, 9)
    first = bus.after(10_000).axes()
    bus.acceleration = (G, G, 0.0)
    assert bus.after(9_999).axes() == first
    assert bus.after(1).axes() != first


def test_one_transfer_reads_status_and_values_of_one_sample():
    bus = Bus().after(5000)
    data = bus.read(INT_STATUS, 15)
    assert data[0] == 1
    assert data[1:] == bus.read(ACCELERATION, 14)


def test_a_sample_taken_before_the_settings_change_is_still_there_to_read():
    bus = Bus().after(1000)
    bus.write(ACCEL_CONFIG, 0x18)
    bus.write(DIVIDER, 255)
    assert bus.ready() == 1
    assert bus.axes()[2] == pytest.approx(16384, abs=100)


def test_the_registers_follow_one_another_in_writing_too():
    bus = Bus()
    assert bus.write(DIVIDER, 1, 2, 3, 4)
    assert bus.read(DIVIDER, 4) == b"\1\2\3\4"


def test_what_is_measured_cannot_be_written():
    bus = Bus(awake=False)
    assert bus.write(WHO_AM_I, 0)
    assert bus.write(ACCELERATION, 1, 2)
    assert (bus.read(WHO_AM_I), bus.read(ACCELERATION, 2)) == (b"\x68", b"\0\0")


def test_the_temperature_is_a_rooms_and_the_gyroscope_rests():
    bus = Bus().after(1000)
    raw = int.from_bytes(bus.read(TEMPERATURE, 2), "big", signed=True)
    assert raw / 340 + 36.53 == pytest.approx(25, abs=0.01)
    assert all(abs(axis / 131) < 6 * 0.005 * 5**0.5 + 0.01 for axis in bus.axes(GYRO))


def test_absent_it_acknowledges_nothing_and_keeps_its_settings():
    bus = Bus()
    bus.fault.begin("absent", None)
    assert not bus.write(CONFIG, 0)
    assert bus.read(WHO_AM_I) is None
    bus.fault.end()
    assert bus.read(CONFIG) == b"\6"


def test_making_no_sense_every_byte_is_all_ones():
    bus = Bus().after(1000)
    bus.fault.begin("nan", None)
    assert bus.read(INT_STATUS, 15) == b"\xff" * 15
    assert bus.read(WHO_AM_I) == b"\xff"


def test_stalled_no_data_is_ready_and_the_registers_are_frozen():
    bus = Bus().after(1000)
    last = bus.axes()
    bus.fault.begin("stall", None)
    bus.acceleration = (G, G, G)
    assert bus.after(5000).ready() == 0
    assert bus.axes() == last
    assert bus.write(CONFIG, 0)
    assert bus.read(CONFIG) == b"\6"
    bus.fault.end()
    assert bus.ready() == 1
    assert bus.axes() != last


def test_stuck_its_data_is_ready_and_always_the_same_to_the_last_bit():
    bus = Bus().after(1000)
    last = bus.read(ACCELERATION, 14)
    bus.fault.begin("stuck", None)
    bus.acceleration = (G, G, G)
    for _ in range(5):
        assert bus.after(1000).ready() == 1
        assert bus.read(ACCELERATION, 14) == last


def test_noisy_its_readings_leap_by_up_to_40_metres_per_second_squared():
    bus = Bus((0.0, 0.0, 0.0))
    bus.write(ACCEL_CONFIG, 0x18)
    bus.fault.begin("noisy", None)
    leaps = [abs(axis) * G / 2048 for _ in range(50) for axis in bus.after(1000).axes()]
    assert 30 < max(leaps) < 40.1
