"""The whole system in virtual time, in quiet and in a cry: house, drone, cable, bridge and broker, in one process."""

from __future__ import annotations

from statistics import median

from kelex_host.proof.life import Life
from measure import Row, rate

SETTLE_S = 5
QUIET_S, CRY_S = 600, 60
ROUNDS = 3
WHY = (
    "it is the firmware itself, in CPython: 20 looks a second at all senses, through their registers, in 46 turns of "
    "its executive, are 10,700 calls a virtual second (cProfile), and 500x leaves 2 ms for them"
)
WHY_LISTENING = (
    "more than half of it is the firmware's hearing, integer by integer in CPython, for 31 frames a virtual second "
    "(cProfile: 55 %, a fifth of the whole in its Fourier transform)"
)


def rows() -> list[Row]:
    quiet = median(_speed(seed, QUIET_S) for seed in range(ROUNDS))
    cry = median(_speed(seed, CRY_S, "cry") for seed in range(ROUNDS))
    figure, note = "whole system, virtual / real time", "{} s of one house with one drone"
    return [
        Row(f"{figure}, room quiet", f"{quiet:,.0f}x", "500x", "1000x", note.format(QUIET_S), WHY),
        Row(
            f"{figure}, while listening",
            f"{cry:,.0f}x",
            "25x",
            "60x",
            f"{note.format(CRY_S)}, and a cry",
            WHY_LISTENING,
        ),
    ]


def _speed(seed: int, seconds: int, noise: str = "") -> float:
    life = Life(seed)
    life.start()
    life.run(SETTLE_S)
    if noise:
        life.body.around.begin(noise, seconds)

    def live() -> int:
        life.run(seconds)
        return seconds

    return rate(live)
