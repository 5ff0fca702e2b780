"""The checkers, proved by breaking what they check: one that never fails proves nothing."""

from __future__ import annotations

import pytest
from kelex_host.proof.mutants import MUTANTS
from kelex_host.proof.mutants.mutant import Mutant, Patch, hunt


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_broken_system_is_caught_within_a_few_lives(mutant: Mutant) -> None:
    assert hunt(mutant).sentence


def test_a_whole_system_is_not_caught() -> None:
    """What catches the mutants is not simply always there."""

    def break_nothing(patch: Patch) -> None:
        pass

    assert not hunt(Mutant(break_nothing, "", household=True), 3).sentence


def test_after_a_hunt_everything_is_as_it_was() -> None:
    class Thing:
        name = "whole"

    patch = Patch()
    patch.setattr(Thing, "name", "broken")
    patch.setattr(Thing, "name", "broken again")
    patch.undo()
    assert Thing.name == "whole"
