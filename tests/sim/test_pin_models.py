"""What sits at a pin: contacts, analogue inputs, and what the drone shows and sounds."""

from random import Random
from statistics import fmean, stdev

import pytest
from kelex_sim.board import FLOATING
from kelex_sim.chips.analogue import FULL_V, NOISE_V, AnalogueModel
from kelex_sim.chips.contact import ContactModel
from kelex_sim.chips.fault import KINDS, Fault
from kelex_sim.chips.outputs import BuzzerModel, PixelsModel, RelayModel

READS = 400


class Bench:
    """A contact and an analogue input with one fault; `level` and `volts` are what they find."""

    def __init__(self):
        self.now_us, self.level, self.volts = 0, 0, 1.0
        self.fault = Fault(lambda: self.now_us, Random(1))
        self.contact = ContactModel(lambda: self.level, self.fault, Random(2))
        self.analogue = AnalogueModel(lambda: self.volts, self.fault, Random(3), leap_v=0.5)

    def reads(self):
        return [self.contact.read() for _ in range(READS)]

    def samples(self, count=READS):
        """Readings as voltages."""
        return [self.analogue.sample() / 65535 * FULL_V for _ in range(count)]


@pytest.fixture
def bench():
    return Bench()


# A contact


def test_a_sound_contact_says_what_is_so(bench):
    for bench.level in (0, 1, 0):
        assert set(bench.reads()) == {bench.level}


@pytest.mark.parametrize("level", [0, 1])
@pytest.mark.parametrize(("kind", "seen"), [("absent", {FLOATING}), ("stuck", {1}), ("stall", {1})])
def test_a_faulty_contact_says_the_same_whatever_is_so(bench, kind, seen, level):
    bench.fault.begin(kind, None)
    bench.level = level
    assert set(bench.reads()) == seen


@pytest.mark.parametrize("kind", ["nan", "noisy"])
def test_a_chattering_contact_is_high_half_of_the_time(bench, kind):
    bench.fault.begin(kind, None)
    assert fmean(bench.reads()) == pytest.approx(0.5, abs=0.1)


def test_a_contact_that_is_active_when_low_sticks_low(bench):
    door = ContactModel(lambda: 1, bench.fault, Random(1), stuck_level=0)
    bench.fault.begin("stuck", None)
    assert door.read() == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_contact_and_a_converter_are_sound_again_when_the_fault_ends(bench, kind):
    bench.samples()
    bench.fault.begin(kind, 1)
    bench.samples()
    bench.now_us = 1_000_000
    assert set(bench.reads()) == {0}
    assert fmean(bench.samples()) == pytest.approx(1.0, abs=0.001)


# An analogue input


@pytest.mark.parametrize("volts", [0.05, 0.3, 1.65, 3.2])
def test_a_voltage_reads_as_itself_with_the_converters_noise(bench, volts):
    bench.volts = volts
    samples = bench.samples(4000)
    assert fmean(samples) == pytest.approx(volts, abs=0.001)
    assert stdev(samples) == pytest.approx(NOISE_V, rel=0.1)


def test_twelve_bits_are_repeated_below_to_fill_sixteen(bench):
    for _ in range(READS):
        reading = bench.analogue.sample()
        assert reading & 0xF == reading >> 12


@pytest.mark.parametrize(("volts", "reading"), [(-1.0, 0), (5.0, 0xFFFF)])
def test_a_voltage_beyond_the_range_reads_as_its_end(bench, volts, reading):
    bench.volts = volts
    assert {bench.analogue.sample() for _ in range(READS)} == {reading}


def test_readings_of_a_voltage_that_stands_still_are_those_of_one_that_does_not(bench):
    """Those of a steady voltage are looked up; that must change no reading."""
    steady = [bench.analogue.sample() for _ in range(READS)]
    other = Bench()
    restless = []
    for i in range(READS):
        other.volts = 1.0 + (i & 1) * 1e-12
        restless.append(other.analogue.sample())
    assert steady == restless


def test_a_voltage_that_steps_after_a_long_rest_is_seen_at_once(bench):
    bench.samples()
    bench.volts = 2.0
    assert bench.samples(1)[0] == pytest.approx(2.0, abs=0.02)


@pytest.mark.parametrize("kind", ["stuck", "stall"])
@pytest.mark.parametrize("before", [1, READS])
def test_a_stuck_converter_says_its_last_reading_to_the_last_bit(bench, kind, before):
    last = [bench.analogue.sample() for _ in range(before)][-1]
    bench.fault.begin(kind, None)
    bench.volts = 3.0
    assert {bench.analogue.sample() for _ in range(READS)} == {last}


def test_a_cut_cable_reads_as_nearly_nothing_and_a_short_to_the_supply_as_all(bench):
    bench.fault.begin("absent", None)
    assert max(bench.samples()) < 0.02
    bench.fault.begin("nan", None)
    assert {bench.analogue.sample() for _ in range(READS)} == {0xFFFF}


def test_a_noisy_input_leaps_about_its_voltage(bench):
    bench.fault.begin("noisy", None)
    samples = bench.samples()
    assert min(samples) < 0.6
    assert max(samples) > 1.4
    assert fmean(samples) == pytest.approx(1.0, abs=0.05)


# Outputs


def test_a_pixel_shows_red_green_blue_of_what_comes_as_green_red_blue():
    eye = PixelsModel()
    assert (eye.colors, eye.brightest) == ([], "#000000")
    eye.take(bytes((0x02, 0x01, 0x03, 0x20, 0x10, 0x30)))
    assert eye.colors == ["#010203", "#102030"]
    assert eye.brightest == "#102030"


def test_a_row_keeps_its_colours_until_it_is_sent_others():
    eye = PixelsModel()
    eye.take(bytes(24))
    assert eye.colors == ["#000000"] * 8
    eye.take(b"\xff" * 24)
    assert eye.colors == ["#ffffff"] * 8


def test_a_buzzer_sounds_at_its_pulses_frequency_and_not_without_pulses():
    buzzer = BuzzerModel()
    assert buzzer.hz == 0
    buzzer.drive(500.0, 1000)
    assert buzzer.hz == 1000
    buzzer.drive(0.0, 1000)
    assert buzzer.hz == 0


def test_a_relay_follows_its_pin():
    relay = RelayModel()
    assert not relay.on
    for level in (1, 0):
        relay.drive(level)
        assert relay.on == bool(level)
