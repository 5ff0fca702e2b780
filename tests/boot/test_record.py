"""Which version starts: on trial, given up, good; every history of a few events ends with something that starts."""

from itertools import product

import pytest
from boot.board import FROZEN, A, B
from kelex_boot import record
from kelex_boot.record import BAD_STARTS, DAMAGED, NEW, STARTS_MOST, UNHEALTHY, Record


def whole(_slot):
    return True


def started(now, times, is_whole=whole):
    for _ in range(times):
        now = record.begin(now, is_whole)
    return now


GOOD_A = record.well(record.activate(NEW, A), True)
TRIAL_B = record.activate(GOOD_A, B)


def test_a_new_board_runs_what_came_with_its_uf2():
    assert started(NEW, 1).slot == FROZEN


def test_a_version_on_trial_has_three_starts_then_the_one_before_it_runs_again():
    assert [started(TRIAL_B, times).slot for times in range(1, 6)] == [B] * STARTS_MOST + [A, A]
    after = started(TRIAL_B, STARTS_MOST + 1)
    assert (after.given_up, after.why, after.told, after.trial) == (B, BAD_STARTS, 0, 0)


def test_one_that_got_well_stays():
    good = record.well(started(TRIAL_B, STARTS_MOST), True)
    for _ in range(10):
        good = record.well(record.begin(good, whole), True)
    assert (good.slot, good.previous, good.starts) == (B, A, 0)


def test_a_damaged_one_on_trial_is_not_even_started():
    after = record.begin(TRIAL_B, lambda slot: slot != B)
    assert (after.slot, after.given_up, after.why) == (A, B, DAMAGED)


def test_a_good_one_is_doubted_only_after_a_start_in_vain():
    asked = []
    first = record.begin(GOOD_A, asked.append)
    assert (first.slot, asked) == (A, [])
    assert record.begin(first, lambda slot: False).why == DAMAGED


def test_a_good_one_that_fails_three_times_gives_way_to_the_one_before_then_to_the_frozen_one_then_nothing_is_left():
    good_b = record.well(TRIAL_B, True)
    slots = [started(good_b, times).slot for times in range(1, 11)]
    assert slots == [B] * 3 + [A] * 3 + [FROZEN] * 4
    assert [record.is_exhausted(started(good_b, times)) for times in (9, 10)] == [False, True]
    assert started(record.forgive(started(good_b, 10)), 1) == Record(FROZEN, FROZEN, 0, 1, BAD_STARTS, A, 0)


def test_one_goes_never_back_to_a_damaged_one():
    assert started(TRIAL_B, 4, lambda slot: slot == B).slot == FROZEN


def test_what_never_got_well_is_never_what_one_goes_back_to():
    again = record.activate(TRIAL_B, record.spare(TRIAL_B))
    assert (again.slot, again.previous) == (B, A)
    assert record.activate(TRIAL_B, A).previous == FROZEN


def test_an_update_goes_where_the_good_one_that_runs_is_not():
    assert [record.spare(now) for now in (NEW, GOOD_A, TRIAL_B, record.well(TRIAL_B, True))] == [A, B, B, A]


def test_a_slot_is_free_unless_it_runs_or_is_what_one_goes_back_to():
    free = {now: [slot for slot in (A, B) if record.is_free(now, slot)] for now in (NEW, GOOD_A, TRIAL_B)}
    assert free == {NEW: [A, B], GOOD_A: [B], TRIAL_B: [B]}


def test_that_the_host_knows_is_kept_apart_from_being_well():
    given_up = record.give_up(TRIAL_B, UNHEALTHY)
    assert record.well(given_up, False).told == 0
    assert record.well(given_up, True).told == 1
    assert record.activate(given_up, B).told == 1


def test_whatever_happens_something_is_chosen_and_it_is_whole_or_came_with_the_uf2():
    for events in product("abswr", repeat=5):
        live_through(events)


def live_through(events):
    """Activate a or b, start, get well, ruin the spare slot; then start in vain until nothing is left."""
    now, is_whole = NEW, {A: True, B: True}
    for event in events:
        if event in "ab":
            slot = "ab".index(event)
            if slot == record.spare(now):
                now = record.activate(now, slot)
        elif event == "s":
            now = record.begin(now, is_whole.get)
        elif event == "w":
            now = record.well(now, True)
        else:
            is_whole[record.spare(now)] = False
        assert record.decode(record.encode(now)) == now
        assert now.previous != now.slot or now.slot == FROZEN
    # The first start after a good one is not doubted: one in vain shows what is damaged.
    runs = [started(now, count, is_whole.get) for count in range(2, 12)]
    assert all(run.slot == FROZEN or is_whole[run.slot] for run in runs)
    assert record.is_exhausted(runs[-1])


@pytest.mark.parametrize("data", [b"", b"\0" * 6, b"\0" * 8, b"\3" + b"\0" * 6, b"\0\0\0\0\5\0\0", b"\xff" * 7])
def test_what_is_no_record_is_that_of_a_new_board(data):
    assert record.decode(data) == NEW


def test_the_wire_tells_slots_and_reasons_by_the_same_rows():
    from kelex_wire import schema

    assert (schema.SLOTS, schema.GIVEN_UP) == (record.SLOTS, record.REASONS)
