"""Sounds of the house, made by rule.

A cry: bursts of a second, a fundamental that rises and falls between 400 and 550 Hz, and its harmonics, parted by the
breath (figures: Wasz-Hoeckert and others, "The infant cry", 1968).
"""

from __future__ import annotations

import math

BURST_S = 1.0
BREATH_S = 0.4
_HARMONICS = ((1, 0.5), (2, 0.3), (3, 0.25), (4, 0.12), (5, 0.08))


def cry(at_s: float) -> float:
    """An infant's cry at a moment: -1 to 1."""
    in_burst_s = at_s % (BURST_S + BREATH_S)
    if in_burst_s >= BURST_S:
        return 0.0
    share = in_burst_s / BURST_S
    # The phase is the integral of 400 + 150 sin(pi share) hertz over the burst.
    phase = 2 * math.pi * (400 * in_burst_s + 150 * BURST_S / math.pi * (1 - math.cos(math.pi * share)))
    loud = min(1.0, 8 * share, 8 * (1 - share))
    return loud * sum(part * math.sin(n * phase) for n, part in _HARMONICS)
