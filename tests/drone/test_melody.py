"""Tones, note by note."""

import pytest
from kelex_drone.melody import Melody
from kelex_wire.tones import HZ_LEAST, HZ_MOST, MS_MOST, TONES

TICKS = 1 << 30
NOTES = ((440, 100), (0, 50), (880, 200))


def played(melody, start_ms, step_ms=1, last_ms=20_000):
    """(milliseconds since the start, hertz) of each change."""
    changes = []
    for ms in range(0, last_ms, step_ms):
        if melody.step((start_ms + ms) % TICKS):
            changes.append((ms, melody.hz))
    return changes


@pytest.mark.parametrize("start_ms", [0, TICKS - 120])
def test_each_note_sounds_for_its_time_and_then_all_is_silent(start_ms):
    melody = Melody()
    assert melody.begin(start_ms, NOTES) == 350
    assert played(melody, start_ms) == [(0, 440), (100, 0), (150, 880), (350, 0)]
    assert not melody.playing


def test_stepped_exactly_when_it_asks_it_misses_nothing():
    melody, now_ms, changes = Melody(), TICKS - 120, []
    melody.begin(now_ms, NOTES)
    while melody.playing:
        now_ms = (now_ms + melody.wait_ms(now_ms)) % TICKS
        assert melody.step(now_ms)
        changes.append(((now_ms - TICKS + 120) % TICKS, melody.hz))
    assert changes == [(0, 440), (100, 0), (150, 880), (350, 0)]


@pytest.mark.parametrize("late_ms", [7, 30, 49])
def test_stepped_a_little_late_it_ends_no_later_for_that(late_ms):
    melody = Melody()
    melody.begin(0, NOTES)
    changes = played(melody, 0, late_ms)
    assert [hz for _, hz in changes] == [440, 0, 880, 0]
    for (ms, _), due_ms in zip(changes, (0, 100, 150, 350), strict=True):
        assert due_ms <= ms < due_ms + late_ms


def test_stepped_very_late_it_leaves_out_what_is_over_and_squeals_nothing():
    melody = Melody()
    melody.begin(0, NOTES)
    assert melody.step(0)
    assert (melody.step(160), melody.hz) == (True, 880)
    assert not melody.step(161)
    assert (melody.step(5000), melody.hz, melody.playing) == (True, 0, False)


def test_another_tone_takes_the_place_of_what_sounds():
    melody = Melody()
    melody.begin(0, NOTES)
    melody.step(0)
    melody.begin(40, ((660, 30),))
    assert played(melody, 40) == [(0, 660), (30, 0)]


def test_stopped_it_is_silent_and_stays_so():
    melody = Melody()
    melody.begin(0, NOTES)
    melody.step(0)
    melody.stop()
    assert (melody.hz, melody.playing) == (0, False)
    assert played(melody, 1) == []


def test_a_note_without_time_does_not_sound():
    melody = Melody()
    melody.begin(0, ((440, 0),))
    assert played(melody, 0) == [(0, 0)]


@pytest.mark.parametrize(("name", "notes"), TONES)
def test_the_table_has_only_what_the_buzzer_can_sound_and_not_for_long(name, notes):
    assert notes
    assert all(hz == 0 or HZ_LEAST <= hz <= HZ_MOST for hz, _ in notes)
    assert all(ms > 0 for _, ms in notes)
    assert sum(ms for _, ms in notes) <= MS_MOST
