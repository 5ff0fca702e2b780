"""Lives with a household: its journal on a disk that fails, several drones, signed orders and forged ones."""

from __future__ import annotations

from kelex_host.household.facts import INPUT, Fact
from kelex_host.household.house import ANSWER_KEPT_MS
from kelex_host.proof.checkers import check
from kelex_host.proof.house_checkers import each_order_once
from kelex_host.proof.life import Life
from kelex_host.proof.plan import Happening, chances, draw
from kelex_host.proof.story import Story, is_gentle, live
from kelex_host.proof.verdict import Trial, judge

ROOMS = {"kelex": "nursery", "kelor": "study"}


def lived(*happenings: tuple[float, str], rooms: dict[str, str] | None = None) -> Story:
    """A short life in which just that happens."""
    plan = [Happening(round(at_s * 1e6), what, number) for number, (at_s, what) in enumerate(happenings)]
    return live(0, 12.0, Life(0, rooms, household=True), plan)


def test_the_household_of_two_drones_keeps_its_promises_and_leaves_the_same_trace() -> None:
    story = lived((1, "house_wish"), (2, "wish"), (3, "ring"), (4, "signed"), rooms=ROOMS)
    assert check(story) == []
    assert set(story.life.drones) == set(ROOMS)
    again = lived((1, "house_wish"), (2, "wish"), (3, "ring"), (4, "signed"), rooms=ROOMS)
    assert story.life.trace() == again.life.trace()


def test_a_power_cut_in_the_midst_of_a_write_takes_nothing_that_was_granted() -> None:
    story = lived((1, "house_wish"), (2, "power_cut"), *((2.5 + number / 4, "house_wish") for number in range(12)))
    assert story.life.household is not None
    assert story.life.household.seen["power_cut"] == 1
    assert story.life.restarts == 1
    assert check(story) == []


def test_a_disk_that_takes_nothing_costs_no_time_while_it_is_so() -> None:
    """The house asked to be woken at once, again and again, for a drone's event that it could not write."""
    story = lived((1, "disk_read_only"), (1.5, "ring"), (2, "wish"), (2.5, "house_wish"))
    assert story.life.household is not None
    assert story.life.household.seen["disk_read_only"] == 1
    assert check(story) == []


def test_forged_orders_are_refused_and_members_own_are_obeyed() -> None:
    story = lived(*((1 + number / 4, "forgery") for number in range(24)), (8, "signed"), (9, "signed"))
    assert check(story) == []
    assert len({asked.refusal for asked in story.asked_house.values()}) >= 5


def test_a_signed_order_that_could_not_be_noted_is_no_replay_when_it_comes_again() -> None:
    """The disk was read-only when it first came, and the same once more was taken for a replay (seed 700022)."""
    refused = [(1.5 + number / 10, "signed") for number in range(4)]
    story = lived((1, "disk_read_only"), *refused, *((2 + number / 8, "forgery") for number in range(64)))
    assert check(story) == []


def test_a_request_may_be_obeyed_again_after_ten_minutes_by_the_house_s_clock_and_no_sooner() -> None:
    """A clock that was set ahead by an hour makes them pass at the next restart (seed 700016)."""

    def obeyed(*at_ms: int) -> list[Fact]:
        return [Fact(f"i-{at}", INPUT, "house", "quiet", at, at, transaction="h1") for at in at_ms]

    assert each_order_once(obeyed(0, ANSWER_KEPT_MS - 1)) == ["h1 was obeyed 2 times by the house"]
    assert each_order_once(obeyed(0, ANSWER_KEPT_MS, 2 * ANSWER_KEPT_MS)) == []


def test_a_host_that_is_away_is_missed_by_nobody_once_it_is_back() -> None:
    story = lived((1, "wish"), (2, "host_away"), (3, "ring"), (4, "broker"))
    assert story.life.restarts == 1
    assert check(story) == []


def test_a_drawn_life_is_judged_and_can_be_lived_again_in_part() -> None:
    trial = Trial(3, 30.0)
    whole = judge(trial)
    assert whole.wrong == []
    assert whole.trace == judge(trial).trace
    few = judge(Trial(3, 30.0, only=(0, 1)))
    assert sum(few.met.values()) < sum(whole.met.values())


def test_with_its_host_gone_a_drone_sounds_the_alarm_in_quiet_mode_too() -> None:
    """Found by a mutant's life: the watch over the buzzer did not know of emergencies."""
    often = chances(("cable", "host"), gentle=is_gentle(6), household=True)
    story = live(6, 90.0, Life(6, household=True), draw(6, 90.0, often))
    assert check(story) == []
    assert story.life.body.quiet.since_us is not None
    assert story.life.body.quiet.loud_until_us > 0


def test_what_a_drone_kept_over_a_power_cut_though_it_was_told_already_takes_a_number_all_the_same() -> None:
    """Found by seed 82: the checker missed the first event of the boot that told it again."""
    verdict = judge(Trial(82, 89.0, only=(9, 33, 36, 41, 48, 50)))
    assert verdict.met["power"] == 1
    assert verdict.wrong == []
