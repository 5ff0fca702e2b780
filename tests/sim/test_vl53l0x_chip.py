"""The VL53L0X at its registers, against its datasheet (DocID029104) and what ST's API (UM2039) does with it."""

from random import Random
from statistics import mean, stdev

import pytest
from kelex_sim.chips.fault import Fault
from kelex_sim.chips.vl53l0x import GOOD_SPADS, SPADS, STOP, Vl53l0xChip

ADDRESS = 0x29
BUDGET_US = 34_000  # a measurement is done by then
COMPLETE, NO_TARGET, NO_VHV = 11, 4, 3


class Bus:
    """A master for one chip that looks at a wall."""

    def __init__(self, distance_mm=500.0):
        self.now_us = 0
        self.distance_mm = distance_mm
        self.fault = Fault(lambda: self.now_us, Random(1))
        self.chip = Vl53l0xChip(ADDRESS, lambda: self.now_us, lambda: self.distance_mm, self.fault, Random(2))

    def write(self, *pairs):
        """Write registers, each with a transfer of its own: a register, its value, the next register..."""
        for register, value in zip(pairs[::2], pairs[1::2], strict=True):
            self.transfer(register, value)

    def transfer(self, register, *values):
        assert self.chip.begin(False)
        for byte in (register, *values):
            assert self.chip.write(byte)
        self.chip.end()

    def read(self, register, count=1):
        """Bytes from a register on, after a repeated start; None without an acknowledgement."""
        if not self.chip.begin(False):
            return None
        self.chip.write(register)
        if not self.chip.begin(True):
            return None
        data = bytes(self.chip.read() for _ in range(count))
        self.chip.end()
        return data

    def calibrate(self):
        """Interrupts on, both calibrations done, the sequence as for ranging."""
        self.write(0x0A, 0x04)
        for sequence, start in ((0x01, 0x41), (0x02, 0x01)):
            self.write(0x01, sequence, 0x00, start)
            self.now_us += BUDGET_US
            assert self.ready()
            self.write(0x0B, 0x01, 0x00, 0x00)
        self.write(0x01, 0xE8)
        return self

    def ready(self):
        return self.read(0x13)[0] & 0x07 == 4

    def result(self):
        """(device range status, range in mm)"""
        data = self.read(0x14, 12)
        return data[0] >> 3 & 0x0F, int.from_bytes(data[10:], "big")

    def ranges(self, count):
        """Results of ranging back to back."""
        self.write(0x00, 0x02)
        results = []
        for _ in range(count):
            self.now_us += BUDGET_US
            assert self.ready()
            results.append(self.result())
            self.write(0x0B, 0x01)
        return results


def test_it_tells_what_it_is():
    assert Bus().read(0xC0, 3) == b"\xee\xaa\x10"


def test_a_transfer_goes_on_with_the_register_after():
    bus = Bus()
    bus.transfer(0x70, 1, 2, 3)
    assert bus.read(0x70, 3) == b"\1\2\3"
    assert bus.read(0x71) == b"\2"


def test_identification_and_results_cannot_be_written():
    bus = Bus()
    bus.write(0xC0, 0, 0x13, 4, 0x14, 11 << 3, 0x1F, 9)
    assert bus.read(0xC0) == b"\xee"
    assert bus.read(0x13, 13) == bytes(13)


def test_a_register_is_another_one_on_another_page():
    bus = Bus()
    bus.write(0x46, 0x25, 0xFF, 1, 0x46, 0x05)
    assert bus.read(0x46) == b"\x05"
    assert bus.read(0xFF) == b"\1"
    bus.write(0xFF, 0)
    assert bus.read(0x46) == b"\x25"


@pytest.mark.parametrize(("force", "page_1_start", "seen"), [(1, 0, STOP), (0, 0, 0), (1, 1, 0)])
def test_the_stop_variable_shows_on_page_1_once_it_is_opened(force, page_1_start, seen):
    bus = Bus()
    bus.write(0x80, force, 0xFF, 1, 0x00, page_1_start)
    assert bus.read(0x91)[0] == seen


