"""Failing lives are made small: what has nothing to do with the failure is left out."""

from __future__ import annotations

from kelex_host.proof.minimising import minimise
from kelex_host.proof.verdict import Trial, Verdict


def judged(trial: Trial, culprits: set[int]) -> Verdict:
    """As if just these happenings together broke a promise."""
    happens = set(trial.only if trial.only is not None else range(len(trial.plan())))
    wrong = [f"{len(happens)} orders were lost"] if culprits <= happens else ["something else"] if 7 in happens else []
    return Verdict(trial, wrong, {}, trial.seconds)


def test_only_the_culprits_are_left_and_the_life_ends_soon_after_them() -> None:
    culprits = {3, 12}
    whole = judged(Trial(5, 300.0), culprits)
    small = minimise(whole, lambda trial: judged(trial, culprits))
    assert small.trial.only == (3, 12)
    assert small.wrong == ["2 orders were lost"]
    last_s = max(happening.at_us for happening in Trial(5, 300.0, only=(3, 12)).plan()) / 1e6
    assert last_s < small.trial.seconds <= last_s + 1.0


def test_a_life_that_fails_otherwise_does_not_count() -> None:
    whole = judged(Trial(5, 300.0), {3})
    assert minimise(whole, lambda trial: judged(trial, {3})).trial.only == (3,)


def test_it_gives_up_after_so_many_tries_with_the_smallest_so_far() -> None:
    culprits = {1, 5, 9}
    whole = judged(Trial(5, 300.0), culprits)
    small = minimise(whole, lambda trial: judged(trial, culprits), tries_most=4)
    assert small.trial.only is None or culprits <= set(small.trial.only)


def test_the_line_that_lives_it_again_gives_the_same_happenings() -> None:
    trial = Trial(5, 61.5, only=(2, 4))
    assert trial.command() == "kelex replay 5 --minutes 1.025 --only 2,4"
    assert [h.at_us for h in trial.plan()] == [h.at_us for h in Trial(5, 300.0, only=(2, 4)).plan()]
