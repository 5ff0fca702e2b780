"""Our kernel's events per second against SimPy's: the same timers, each due again after its own period."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kelex_sim.kernel import Kernel
from measure import Row, of_ratio, side_by_side

TIMERS = 20
VIRTUAL_US = 400_000


def rows() -> list[Row]:
    try:
        import simpy
    except ImportError:
        why = "simpy is missing; install it with `uv sync --group bench`"
        return [Row("kernel events/s / SimPy", "skipped", "1.5x", "1.8x", why)]
    return [of_ratio("kernel events/s / SimPy", side_by_side(ours, lambda: theirs(simpy)), "events/s", "1.5x", "1.8x")]


def ours() -> int:
    count = 0
    kernel = Kernel()

    def tick(period_us: int) -> None:
        nonlocal count
        count += 1
        kernel.after(period_us, tick, period_us)

    for i in range(TIMERS):
        tick(30 + i)
    kernel.run_until(VIRTUAL_US)
    return count


def theirs(simpy: Any) -> int:
    count = 0
    world = simpy.Environment()

    def tick(period_us: int) -> Iterator[Any]:
        nonlocal count
        while True:
            yield world.timeout(period_us)
            count += 1

    for i in range(TIMERS):
        world.process(tick(30 + i))
    world.run(until=VIRTUAL_US)
    return count
