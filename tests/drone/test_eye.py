"""What the eye shows, over time."""

from itertools import pairwise

import pytest
from kelex_drone.eye import BLINK, BLINK_MS, BREATH_MS, BREATHE, IDENTIFY_MS, SCAN, SCAN_MS, STEADY, Eye
from kelex_wire import schema

TICKS = 1 << 30
PIXELS = 8
ORANGE = 0xFF8000
STEP_MS = 50


class Watched:
    """An Eye that is stepped every STEP_MS; `at` is what its pixels show then, as (red, green, blue)."""

    def __init__(self, start_ms=0):
        self.eye = Eye(PIXELS)
        self.now_ms = start_ms
        self.changes = 0
        self.step()

    def step(self):
        self.changes += self.eye.step(self.now_ms)

    def set(self, color, effect):
        self.eye.set(self.now_ms, color, effect)
        self.step()
        return self

    def identify(self):
        self.eye.identify(self.now_ms)
        self.step()
        return self

    def run(self, ms, step_ms=STEP_MS):
        """What was shown at each step."""
        shown = []
        for _ in range(ms // step_ms):
            self.now_ms = (self.now_ms + step_ms) % TICKS
            self.step()
            shown.append(self.pixels())
        return shown

    def pixels(self):
        data = self.eye.data
        return [(data[i + 1], data[i], data[i + 2]) for i in range(0, 3 * PIXELS, 3)]


def whole(color):
    return [(color >> 16, color >> 8 & 255, color & 255)] * PIXELS


DARK, WHITE = whole(0), whole(0xFFFFFF)


@pytest.fixture(params=[0, TICKS - 700])
def eye(request):
    return Watched(request.param)


def test_the_effects_are_numbered_as_on_the_wire():
    assert [schema.EYE_EFFECTS[effect] for effect in (STEADY, BREATHE, BLINK, SCAN)] == [
        "steady", "breathe", "blink", "scan",
    ]  # fmt: skip


def test_it_is_dark_at_first_and_that_is_sent_once(eye):
    eye.run(5000)
    assert (eye.pixels(), eye.changes) == (DARK, 1)


def test_a_steady_colour_is_shown_at_once_as_it_is_and_sent_once(eye):
    eye.set(ORANGE, STEADY)
    eye.run(5000)
    assert (eye.pixels(), eye.changes) == (whole(ORANGE), 2)


@pytest.mark.parametrize("effect", [STEADY, BLINK, SCAN])
def test_another_colour_in_the_same_effect_is_shown_at_once(eye, effect):
    eye.set(ORANGE, effect)
    eye.set(0x0000FF, effect)
    assert (0, 0, 255) in eye.pixels()
    assert not [pixel for pixel in eye.pixels() if pixel[0]]


def test_blinking_is_half_a_second_on_and_as_long_off(eye):
    eye.set(ORANGE, BLINK)
    shown = eye.run(4 * BLINK_MS)
    half = BLINK_MS // STEP_MS
    assert (
        shown
        == ([whole(ORANGE)] * (half - 1) + [DARK] * half + [whole(ORANGE)] * half + [DARK] * half + [whole(ORANGE)])[
            : len(shown)
        ]
    )


def test_breathing_rises_from_dark_to_full_in_half_a_breath_and_fades_as_evenly(eye):
    eye.set(ORANGE, BREATHE)
    assert eye.pixels() == DARK
    red = [pixels[0][0] for pixels in eye.run(2 * BREATH_MS)]
    breath = BREATH_MS // STEP_MS
    assert red[:breath] == red[breath:]
    assert red[breath // 2 - 1] == 255
    assert red[breath - 1] <= 1
    assert red[: breath // 2] == sorted(red[: breath // 2])
    assert red[breath // 2 : breath] == sorted(red[breath // 2 : breath], reverse=True)
    assert max(abs(b - a) for a, b in pairwise(red)) <= 255 * STEP_MS // (BREATH_MS // 2) + 1


def test_breathing_keeps_the_colour(eye):
    eye.set(0x804000, BREATHE)
    for red, green, blue in (pixels[0] for pixels in eye.run(BREATH_MS)):
        assert abs(red - 2 * green) <= 1
        assert blue == 0


def test_scanning_goes_from_pixel_to_pixel_and_back(eye):
    eye.set(0xFF0000, SCAN)
    lit = [pixels.index((255, 0, 0)) for pixels in [eye.pixels(), *eye.run(28 * SCAN_MS, SCAN_MS)]]
    there_and_back = [*range(PIXELS), *range(PIXELS - 2, 0, -1)]
    assert lit == [*there_and_back, *there_and_back, 0]


def test_scanning_has_one_bright_pixel_and_dimmer_ones_the_farther_they_are(eye):
    eye.set(0xFF0000, SCAN)
    for pixels in eye.run(3000):
        red = [pixel[0] for pixel in pixels]
        at = red.index(255)
        assert red.count(255) == 1
        assert [level for i, level in enumerate(red) if abs(i - at) == 1] == [31] * (1 if at in (0, PIXELS - 1) else 2)
        assert {level for i, level in enumerate(red) if abs(i - at) > 1} == {3}


def test_identifying_blinks_white_for_its_time(eye):
    eye.set(ORANGE, STEADY).identify()
    assert eye.pixels() == WHITE
    shown = eye.run(IDENTIFY_MS - STEP_MS)
    blinks = sum(a == DARK and b == WHITE for a, b in pairwise(shown))
    assert all(pixels in (WHITE, DARK) for pixels in shown)
    assert blinks == IDENTIFY_MS // 500 - 1


# The last step within the time may be in the white or in the dark half; the step after it may come late.
@pytest.mark.parametrize("step_ms", [50, 70, 300, 700, 1000])
@pytest.mark.parametrize("effect", [STEADY, BLINK, BREATHE, SCAN])
def test_after_identifying_it_shows_again_what_it_showed(eye, effect, step_ms):
    other = Watched(eye.now_ms).set(ORANGE, effect)
    eye.set(ORANGE, effect).identify()
    steps_ms = (IDENTIFY_MS // step_ms + 1) * step_ms
    eye.run(steps_ms, step_ms)
    other.run(steps_ms, step_ms)
    assert eye.pixels() == other.pixels()


def test_a_colour_that_is_set_while_identifying_is_shown_afterwards(eye):
    eye.identify().set(ORANGE, STEADY)
    assert eye.pixels() == WHITE
    eye.run(IDENTIFY_MS)
    assert eye.pixels() == whole(ORANGE)


def test_identifying_again_begins_its_time_anew(eye):
    eye.identify()
    eye.run(2000)
    eye.identify()
    assert WHITE in eye.run(2500)[-10:]
    eye.run(600)
    assert eye.pixels() == DARK
