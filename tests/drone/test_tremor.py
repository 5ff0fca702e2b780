"""How hard the drone is shaken: the level against sine shakes, at rest, and after a knock."""

from math import hypot, pi, sin
from random import Random

import pytest
from drone.board_world import BoardWorld
from hypothesis import given
from hypothesis import strategies as st

G = 9807
FULL = 39_228  # 4 g, in mm/s2
PER_SECOND = 20
WORLD = BoardWorld()
tremor = WORLD.load("kelex_drone.tremor")


def at_rest(x=0, y=0, z=G, seconds=3):
    still = tremor.Tremor()
    for _ in range(seconds * PER_SECOND):
        still.put(x, y, z)
    return still


class Small(int):
    """A whole number that the board holds without heap, as are all that come of it."""

    def __new__(cls, value):
        assert -(1 << 30) <= value < 1 << 30, f"{value} takes heap"
        return super().__new__(cls, value)


def _watched(name):
    plain = getattr(int, name)

    def watched(self, *others):
        result = plain(self, *others)
        return result if result is NotImplemented else Small(result)

    return watched


for _name in ("add", "sub", "mul", "rshift", "lshift", "floordiv", "radd", "rsub", "rmul"):
    setattr(Small, f"__{_name}__", _watched(f"__{_name}__"))
for _name in ("neg", "abs"):
    setattr(Small, f"__{_name}__", _watched(f"__{_name}__"))


def test_at_rest_the_level_is_nothing_however_it_stands():
    assert at_rest().level == 0
    assert at_rest(-3000, 5000, -7000).level <= 1


def test_the_first_reading_is_the_mean():
    fresh = tremor.Tremor()
    fresh.put(500, -600, G)
    assert fresh.level == 0
    fresh.put(500, -600, G)
    assert fresh.level == 0


def test_with_the_chips_noise_the_level_stays_under_100():
    # 400 ug per root of a hertz (PS-MPU-6000A-00, 6.2), at 21 Hz.
    noise, random = 400e-6 * 21**0.5 * G, Random(0)
    still = at_rest()
    levels = []
    for _ in range(300 * PER_SECOND):
        still.put(*(round(random.gauss(mean, noise)) for mean in (0, 0, G)))
        levels.append(still.level)
    assert max(levels) < 100
    assert max(levels) > noise


@given(
    amplitude=st.integers(100, 20_000),
    hz=st.floats(2, 8),
    phase=st.floats(0, 2 * pi),
    way=st.sampled_from([(1, 0, 0), (0, 1, 0), (0, 0, 1), (0.6, 0, 0.8), (2 / 3, -1 / 3, 2 / 3)]),
)
def test_a_shake_gives_six_to_eleven_tenths_of_its_amplitude(amplitude, hz, phase, way):
    shaken = at_rest()
    for i in range(3 * PER_SECOND):
        swing = amplitude * sin(2 * pi * hz * i / PER_SECOND + phase)
        shaken.put(round(swing * way[0]), round(swing * way[1]), G + round(swing * way[2]))
        # After five readings the shake has shown itself, whatever its phase.
        if i >= 5:
            assert 0.6 * amplitude - 5 <= shaken.level <= 1.1 * amplitude + 5


def test_the_level_rises_at_once_and_fades_with_half_a_second():
    knocked = at_rest()
    knocked.put(3000, 0, G)
    assert knocked.level == 3000
    fading = []
    for _ in range(PER_SECOND):
        knocked.put(0, 0, G)
        fading.append(knocked.level)
    assert fading[9] == pytest.approx(3000 / 2.718, rel=0.1)
    assert fading[19] == pytest.approx(3000 / 2.718**2, rel=0.15)


def test_the_mean_follows_a_new_attitude_with_two_seconds():
    tilted = at_rest()
    far = hypot(G, G)
    levels = []
    for _ in range(12 * PER_SECOND):
        tilted.put(G, 0, 0)
        levels.append(tilted.level)
    assert levels[0] == pytest.approx(far, abs=30)
    assert levels[2 * PER_SECOND] == pytest.approx(far / 2.718, rel=0.15)
    assert levels[-1] < 100


def test_a_reset_starts_over_from_the_next_reading():
    shaken = at_rest()
    shaken.put(9000, 0, 0)
    shaken.reset()
    assert shaken.level == 0
    shaken.put(-5000, 0, 5000)
    assert shaken.level == 0


@given(*[st.integers(-2 * FULL, 2 * FULL)] * 3)
def test_the_length_is_that_of_the_vector(x, y, z):
    assert tremor.length(x, y, z) == pytest.approx(hypot(x, y, z), abs=1 if max(map(abs, (x, y, z))) < 9460 else 45)


@given(st.lists(st.tuples(*[st.sampled_from([-FULL, -9460, -1, 0, 9459, FULL])] * 3), max_size=40))
def test_no_number_on_the_way_takes_heap(readings):
    shaken = tremor.Tremor()
    for x, y, z in readings:
        shaken.put(Small(x), Small(y), Small(z))
    assert shaken.level <= 2 * FULL * 1.75


@pytest.mark.parametrize("axis", [9459, 9460, 18_918, FULL, 2 * FULL])
def test_no_number_within_the_root_takes_heap(axis, monkeypatch):
    # It squares powers of two until they reach its argument: up to 2^28 that ends at 2^28, beyond it at 2^30.
    squares = []
    monkeypatch.setattr(tremor, "isqrt", lambda n: squares.append(n) or 0)
    tremor.length(axis, -axis, axis)
    assert 0 < squares[0] <= 1 << 28


def test_the_watch_over_numbers_does_see_a_large_one():
    with pytest.raises(AssertionError, match="takes heap"):
        Small(FULL) * Small(FULL)
