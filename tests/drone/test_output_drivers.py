"""Buzzer, relay and pixels on a simulated board: what their pins do."""

import pytest
from drone.board_world import BoardWorld
from kelex_drone import board
from kelex_sim.chips.outputs import BuzzerModel, PixelsModel, RelayModel
from kelex_wire.tones import HZ_LEAST, HZ_MOST


class Bench:
    """The three outputs' models on their pins; `pulses` are the buzzer's, as (pulse_us, hz)."""

    def __init__(self):
        self.world = BoardWorld()
        self.buzzer, self.relay, self.pixels = BuzzerModel(), RelayModel(), PixelsModel()
        self.pulses, self.levels, self.streams = [], [], []
        self.world.board.wire_pwm(board.BUZZER_PIN, self.pulse)
        self.world.board.wire_output(board.HOLODISK_PIN, self.level)
        self.world.board.wire_stream(board.EYE_PIN, self.stream)

    def pulse(self, pulse_us, hz):
        self.pulses.append((pulse_us, hz))
        self.buzzer.drive(pulse_us, hz)

    def level(self, level):
        self.levels.append(level)
        self.relay.drive(level)

    def stream(self, data):
        self.streams.append(data)
        self.pixels.take(data)

    def load(self, name, *arguments):
        module = self.world.load(f"kelex_drone.drivers.{name.lower()}")
        return getattr(module, name)(*arguments)


@pytest.fixture
def bench():
    return Bench()


def test_a_buzzer_is_silent_at_first(bench):
    bench.load("Buzzer", board.BUZZER_PIN)
    assert all(pulse_us == 0 for pulse_us, _ in bench.pulses)
    assert bench.buzzer.hz == 0


@pytest.mark.parametrize("hz", [HZ_LEAST, 440, 1319, HZ_MOST])
def test_a_tone_is_a_square_wave_of_its_frequency(bench, hz):
    bench.load("Buzzer", board.BUZZER_PIN).sound(hz)
    assert bench.buzzer.hz == hz
    pulse_us, at_hz = bench.pulses[-1]
    assert (at_hz, pulse_us) == (hz, pytest.approx(1e6 / hz / 2, rel=1e-3))


def test_after_a_tone_it_is_silent_and_sounds_again(bench):
    buzzer = bench.load("Buzzer", board.BUZZER_PIN)
    heard = []
    for hz in (440, 0, 0, 880, 660, 0):
        buzzer.sound(hz)
        heard.append(bench.buzzer.hz)
    assert heard == [440, 0, 0, 880, 660, 0]


def test_a_new_tone_after_silence_makes_no_sound_of_another_pitch_first(bench):
    buzzer = bench.load("Buzzer", board.BUZZER_PIN)
    buzzer.sound(440)
    buzzer.sound(0)
    bench.pulses.clear()
    buzzer.sound(2000)
    assert {hz for pulse_us, hz in bench.pulses if pulse_us > 0} == {2000}


def test_a_relay_is_off_at_first_and_follows(bench):
    relay = bench.load("Relay", board.HOLODISK_PIN)
    assert (bench.relay.on, bench.levels) == (False, [0])
    for on in (1, 0, 1):
        relay.switch(on)
        assert bench.relay.on == bool(on)


def test_pixels_are_made_dark_at_the_start_whatever_they_showed_before(bench):
    bench.pixels.take(bytes([255]) * 24)
    bench.load("Pixels", board.EYE_PIN, board.EYE_PIXELS)
    assert bench.pixels.colors == ["#000000"] * board.EYE_PIXELS


def test_the_eyes_colour_reaches_the_pixels_as_red_green_and_blue(bench):
    pixels = bench.load("Pixels", board.EYE_PIN, board.EYE_PIXELS)
    eye = bench.world.load("kelex_drone.eye").Eye(board.EYE_PIXELS)
    eye.set(0, 0x123456, 0)
    assert eye.step(0)
    pixels.show(eye.data)
    assert bench.pixels.colors == ["#123456"] * board.EYE_PIXELS
    assert len(bench.streams[-1]) == 3 * board.EYE_PIXELS


def test_a_reset_of_the_board_silences_the_buzzer_and_lets_go_of_the_relay(bench):
    bench.load("Buzzer", board.BUZZER_PIN).sound(440)
    bench.load("Relay", board.HOLODISK_PIN).switch(1)
    bench.world.board.reset(3)
    assert (bench.buzzer.hz, bench.relay.on) == (0, False)