def test_the_stop_variable_cannot_be_written_until_it_is_opened():
    bus = Bus()
    bus.write(0xFF, 1, 0x91, STOP ^ 1, 0x80, 1, 0x00, 0)
    assert bus.read(0x91)[0] == STOP
    bus.write(0x91, STOP ^ 1)
    assert bus.read(0x91)[0] == STOP ^ 1


OPENED = (0x80, 1, 0xFF, 6, 0x83, 4, 0xFF, 7, 0x81, 1, 0x94, 0x6B)


def test_the_nvm_says_which_spads_are_the_reference_a_moment_after_the_strobe():
    bus = Bus()
    bus.write(*OPENED, 0x83, 0)
    assert bus.read(0x83) == b"\0"
    bus.now_us += 1000
    assert bus.read(0x83) != b"\0"
    assert bus.read(0x92)[0] == SPADS


@pytest.mark.parametrize("register", [0x80, 0x83, 0x81, 0x94])
def test_the_nvm_is_not_read_while_anything_that_opens_it_is_missing(register):
    bus = Bus()
    pairs = list(zip(OPENED[::2], OPENED[1::2], strict=True))
    bus.write(*(byte for pair in pairs if pair[0] != register for byte in pair), 0x83, 0)
    bus.now_us += 1000
    assert bus.read(0x83) == b"\0"


def test_the_good_spads_can_be_read_and_narrowed():
    bus = Bus()
    assert bus.read(0xB0, 6) == GOOD_SPADS
    bus.transfer(0xB0, 0, 0x10)
    assert bus.read(0xB0, 3) == bytes((0, 0x10, GOOD_SPADS[2]))


def test_it_ranges_back_to_back_and_each_new_sample_interrupts_until_cleared():
    bus = Bus().calibrate()
    bus.write(0x00, 0x02)
    for _ in range(3):
        assert not bus.ready()
        bus.now_us += BUDGET_US
        assert bus.ready()
        assert bus.ready()
        assert bus.result()[0] == COMPLETE
        bus.write(0x0B, 0x01)


def test_back_to_back_samples_are_evenly_spaced_however_seldom_they_are_fetched():
    bus = Bus().calibrate()
    bus.write(0x00, 0x02)
    began_us, seen_us = bus.now_us, []
    for wait_us in [20] * 10_000 + [101_000] + [20] * 10_000:
        bus.now_us += wait_us
        if bus.ready():
            seen_us.append(bus.now_us - began_us)
            bus.write(0x0B, 0x01)
    period_us = seen_us[-1] / 14
    assert period_us == pytest.approx(seen_us[0], abs=20)
    # Of those that came due in the gap there is the last one, seen at the gap's end.
    on_time = [n for n in range(15) if any(abs(at_us - n * period_us) < 40 for at_us in seen_us)]
    assert on_time == [1, 2, 3, 4, 5, 9, 10, 11, 12, 13, 14]
    assert len(seen_us) == len(on_time) + 1


def test_the_default_timing_budget_is_33_ms():
    bus = Bus().calibrate()
    bus.write(0x00, 0x02)
    bus.now_us += 33_000
    assert not bus.ready()
    bus.now_us += 1_000
    assert bus.ready()


def test_a_longer_final_range_takes_longer():
    bus = Bus().calibrate()
    # 593 and 1185 macro periods of 38.1 us.
    bus.write(0x72, 0x94, 0x71, 0x03, 0x00, 0x02)
    bus.now_us += 33_900 + 592 * 38
    assert not bus.ready()
    bus.now_us += 1_000
    assert bus.ready()


@pytest.mark.parametrize(("sequence", "least_us", "most_us"), [(0xE8, 33_000, 34_000), (0xF8, 35_500, 37_000)])
def test_more_steps_in_the_sequence_take_longer(sequence, least_us, most_us):
    bus = Bus().calibrate()
    bus.write(0x01, sequence, 0x00, 0x02)
    bus.now_us += least_us
    assert not bus.ready()
    bus.now_us += most_us - least_us
    assert bus.ready()


