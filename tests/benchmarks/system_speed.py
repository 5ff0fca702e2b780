"""The whole system in virtual time, the room quiet: house, drone, cable, bridge and broker, in one process."""

from __future__ import annotations

from statistics import median

from kelex_host.proof.life import Life
from measure import Row, rate

SETTLE_S = 5
VIRTUAL_S = 600
ROUNDS = 3
WHY = (
    "it is the firmware itself, in CPython: 20 looks a second at all senses, through their registers, in 46 turns of "
    "its executive, are 10,700 calls a virtual second (cProfile), and 500x leaves 2 ms for them"
)


def rows() -> list[Row]:
    speeds = [_speed(seed) for seed in range(ROUNDS)]
    note = f"{VIRTUAL_S} s of one house with one drone"
    return [Row("whole system, virtual / real time", f"{median(speeds):,.0f}x", "500x", "1000x", note, WHY)]


def _speed(seed: int) -> float:
    life = Life(seed)
    life.start()
    life.run(SETTLE_S)

    def live() -> int:
        life.run(VIRTUAL_S)
        return VIRTUAL_S

    return rate(live)
