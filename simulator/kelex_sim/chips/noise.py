"""Normal noise, drawn once for all parts: sensors are read a thousand times a second, and it is most of their cost."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from random import Random
from statistics import NormalDist

COUNT = 4096  # a power of two


def _shuffled() -> tuple[float, ...]:
    values = [NormalDist().inv_cdf((i + 0.5) / COUNT) for i in range(COUNT)]
    Random("noise").shuffle(values)
    return tuple(values)


# Mean 0, standard deviation 1, in no order.
NORMAL = _shuffled()


def noise(random: Random) -> Iterator[float]:
    """The same noise without end, from a place of its own."""
    at = random.randrange(COUNT)
    return cycle(NORMAL[at:] + NORMAL[:at])