def test_a_result_stays_until_the_next_one():
    bus = Bus().calibrate()
    (first,) = bus.ranges(1)
    bus.distance_mm = 900.0
    assert bus.result() == first
    bus.now_us += BUDGET_US
    assert bus.result()[1] > 800


def test_timed_ranging_takes_a_measurement_each_period():
    bus = Bus().calibrate()
    oscillator = int.from_bytes(bus.read(0xF8, 2), "big")
    bus.transfer(0x04, *(200 * oscillator).to_bytes(4, "big"))
    bus.write(0x00, 0x04)
    bus.now_us += BUDGET_US
    assert bus.ready()
    bus.write(0x0B, 0x01)
    bus.now_us += 198_000
    assert not bus.ready()
    bus.now_us += 2_000
    assert bus.ready()


def test_a_single_shot_is_one_measurement_and_its_start_bit_is_gone():
    bus = Bus().calibrate()
    bus.write(0x00, 0x01)
    assert bus.read(0x00) == b"\0"
    bus.now_us += BUDGET_US
    assert bus.ready()
    bus.write(0x0B, 0x01)
    bus.now_us += 10 * BUDGET_US
    assert not bus.ready()


def test_ranging_stops_after_the_measurement_at_hand():
    bus = Bus().calibrate()
    bus.ranges(2)
    bus.write(0x00, 0x01)
    bus.now_us += BUDGET_US
    assert bus.ready()
    bus.write(0x0B, 0x01)
    bus.now_us += 10 * BUDGET_US
    assert not bus.ready()


def test_without_interrupts_it_ranges_and_says_nothing():
    bus = Bus().calibrate()
    bus.write(0x0A, 0x00, 0x00, 0x02)
    bus.now_us += BUDGET_US
    assert not bus.ready()
    assert bus.result()[0] == COMPLETE


@pytest.mark.parametrize("done", [(), ((0x01, 0x41),), ((0x02, 0x01),)])
def test_a_range_is_not_valid_before_both_calibrations(done):
    bus = Bus()
    bus.write(0x0A, 0x04)
    for sequence, start in done:
        bus.write(0x01, sequence, 0x00, start)
        bus.now_us += BUDGET_US
        bus.write(0x0B, 0x01)
    bus.write(0x01, 0xE8)
    assert bus.ranges(1)[0][0] == NO_VHV


def test_it_does_not_range_with_a_wrong_stop_variable():
    bus = Bus().calibrate()
    bus.write(0x80, 1, 0xFF, 1, 0x00, 0, 0x91, 0, 0x00, 1, 0xFF, 0, 0x80, 0, 0x00, 0x02)
    bus.now_us += 10 * BUDGET_US
    assert not bus.ready()
    bus.write(0x80, 1, 0xFF, 1, 0x00, 0, 0x91, STOP, 0x00, 1, 0xFF, 0, 0x80, 0, 0x00, 0x02)
    bus.now_us += BUDGET_US
    assert bus.ready()


@pytest.mark.parametrize(("distance", "sigma"), [(60.0, 2.0), (500.0, 5.0), (1500.0, 15.0)])
def test_ranges_scatter_about_the_truth_as_the_datasheets_accuracy_allows(distance, sigma):
    results = Bus(distance).calibrate().ranges(400)
    assert {status for status, _ in results} == {COMPLETE}
    ranges = [millimetres for _, millimetres in results]
    assert mean(ranges) == pytest.approx(distance, abs=sigma / 4)
    assert stdev(ranges) == pytest.approx(sigma, rel=0.15)


def test_a_range_is_never_negative():
    assert {millimetres for _, millimetres in Bus(0.0).calibrate().ranges(50)} <= set(range(12))


