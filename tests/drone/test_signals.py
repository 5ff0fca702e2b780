"""Eye, tones, holo-disk and quiet mode, as orders from the cable to the parts."""

from itertools import accumulate

import pytest
from drone.drone_rig import Rig
from kelex_drone import board
from kelex_drone.eye import IDENTIFY_MS
from kelex_drone.sensing import SENSE_MS
from kelex_wire import schema, tones
from kelex_wire.tones import TONES


@pytest.fixture
def rig():
    rig = Rig()
    rig.outputs.shown.clear()
    return rig


def tone(rig, name):
    return rig.send(schema.ORDER_TONE, tones.NAMES.index(name), 0, 0)


def note(rig, hz, ms):
    return rig.send(schema.ORDER_TONE, None, hz, ms)


def sounded(rig):
    """(milliseconds since the first, hertz) at the buzzer."""
    return [(ms - rig.outputs.sounded[0][0], hz) for ms, hz in rig.outputs.sounded]


def expected(notes):
    starts = [0, *accumulate(ms for _, ms in notes)]
    return list(zip(starts, [*(hz for hz, _ in notes), 0], strict=True))


def colors(rig):
    return [data[:3] for _, data in rig.outputs.shown]


def accepted(rig, order):
    verdict = rig.verdict(order)
    assert verdict.number == schema.ACCEPTED
    return verdict.record.duration_ms


@pytest.mark.parametrize(("name", "notes"), TONES)
def test_a_tone_sounds_note_by_note_at_the_buzzer(rig, name, notes):
    order = tone(rig, name)
    rig.run(4000)
    assert sounded(rig) == expected(notes)
    assert accepted(rig, order) == sum(ms for _, ms in notes)
    assert rig.deeds() == [("tone_started", order)]


@pytest.mark.parametrize("hz", [tones.HZ_LEAST, 440, tones.HZ_MOST])
def test_a_single_note_sounds_as_ordered(rig, hz):
    order = note(rig, hz, 730)
    rig.run(2000)
    assert sounded(rig) == [(0, hz), (730, 0)]
    assert accepted(rig, order) == 730


@pytest.mark.parametrize("hz", [0, 1, tones.HZ_LEAST - 1])
def test_a_note_too_low_for_the_board_is_refused_and_nothing_sounds(rig, hz):
    order = note(rig, hz, 100)
    rig.run(500)
    assert schema.REFUSALS[rig.verdict(order).record.reason] == "out_of_range"
    assert (rig.outputs.sounded, rig.story()) == ([], [])


def test_a_tone_takes_the_place_of_the_one_that_sounds(rig):
    tone(rig, "lullaby")
    rig.run(100)
    note(rig, 500, 200)
    rig.run(4000)
    assert [hz for _, hz in rig.outputs.sounded] == [330, 500, 0]


def test_in_quiet_mode_a_tone_is_muted_and_told_so(rig):
    quiet = rig.quiet()
    orders = [tone(rig, "alarm"), note(rig, 440, 500)]
    rig.run(3000)
    assert rig.outputs.sounded == []
    assert rig.deeds() == [("quiet_on", quiet)] + [("tone_muted", order) for order in orders]
    assert [accepted(rig, order) for order in orders] == [0, 0]


def test_quiet_mode_silences_a_tone_that_sounds_and_it_does_not_come_back(rig):
    tone(rig, "alarm")
    rig.run(300)
    rig.quiet()
    rig.run(20)
    sounds = list(rig.outputs.sounded)
    assert sounds[-1][1] == 0
    rig.quiet(0)
    rig.run(3000)
    assert rig.outputs.sounded == sounds


def test_after_quiet_mode_a_tone_sounds_again(rig):
    rig.quiet()
    rig.run(50)
    off = rig.quiet(0)
    tone(rig, "confirm")
    rig.run(1000)
    assert ("quiet_off", off) in rig.deeds()
    assert sounded(rig) == expected(dict(TONES)["confirm"])


def test_the_eye_shows_what_was_ordered_within_a_sense_step(rig):
    order = rig.send(schema.ORDER_EYE, 0x102030, 0)
    ordered_ms = rig.now_ms
    rig.run(1000)
    [(ms, data)] = rig.outputs.shown
    assert data == bytes((0x20, 0x10, 0x30)) * board.EYE_PIXELS
    assert ms - ordered_ms <= SENSE_MS
    assert accepted(rig, order) == 0
    assert rig.deeds() == [("eye_changed", order)]


def test_identify_blinks_and_chimes_and_then_shows_again_what_was_shown(rig):
    rig.send(schema.ORDER_EYE, 0x102030, 0)
    rig.run(100)
    order = rig.send(schema.ORDER_IDENTIFY)
    rig.run(IDENTIFY_MS + 200)
    assert {bytes((255, 255, 255)), bytes(3)} == set(colors(rig)[1:-1])
    assert colors(rig)[-1] == colors(rig)[0] == bytes((0x20, 0x10, 0x30))
    assert sounded(rig) == expected(dict(TONES)["chime"])
    verdict = rig.verdict(order)
    assert (verdict.number, verdict.record.duration_ms) == (schema.IDENTIFIED, IDENTIFY_MS)
    assert rig.deeds()[1:] == [("identified", order)]


def test_identify_says_nothing_in_quiet_mode(rig):
    rig.quiet()
    order = rig.send(schema.ORDER_IDENTIFY)
    rig.run(1000)
    assert rig.outputs.sounded == []
    assert len(colors(rig)) >= 3
    assert ("identified", order) in rig.deeds()


def test_the_holo_disk_is_switched_at_once(rig):
    on = rig.send(schema.ORDER_HOLODISK, 1)
    rig.run(20)
    assert [level for _, level in rig.outputs.switched] == [1]
    off = rig.send(schema.ORDER_HOLODISK, 0)
    rig.run(50)
    assert [level for _, level in rig.outputs.switched] == [1, 0]
    assert rig.deeds() == [("holodisk_on", on), ("holodisk_off", off)]


def test_a_tone_is_on_time_while_he_moves(rig):
    rig.order(5000, head_pan=9000)
    rig.run(7)
    tone(rig, "alert")
    rig.run(3000)
    for (ms, hz), (due_ms, note_hz) in zip(sounded(rig), expected(dict(TONES)["alert"]), strict=True):
        assert (hz, abs(ms - due_ms) <= 1) == (note_hz, True)
