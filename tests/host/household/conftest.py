"""Households for the tests: one in virtual time, and one that runs as a user's does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from acceptance.conftest import _nothing_left_running, client, home, house  # noqa: F401 - fixtures
from host.household.bench import Bench
from hypothesis import HealthCheck, settings

# A busy machine is no failure.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture
def make() -> Iterator[Callable[..., Bench]]:
    """Households in virtual time; all that they told has to be as the contract says."""
    made: list[Bench] = []

    def make(config: dict[str, Any] | None = None) -> Bench:
        made.append(Bench(config))
        return made[-1]

    yield make
    for bench in made:
        bench.check()


@pytest.fixture
def bench(make: Callable[..., Bench]) -> Bench:
    """The example household in virtual time."""
    return make()
