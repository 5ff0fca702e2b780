"""What reaches a drone's sensors from the house, and what happens there for a while."""

from random import Random
from statistics import fmean, stdev

import pytest
from kelex_sim.house import example_house
from kelex_sim.sounds import BREATH_S, BURST_S, cry
from kelex_sim.surroundings import GRAVITY, HAND_MM, REST_V, TREMOR_HZ, WALL_MM, Surroundings

S = 1_000_000


class Bench:
    def __init__(self):
        self.now_us = 0
        self.house = example_house()
        self.around = Surroundings(lambda: self.now_us, Random(1), self.house, "nursery")

    def after(self, seconds):
        self.now_us += round(seconds * S)
        return self.around


@pytest.fixture
def bench():
    return Bench()


@pytest.mark.parametrize(
    ("what", "sense", "rest", "meanwhile"),
    [
        ("ring", "rung", 0, 1),
        ("touch", "touched", 0, 1),
        ("door", "door_closed", 1, 0),
        ("hand", "distance_mm", WALL_MM, HAND_MM),
    ],
)
def test_what_happens_for_a_while_begins_at_once_and_ends_by_itself(bench, what, sense, rest, meanwhile):
    read = getattr(bench.around, sense)
    assert read() == rest
    bench.around.begin(what, 2)
    assert read() == meanwhile
    bench.after(1.999999)
    assert read() == meanwhile
    bench.after(0.000001)
    assert read() == rest
    bench.around.begin(what, 2)
    assert read() == meanwhile


def test_a_door_opened_for_good_stays_open_until_it_is_closed(bench):
    bench.around.open_door(True)
    assert bench.after(10_000).door_closed() == 0
    bench.around.open_door(False)
    assert bench.around.door_closed() == 1


def test_somebody_before_the_drone_is_seen_and_measured(bench):
    bench.around.approach(700.0, 3)
    assert (bench.around.distance_mm(), bench.around.somebody_moves()) == (700.0, True)
    bench.after(3)
    assert (bench.around.distance_mm(), bench.around.somebody_moves()) == (WALL_MM, False)


def test_a_hand_before_the_sensor_is_nearer_than_who_it_belongs_to(bench):
    bench.around.approach(700.0, 3)
    bench.around.begin("hand", 1)
    assert bench.around.distance_mm() == HAND_MM


def test_the_sensors_find_the_air_and_the_light_of_their_room(bench):
    bench.house.climate("nursery", 30.0, 70.0)
    bench.house.light("nursery", 100.0)
    bench.house.climate("study", -10.0, 5.0)
    celsius, humidity = zip(*(bench.around.air() for _ in range(500)), strict=True)
    assert (fmean(celsius), fmean(humidity)) == (pytest.approx(30, abs=0.01), pytest.approx(70, abs=0.01))
    assert 0 < stdev(celsius) < 0.02
    assert bench.around.light_v() == pytest.approx(0.3 + 100 * 0.004545)


def test_the_light_sensor_has_an_end(bench):
    bench.house.light("nursery", 100_000.0)
    assert bench.around.light_v() < 3.3


def test_at_rest_there_is_gravity_only_and_a_tremor_shakes_up_to_its_magnitude(bench):
    assert bench.around.acceleration() == (0.0, 0.0, GRAVITY)
    bench.around.shake(3.0, 2)
    shakes = [bench.after(1 / TREMOR_HZ / 20).acceleration()[0] for _ in range(30)]
    assert max(shakes) == pytest.approx(3.0, rel=0.02)
    assert min(shakes) == pytest.approx(-3.0, rel=0.02)
    assert bench.after(2).acceleration() == (0.0, 0.0, GRAVITY)


def test_a_quiet_room_is_the_amplifiers_rest_and_a_cry_swings_about_it(bench):
    assert bench.around.sound_v() == REST_V
    bench.around.begin("cry", 5.5)
    heard = []
    for _ in range(100):
        bench.after(0.05)
        heard += [volts - REST_V for volts in bench.around.sounds_v(50_000, 400)]
    assert 1.0 < max(heard) < REST_V
    assert 0.5 < max(heard) / -min(heard) < 2.0
    bench.after(1)
    assert bench.around.sound_v() == REST_V
    assert bench.around.sounds_v(50_000, 400) is None


def test_many_samples_are_what_one_after_the_other_would_have_been(bench):
    bench.around.begin("cry", 5)
    bench.after(0.5)
    singly = []
    for _ in range(100):
        singly.append(bench.around.sound_v())
        bench.after(1 / 8000)
    assert bench.around.sounds_v(100 * 125, 100) == singly


# The cry itself


def test_a_cry_has_bursts_and_breaths():
    loud = [max(abs(cry(t + i / 5000)) for i in range(100)) for t in (0.2, 0.5, 0.8)]
    assert min(loud) > 0.5
    assert max(abs(cry(BURST_S + BREATH_S * share)) for share in (0, 0.3, 0.99)) < 0.15


def test_a_cry_begins_and_ends_softly_and_never_leaves_its_swing():
    values = [cry(i / 20_000) for i in range(round((BURST_S + BREATH_S) * 20_000))]
    assert max(map(abs, values)) <= 1.0
    assert max(abs(cry(i / 20_000)) for i in range(20)) < 0.05


def test_a_crys_pitch_rises_and_falls_between_400_and_500_hertz():
    def pitch(at_s):
        """Zero crossings upwards of the fundamental dominate: count the periods over 50 ms by autocorrelation."""
        values = [cry(at_s + i / 40_000) for i in range(4000)]
        lags = range(60, 120)
        best = max(lags, key=lambda lag: sum(a * b for a, b in zip(values, values[lag:], strict=False)) / (4000 - lag))
        return 40_000 / best

    assert pitch(0.15) == pytest.approx(436, abs=40)
    assert pitch(0.45) == pytest.approx(480, abs=20)
    assert pitch(0.80) == pytest.approx(447, abs=45)
