"""Sounds of the house, made by rule: an infant's cry.

Figures: Wasz-Hoeckert and others, "The infant cry" (1968), LaGasse and others, "Assessment of infant cry" (2005): bouts
of a second, parted by the breath; a fundamental that rises and falls between 400 and 550 Hz and trembles a little; many
harmonics, strongest about the throat's resonances at 1.1 and 3 kHz; a breath of noise with each.
"""

from __future__ import annotations

import math
from functools import cache
from random import Random

RATE_HZ = 8000
BURST_S = 1.0
BREATH_S = 0.4
# The wails of a bout, which then begins anew: how long (s), from and to which fundamental (Hz), how loud.
_WAILS = ((1.0, 400, 150, 1.0), (0.7, 430, 90, 0.7), (1.3, 380, 165, 1.0), (0.6, 460, 60, 0.6), (0.9, 410, 130, 0.9))
# How hoarse: noise in the voice, and in the breath between two wails.
_HOARSE, _BREATH = 0.25, 0.03
_RESONANCES_HZ = ((1100, 350), (3000, 500))
_MOST_HZ = 3600


@cache
def cry_samples() -> tuple[float, ...]:
    """A bout of crying at RATE_HZ, -1 to 1; it may be played again and again."""
    random = Random("cry")
    samples: list[float] = []
    for seconds, low_hz, rise_hz, loud in _WAILS:
        samples += _wail(random, seconds, low_hz, rise_hz, loud)
        samples += [random.gauss(0, _BREATH) for _ in range(round(BREATH_S * RATE_HZ))]
    most = max(map(abs, samples))
    return tuple([sample / most for sample in samples])


def cry(at_s: float) -> float:
    """An infant's cry at a moment: -1 to 1."""
    samples = cry_samples()
    return samples[round(at_s * 1_000_000) * RATE_HZ // 1_000_000 % len(samples)]


def _wail(random: Random, seconds: float, low_hz: float, rise_hz: float, loud: float) -> list[float]:
    count = round(seconds * RATE_HZ)
    phase = wander = 0.0
    made = []
    for i in range(count):
        share = i / count
        wander += random.gauss(0, 0.5) - wander / 400
        hz = low_hz + rise_hz * math.sin(math.pi * share) + 10 * math.sin(2 * math.pi * 6 * i / RATE_HZ) + wander
        phase += 2 * math.pi * hz / RATE_HZ
        harmonics = range(1, int(_MOST_HZ / hz) + 1)
        voice = math.fsum(_strength(n * hz) / n**0.5 * math.sin(n * phase) for n in harmonics)
        swell = min(1.0, 12 * share, 6 * (1 - share))
        made.append(loud * swell * (voice + random.gauss(0, _HOARSE)))
    return made


def _strength(hz: float) -> float:
    return 0.25 + math.fsum(1 / (1 + ((hz - middle) / width) ** 2) for middle, width in _RESONANCES_HZ)
