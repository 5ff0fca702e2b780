"""The watch over the infant's sleep: a cry at the microphone becomes events, once each."""

from array import array

import pytest
from drone.drone_rig import FakeConverter
from kelex_drone.listening import Listening
from kelex_sim.sounds import cry_samples
from kelex_wire import schema

FRAME, REST = 256, 2048
QUIET = array("H", [REST + i % 3 for i in range(FRAME)])


class FakeMelody:
    playing = False


class FakeLink:
    def __init__(self):
        self.told = []

    def notice(self, now_ms, number, *values):
        self.told.append((number, *values))


class Bench:
    def __init__(self):
        self.link, self.converter, self.melody = FakeLink(), FakeConverter(), FakeMelody()
        self.listening = Listening(self.link, self.converter, self.melody)

    def cries(self, seconds):
        samples = [REST + round(900 * value) for value in cry_samples()]
        for n in range(round(seconds * 8000 / FRAME)):
            at = n * FRAME % (len(samples) - FRAME)
            self.plays(array("H", samples[at : at + FRAME]))

    def is_quiet(self, seconds):
        for _ in range(round(seconds * 8000 / FRAME)):
            self.plays(QUIET)

    def plays(self, frame):
        self.converter.frames.append(frame)
        if self.listening.awake:
            self.listening.step(0)
        else:
            self.listening.watch(0)


@pytest.fixture
def bench():
    return Bench()


def test_a_cry_is_told_when_it_begins_and_when_it_is_over(bench):
    bench.is_quiet(1)
    assert not bench.listening.awake
    bench.cries(4)
    assert bench.link.told == [(schema.CRY, 1)]
    assert bench.listening.crying == 1
    bench.is_quiet(8)
    assert bench.link.told == [(schema.CRY, 1), (schema.CRY, 0)]
    assert not bench.listening.awake


def test_quiet_frames_are_done_with_at_a_look(bench):
    bench.converter.frames += [QUIET] * 3
    bench.listening.watch(0)
    assert bench.converter.frames == []


def test_the_frame_that_rouses_it_waits_for_a_step_of_its_own(bench):
    bench.converter.frames.append(array("H", [REST - 500, REST + 500] * (FRAME // 2)))
    bench.listening.watch(0)
    assert bench.listening.awake
    assert len(bench.converter.frames) == 1


def test_what_its_own_buzzer_sounds_is_no_cry(bench):
    bench.melody.playing = True
    bench.cries(4)
    assert bench.link.told == []
    bench.melody.playing = False
    bench.cries(4)
    assert bench.link.told == [(schema.CRY, 1)]
