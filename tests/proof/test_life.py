"""Whole lives in virtual time: the real firmware, cable with faults, the real bridge, a broker with faults."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache

import pytest
from kelex_host.proof.checkers import check, events_once_and_in_order
from kelex_host.proof.life import DRONE, Life
from kelex_host.proof.plan import OF_HOUSEHOLD
from kelex_host.proof.story import Story, live
from kelex_host.proof.verdict import KINDS, Trial, judge
from kelex_sim.broker import Message

SEEDS = range(20)


@cache
def lived(seed: int) -> Story:
    """A life that several tests look at."""
    return live(seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_goes_wrong_the_promises_hold(seed: int) -> None:
    assert check(lived(seed)) == []


def test_the_same_seed_leaves_the_same_trace() -> None:
    assert lived(6).life.trace() == live(6).life.trace()


def test_another_seed_leaves_another_trace() -> None:
    assert lived(6).life.trace() != lived(8).life.trace()


def test_the_lives_together_meet_every_kind_of_fault_and_wish() -> None:
    """A run that never met a fault proves nothing about it."""
    met: set[str] = set()
    for seed in SEEDS:
        story = lived(seed)
        met |= set(story.life.cable.seen) | set(story.life.broker.seen) | set(story.did)
    wishes = "look move pose gesture stop eye tone holodisk quiet identify stats again nonsense".split()
    happenings = "walk climate light touch door ring cry tremor intruder hand".split()
    faults = [kind for theme, kinds in KINDS.items() if theme not in OF_HOUSEHOLD for kind in kinds]
    assert met >= {*wishes, *happenings, *faults}


def test_the_lives_together_are_loud_and_quiet_and_end_in_many_ways() -> None:
    """What the checkers look at has to have happened, or they look at nothing."""
    types: Counter[str] = Counter()
    for seed in SEEDS:
        for message in lived(seed).life.broker.log:
            if "/event/" in message.topic:
                types[json.loads(message.payload)["event_type"]] += 1
    ends = (
        "move_done move_interrupted gesture_done gesture_interrupted stopped tone_muted tone_started quiet_on quiet_off"
    )
    senses = "detected touched released opened closed pressed raised cleared"
    for event_type in f"{ends} {senses}".split():
        assert types[event_type] >= 10, event_type


def test_a_boot_s_first_numbers_are_what_its_flash_had_kept_and_no_more() -> None:
    """The house drops what it knows already, so nobody saw that event again (seeds 700068 and 900006)."""
    life = Life(0)
    life.drones[DRONE].kept[3] = 1
    for number in (2, 3):
        event = {"event_id": f"{DRONE}-3-{number}", "event_type": "pressed"}
        message = Message(number, f"kelex/drone/{DRONE}/event/doorbell", json.dumps(event).encode(), retain=False)
        life.broker.log.append(message)
    assert events_once_and_in_order(life) == []
    life.drones[DRONE].kept[3] = 0
    assert "kelex-3: events arrived as [2, 3]" in events_once_and_in_order(life)[0]


@pytest.mark.parametrize(
    ("seed", "seconds"),
    [
        (3000215, 15.0),  # the house says something in the very end, and the eye has just changed
        (3100424, 6.0),  # an event of the last moment is still on its way
        (3103080, 6.0),
        (3102365, 6.0),  # asked again before it was answered: one answer does for both
    ],
)
def test_what_is_on_its_way_in_the_end_is_not_lost(seed: int, seconds: float) -> None:
    """Found in 20,000 lives: they were judged at whatever moment was their last."""
    assert judge(Trial(seed, seconds)).wrong == []
