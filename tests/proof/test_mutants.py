"""The checkers, proved by breaking what they check: here with two mutants.

`kelex replay --mutants` hunts all of them.
"""

from __future__ import annotations

import pytest
from kelex_host.proof.mutants import MUTANTS, of_bridge, of_drone, of_household, of_trust
from kelex_host.proof.mutants.mutant import Mutant, Patch, hunt

SOME = ("leave_the_limits", "know_what_is_in_no_fact")


@pytest.mark.parametrize("name", SOME)
def test_a_broken_system_is_caught_within_a_few_lives(name: str) -> None:
    assert hunt(next(mutant for mutant in MUTANTS if mutant.name == name)).sentence


def test_there_are_mutants_of_everything_that_keeps_a_promise() -> None:
    assert all(len(module.MUTANTS) >= 6 for module in (of_bridge, of_drone, of_household, of_trust))
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 40
    assert all(mutant.verdict for mutant in MUTANTS)


def test_a_whole_system_is_not_caught() -> None:
    """What catches the mutants is not simply always there."""

    def break_nothing(patch: Patch) -> None:
        pass

    assert not hunt(Mutant(break_nothing, "", household=True), 1).sentence


def test_after_a_hunt_everything_is_as_it_was() -> None:
    class Thing:
        name = "whole"

    patch = Patch()
    patch.setattr(Thing, "name", "broken")
    patch.setattr(Thing, "name", "broken again")
    patch.undo()
    assert Thing.name == "whole"