@pytest.mark.parametrize("distance", [None, 2000.1, 9000.0])
def test_nothing_within_2_m_is_no_target_and_8190_mm(distance):
    assert set(Bus(distance).calibrate().ranges(20)) == {(NO_TARGET, 8190)}


def test_a_nearer_target_sends_more_light_back():
    rates = []
    for distance in (200.0, 400.0):
        bus = Bus(distance).calibrate()
        bus.ranges(1)
        rates.append(int.from_bytes(bus.read(0x1A, 2), "big"))
    assert rates[0] > 3 * rates[1] > 0


def test_power_on_gives_every_register_its_default():
    fresh, bus = Bus(), Bus().calibrate()
    bus.ranges(3)
    bus.transfer(0xB0, *bytes(6))
    bus.write(0xFF, 1, 0x00, 0, 0x46, 9)
    bus.chip.reset()
    bus.now_us += 1200
    for page in (0, 1, 6, 7):
        for each in (fresh, bus):
            each.write(0xFF, page)
        assert bus.read(0, 255) == fresh.read(0, 255)
    bus.write(0xFF, 0, 0x0A, 4)
    assert bus.ranges(1)[0][0] == NO_VHV


def test_while_it_boots_it_reads_as_zeros_and_takes_nothing():
    bus = Bus()
    bus.chip.reset()
    bus.now_us += 1199
    bus.write(0x46, 0x99)
    assert bus.read(0xC0, 3) == bytes(3)
    bus.now_us += 1
    assert bus.read(0xC0, 3) == b"\xee\xaa\x10"
    assert bus.read(0x46) != b"\x99"


def test_a_soft_reset_holds_until_released_and_forgets():
    bus = Bus().calibrate()
    bus.write(0x89, 1, 0x00, 0x02, 0xBF, 0)
    bus.now_us += 100_000
    assert bus.read(0xC0) == b"\0"
    bus.write(0xBF, 1)
    bus.now_us += 1200
    assert bus.read(0xC0) == b"\xee"
    assert bus.read(0x89) == b"\0"
    bus.write(0x0A, 4)
    bus.now_us += BUDGET_US
    assert not bus.ready()


def test_an_absent_chip_acknowledges_nothing():
    bus = Bus()
    bus.fault.begin("absent", None)
    assert bus.read(0xC0) is None
    bus.fault.end()
    assert bus.read(0xC0) == b"\xee"


def test_nonsense_is_lines_that_stay_high():
    bus = Bus().calibrate()
    bus.fault.begin("nan", None)
    assert bus.read(0xC0, 3) == b"\xff\xff\xff"
    assert bus.read(0x13, 13) == b"\xff" * 13


def test_a_stalled_chip_is_never_ready():
    bus = Bus().calibrate()
    bus.ranges(1)
    bus.fault.begin("stall", 60)
    bus.now_us += 59_000_000
    assert not bus.ready()
    assert bus.read(0xC0) == b"\xee"
    bus.now_us += 2_000_000
    assert bus.ready()


@pytest.mark.parametrize("distance", [500.0, None])
def test_a_stuck_chip_goes_on_with_its_last_reading_to_the_last_bit(distance):
    bus = Bus(distance).calibrate()
    bus.ranges(3)
    last = bus.read(0x14, 12)
    bus.fault.begin("stuck", None)
    for bus.distance_mm in (300.0, None, 1200.0):
        bus.ranges(1)
        assert bus.read(0x14, 12) == last


def test_a_noisy_chip_leaps_by_up_to_800_mm():
    bus = Bus(1000.0).calibrate()
    bus.fault.begin("noisy", None)
    ranges = [millimetres for _, millimetres in bus.ranges(200)]
    assert min(ranges) < 400
    assert max(ranges) > 1600
    assert all(140 <= each <= 1860 for each in ranges)


def test_a_noisy_chip_sees_what_is_not_there():
    bus = Bus(None).calibrate()
    bus.fault.begin("noisy", None)
    assert {status for status, _ in bus.ranges(50)} == {COMPLETE, NO_TARGET}
