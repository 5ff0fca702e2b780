"""Whether somebody is there: what the motion sensor sees is believed once something confirms it, and held a while."""

import pytest
from drone.board_world import BoardWorld
from kelex_drone.presence import APPROACH_MM, PULSE_STEPS, STEPS_PER_S, STILL_STEPS

presence_module = BoardWorld().load("kelex_drone.presence")
WALL_MM, NEAR_MM, AGAIN_S, HOLD_S = 1600, 1200, 30, 5
PULSE_S = 3  # what the sensor is high for, by itself


class Room:
    """A drone in it, that has seen its wall for a while; `told` is what came of it, with the second."""

    def __init__(self, wall_mm=WALL_MM):
        self.presence = presence_module.Presence()
        self.presence.near_mm = NEAR_MM
        self.presence.again_steps, self.presence.hold_steps = AGAIN_S * STEPS_PER_S, HOLD_S * STEPS_PER_S
        self.told, self.steps, self.range_mm, self.has_range = [], 0, wall_mm, True
        self.run(10)
        self.told, self.steps = [], 0

    def run(self, seconds, pir=0, range_mm=None):
        """Let so much time pass, with the sensor so, and something so far away."""
        for _ in range(round(seconds * STEPS_PER_S)):
            before = self.presence.present
            seen = self.range_mm if range_mm is None else range_mm
            if self.presence.put(pir, seen if self.has_range else None, self.has_range):
                self.told.append(("motion", self.steps / STEPS_PER_S))
            if self.presence.present != before:
                what = {1: "detected", 0: "cleared", None: "faulty"}[self.presence.present]
                self.told.append((what, self.steps / STEPS_PER_S))
            self.steps += 1
        return self

    @property
    def what(self):
        return [what for what, _ in self.told]


def test_warmth_that_moves_once_is_motion_and_nobody():
    """The sun on a curtain, a heater, a cat far off."""
    room = Room().run(PULSE_S, pir=1).run(600)
    assert room.what == ["motion"]


def test_who_comes_near_after_it_is_somebody_at_once():
    room = Room().run(1, pir=1).run(2, pir=1, range_mm=900)
    assert room.told == [("motion", 0), ("detected", pytest.approx(1.1))]


@pytest.mark.parametrize("pause_s", [1, 10, AGAIN_S - PULSE_S])
def test_what_moves_again_within_the_window_is_somebody(pause_s):
    room = Room().run(PULSE_S, pir=1).run(pause_s).run(PULSE_S, pir=1)
    assert room.told == [("motion", 0), ("detected", PULSE_S + pause_s)]


def test_what_moves_again_later_is_a_first_movement_again():
    room = Room().run(PULSE_S, pir=1).run(AGAIN_S + 1).run(PULSE_S, pir=1).run(AGAIN_S + 1)
    assert room.what == ["motion", "motion"]


def test_a_sensor_that_stays_high_beyond_its_own_pulse_has_fired_again():
    room = Room().run(10, pir=1)
    assert room.told == [("motion", 0), ("detected", PULSE_STEPS / STEPS_PER_S)]


def test_somebody_is_gone_when_nothing_of_him_was_seen_for_the_hold():
    room = Room().run(1, pir=1, range_mm=900).run(20, pir=1).run(HOLD_S + 1)
    assert room.what == ["motion", "detected", "cleared"]
    assert room.told[-1][1] == pytest.approx(21 + HOLD_S, abs=0.1)


@pytest.mark.parametrize("evidence", [{"pir": 1}, {"range_mm": 900}])
def test_each_sight_of_him_holds_on(evidence):
    room = Room().run(1, pir=1, range_mm=900)
    for _ in range(10):
        room.run(HOLD_S - 0.5).run(0.5, **evidence)
    assert room.what == ["motion", "detected"]


def test_after_he_is_gone_it_is_armed_again():
    room = Room()
    for _ in range(2):
        room.run(1, pir=1, range_mm=900).run(HOLD_S + 1)
    assert room.what == ["motion", "detected", "cleared"] * 2


@pytest.mark.parametrize("near_mm", [400, NEAR_MM - 100])
def test_what_stood_near_before_anything_moved_confirms_nothing(near_mm):
    """A chair before the drone."""
    room = Room(wall_mm=near_mm).run(PULSE_S, pir=1).run(60)
    assert room.what == ["motion"]
    room.run(1, pir=1, range_mm=near_mm - APPROACH_MM - 10)
    assert room.what == ["motion", "motion", "detected"]


def test_what_comes_near_without_warmth_that_moves_is_nobody():
    """A door that swings, a ball."""
    assert Room().run(20, range_mm=500).what == []


def test_farther_than_the_distance_that_is_set_confirms_nothing():
    assert Room().run(PULSE_S, pir=1, range_mm=NEAR_MM + 10).run(60).what == ["motion"]


def test_one_odd_reading_confirms_nothing():
    room = Room().run(1, pir=1)
    for _ in range(10):
        room.run(0.1, pir=0, range_mm=900).run(0.3, range_mm=WALL_MM)
    assert room.what == ["motion"]


def test_what_was_left_before_the_drone_is_furniture_after_two_minutes():
    room = Room().run(2, pir=1, range_mm=900)
    room.range_mm = 900
    room.run(STILL_STEPS / STEPS_PER_S + HOLD_S + 1)
    assert room.what == ["motion", "detected", "cleared"]
    room.run(10).run(PULSE_S, pir=1).run(60)
    assert room.what == ["motion", "detected", "cleared", "motion"]


def test_without_its_range_finder_the_motion_sensor_alone_decides():
    room = Room()
    room.has_range = False
    room.run(PULSE_S, pir=1).run(HOLD_S + 1)
    assert room.what == ["detected", "cleared"]


def test_a_motion_sensor_that_is_faulty_knows_nothing_and_is_believed_from_the_beginning_when_it_is_well():
    room = Room().run(1, pir=1, range_mm=900).run(5, pir=None).run(5).run(PULSE_S, pir=1).run(60)
    assert room.what == ["motion", "detected", "faulty", "cleared", "motion"]


def test_no_number_leaves_what_the_board_holds_without_heap():
    room = Room(wall_mm=2000).run(30).run(1, pir=1, range_mm=0).run(STILL_STEPS / STEPS_PER_S + 60, pir=1)
    presence = room.presence
    assert max(presence._ground, presence._high, presence._still, presence._since) < 1 << 30
