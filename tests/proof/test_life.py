"""Whole lives in virtual time: the real firmware, cable with faults, the real bridge, a broker with faults."""

from __future__ import annotations

from functools import cache

import pytest
from kelex_host.proof.checkers import check
from kelex_host.proof.story import Story, live

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
    assert met >= {
        "drop",
        "corrupt",
        "duplicate",
        "reorder",
        "garbage",
        "stall",
        "unplug",
        "broker_cut",
        "broker_silent",
    }
    assert met >= {"look", "move", "pose", "stop", "again", "walk", "climate", "nonsense", "kill", "blackout", "power"}
