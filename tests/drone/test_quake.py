"""Whether the ground trembles: tremors of every strength and pace, and all that shakes a drone without being one."""

from math import exp, pi, sin
from random import Random

import pytest
from drone.board_world import BoardWorld
from drone.test_tremor import Small
from kelex_wire import schema

G = 9807
PER_SECOND = 20
NOISE = 18  # mm/s2 on each axis: the MPU-6050's 400 ug per root of a hertz at 21 Hz
WORLD = BoardWorld()
quake_module = WORLD.load("kelex_drone.quake")
tremor_module = WORLD.load("kelex_drone.tremor")


class Ground:
    """A drone on a floor; `told` is each new level, with the second at which it came."""

    def __init__(self, seed=1):
        self.quake, self.tremor = quake_module.Quake(), tremor_module.Tremor()
        self.random = Random(seed)
        self.readings = 0
        self.told = []
        self.last = None
        self.run(60, lambda t: 0)

    def run(self, seconds, shake, moves=False, z=G):
        """Let it stand for so long on a floor that shakes sideways by `shake(t)` mm/s2."""
        for i in range(round(seconds * PER_SECOND)):
            now = [round(v + self.random.gauss(0, NOISE)) for v in (shake(i / PER_SECOND), 0, z)]
            way = sum(abs(a - b) for a, b in zip(now, self.last or now, strict=True))
            self.last = now
            self.tremor.put(*now)
            before = self.quake.level
            self.quake.put(way, self.tremor.level, moves)
            self.readings += 1
            if self.quake.level != before:
                self.told.append((self.quake.level, self.readings / PER_SECOND))
        return self

    @property
    def levels(self):
        return [level for level, _ in self.told]


def sine(amplitude, hz):
    return lambda t: amplitude * sin(2 * pi * hz * t + 0.3)


def blows(amplitude, per_second, hz=12.0, fades_s=0.05):
    """Steps, knocks: each rings for a moment."""

    def shake(t):
        since = t % (1 / per_second)
        return amplitude * exp(-since / fades_s) * sin(2 * pi * hz * since + 1)

    return shake


@pytest.mark.parametrize("hz", [2.0, 3.3, 4.0, 6.0, 8.0])
@pytest.mark.parametrize(
    ("amplitude", "name"), [(500, "minor"), (1300, "moderate"), (3000, "severe"), (6500, "extreme")]
)
def test_a_tremor_is_found_within_two_seconds_by_its_class_and_is_over_a_few_seconds_after_it(amplitude, name, hz):
    ground = Ground().run(6, sine(amplitude, hz))
    assert ground.levels[-1] == 1 + schema.LEVELS.index(name)
    assert ground.levels == sorted(ground.levels)
    assert ground.told[0][1] - 60 < 2.0
    ground.run(6, lambda t: 0)
    assert ground.levels[-1] == 0
    assert 0.6 * amplitude < ground.quake.peak < 1.2 * amplitude + 60


@pytest.mark.parametrize("per_second", [0.5, 1.5, 2.0, 3.0])
@pytest.mark.parametrize("amplitude", [300, 1500, 5000, 15000])
def test_steps_and_knocks_are_none(amplitude, per_second):
    assert Ground().run(60, blows(amplitude, per_second)).levels == []


def test_a_fall_onto_its_side_is_none():
    assert Ground().run(10, lambda t: G, z=0).run(10, lambda t: 0).levels == []


def test_what_its_own_joints_do_is_none_and_a_strong_tremor_meanwhile_is_one():
    ground = Ground().run(5, sine(900, 5.0), moves=True).run(5, lambda t: 0)
    assert ground.levels == []
    ground.run(4, sine(6000, 4.0), moves=True)
    assert ground.levels[-1] == 1 + schema.LEVELS.index("extreme")


def test_a_room_that_always_hums_is_what_it_is_used_to():
    ground = Ground().run(90, sine(80, 7.0))
    assert ground.levels == []
    assert ground.run(4, sine(2500, 4.0)).levels[-1] == 1 + schema.LEVELS.index("severe")


def test_twenty_minutes_of_nothing_is_nothing():
    assert Ground(2).run(1200, lambda t: 0).levels == []


def test_no_number_on_the_way_takes_heap():
    quake = quake_module.Quake()
    for way in (234_000,) * 30 + (0, 234_000, 234_000) * 2000:
        quake.put(Small(way), Small(68_000), False)
    assert quake.level == 1 + schema.LEVELS.index("extreme")


def test_a_gap_in_the_readings_ends_it():
    ground = Ground().run(4, sine(2500, 4.0))
    ground.quake.reset()
    assert ground.quake.level == 0
