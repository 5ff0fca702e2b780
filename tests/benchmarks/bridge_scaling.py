"""One bridge with 1 to 200 drones: what each of them costs it while all the others are there too.

The drones are simulated, in virtual time, in a quiet house; counted is the processor time in the bridge alone, from a
drone's bytes to the messages at the broker. Where that does not grow, two hundred drones cost two hundred times as much
as one at most.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from kelex_host.proof.life import Life
from measure import Row

CURVE = "bridge, for a drone and second (ms) / drones in one bridge"
DRONES = (1, 10, 50, 200)
SETTLE_S = 3.0
# So many seconds of one drone; many drones say as much in less.
DRONE_SECONDS = 100.0
LEAST_S = 2.0


class TimedLife(Life):
    """`bridge_s` is the processor time that its bridge took."""

    bridge_s = 0.0

    def _tell(self, call: Callable[..., object], *args: Any) -> None:
        began_s = time.process_time()
        super()._tell(call, *args)
        self.bridge_s += time.process_time() - began_s


def rows() -> list[Row]:
    costs_ms = {count: cost_ms(count) for count in DRONES}
    return [
        Row(
            f"bridge, a drone and second, {count} in it",
            f"{cost:.2f} ms",
            "",
            "",
            f"of processor time; {cost / costs_ms[1]:.2f} times what it is with one",
            point=(CURVE, count),
        )
        for count, cost in costs_ms.items()
    ]


def cost_ms(drones: int) -> float:
    """Milliseconds of the bridge for each drone and second."""
    life = TimedLife(1, {f"kelex-{number}": "nursery" for number in range(drones)})
    life.start()
    life.run(SETTLE_S)
    seconds, life.bridge_s = max(DRONE_SECONDS / drones, LEAST_S), 0.0
    life.run(seconds)
    return life.bridge_s / (drones * seconds) * 1000
