"""The converter on a simulated board: the microphone runs by itself, undisturbed by what is read in between."""

from array import array

import pytest
from drone.board_world import BoardWorld
from kelex_drone import board

SAMPLE_US, FRAME = 125, 256
LIGHT_COUNTS = 3000


class Bench:
    """The nth sample of the microphone is n, in twelve bits; the light sensor always gives LIGHT_COUNTS."""

    def __init__(self):
        self.world = BoardWorld()
        self.heard = 0
        self.world.board.wire_analogue(board.MICROPHONE_PIN, lambda: 0, self._samples)
        self.world.board.wire_analogue(board.LIGHT_PIN, lambda: LIGHT_COUNTS << 4)
        self.driver = self.world.load("kelex_drone.drivers.converter")
        self.converter = self.driver.Converter(board.MICROPHONE_PIN)

    def _samples(self, age_us, count):
        first = (self.world.now_us - age_us) // SAMPLE_US - 1
        return array("H", [(first + i) & 0xFFF for i in range(count)])

    def after(self, samples):
        self.world.now_us += samples * SAMPLE_US

    def taken(self):
        """Of each frame that waits, its first and last sample."""
        frames = []
        while self.converter.waiting():
            frame = self.converter.frame()
            assert len(frame) == FRAME
            frames.append((frame[0], frame[-1]))
            self.converter.next()
        return frames


@pytest.fixture
def bench():
    return Bench()


def test_frames_come_whole_and_one_after_the_other(bench):
    bench.after(FRAME - 1)
    assert bench.taken() == []
    bench.after(1)
    assert bench.taken() == [(0, 255)]
    bench.after(2 * FRAME + 100)
    assert bench.taken() == [(256, 511), (512, 767)]
    bench.after(FRAME - 100)
    assert bench.taken() == [(768, 1023)]
    assert bench.converter.lost == 0


def test_who_looks_each_50_ms_misses_nothing(bench):
    frames = []
    for _ in range(200):
        bench.after(400)
        frames += bench.taken()
    assert [first for first, _ in frames] == [n * FRAME & 0xFFF for n in range(len(frames))]
    assert len(frames) == 200 * 400 // FRAME


def test_frames_that_nobody_took_in_time_are_counted_and_the_newest_is_whole(bench):
    bench.after(6 * FRAME)
    assert bench.taken() == [(5 * FRAME, 6 * FRAME - 1)]
    assert bench.converter.lost == 5


def test_another_input_is_read_in_between_and_the_microphone_goes_on(bench):
    for _ in range(10):
        bench.after(100)
        assert bench.converter.read(board.LIGHT_PIN, 4) == 4 * LIGHT_COUNTS
    bench.after(24)
    assert bench.taken()[-1] == (768, 1023)
    assert LIGHT_COUNTS not in bench.converter.ring


def test_the_newest_sample_is_the_last_that_came(bench):
    for samples in (1, 5, 700, 400):
        bench.after(samples)
        assert bench.converter.ring[bench.converter.newest()] == bench.world.now_us // SAMPLE_US - 1 & 0xFFF


def test_it_starts_anew_when_the_count_is_used_up(bench):
    bench.driver._COUNT = 2 * FRAME
    bench.converter._start()
    bench.after(5 * FRAME)
    assert bench.converter.waiting() == 0
    bench.after(FRAME)
    assert len(bench.taken()) == 1
