"""What the ear makes of sounds: a cry is heard whatever its loudness, and nothing else is taken for one."""

import math
from array import array
from random import Random

import pytest
from kelex_drone.hearing import waves
from kelex_drone.hearing.ear import FRAME_MS, GATE, Ear, energy
from kelex_drone.hearing.spectrum import Spectrum
from kelex_sim.sounds import cry_samples

RATE, FRAME, REST = 8000, 256, 2048
CRY = [2000 * sample for sample in cry_samples()] * 2


def sampled(swing, seed=1):
    """12-bit samples of a swing in counts, with the converter's noise."""
    random = Random(seed)
    return array("H", [min(max(REST + round(value + random.gauss(0, 2)), 0), 4095) for value in swing])


def heard(ear, samples):
    """(seconds, crying) at each change."""
    words, changes = memoryview(samples), []
    for frame in range(len(samples) // FRAME):
        if ear.hear(words[frame * FRAME : (frame + 1) * FRAME]):
            changes.append(((frame + 1) * FRAME_MS / 1000, ear.crying))
    return changes


def tone(hz, seconds, amplitude=600):
    return [amplitude * math.sin(2 * math.pi * hz * i / RATE) for i in range(round(seconds * RATE))]


SILENCE = [0.0] * (8 * RATE)


@pytest.mark.parametrize("loud", [0.03, 0.1, 0.4, 1.0, 3.0])  # of full swing; three times that is cut off at the rails
def test_a_cry_is_heard_within_three_seconds_and_over_some_seconds_after_its_end(loud):
    changes = heard(Ear(), sampled([loud * value for value in CRY] + SILENCE))
    assert [crying for _, crying in changes] == [True, False]
    assert changes[0][0] <= 3.0
    assert 3.0 <= changes[1][0] - len(CRY) / RATE <= 7.5


@pytest.mark.parametrize("hz", [100, 440, 1000, 3000])
def test_a_tone_is_no_cry(hz):
    assert heard(Ear(), sampled(tone(hz, 10))) == []


@pytest.mark.parametrize("amplitude", [3, 30, 300, 1500])
def test_noise_is_no_cry(amplitude):
    random = Random(2)
    assert heard(Ear(), sampled([random.gauss(0, amplitude) for _ in range(20 * RATE)])) == []


def test_in_quiet_nothing_is_transformed():
    ear = Ear()
    assert heard(ear, sampled(SILENCE)) == []
    assert not ear.listening
    assert ear._passage.count == 0


@pytest.mark.parametrize("hz", [31.25, 250, 500, 571, 1000, 1143, 2000, 3000, 3500])
def test_no_tone_is_lost_on_the_gate(hz):
    # A microphone is never so exact as that a tone would stand still on the samples that are looked at.
    assert energy(sampled(tone(hz + 0.7, 1))[:FRAME]) >= GATE


def test_a_tones_power_is_in_its_band_alone():
    spectrum = Spectrum()
    spectrum.take(sampled(tone(40 * RATE / FRAME, 0.1, 1000))[:FRAME])
    low, high = (memoryview(words).cast("H") for words in (spectrum.low, spectrum.high))
    power = [a + 65536 * b for a, b in zip(low, high, strict=True)]
    assert power.index(max(power)) == 40
    assert sum(power[39:42]) > 0.999 * sum(power)


def test_the_waves_are_those_of_their_formulas():
    sines = array("H", [round(16384 * (1 + math.sin(2 * math.pi * k / FRAME))) for k in range(192)])
    assert sines.tobytes() == waves.SINES
    assert (
        bytes([round(255 * (1 - math.cos(2 * math.pi * (k + 0.5) / FRAME)) / 2) for k in range(FRAME)]) == waves.WINDOW
    )
    angles = [math.pi * (j + 1) * (k + 0.5) / 20 for j in range(12) for k in range(20)]
    assert bytes([128 + round(127 * math.cos(angle)) for angle in angles]) == waves.COSINES
