"""Sounds of the house, made by rule: an infant's cry.

Figures: Wasz-Hoeckert and others, "The infant cry" (1968), LaGasse and others, "Assessment of infant cry" (2005): bouts
of a second, parted by the breath; a fundamental about 450 Hz that rises and falls and trembles a little; many
harmonics, strongest where the throat resonates, which the mouth moves as it opens; a breath of noise with each. How far
the mouth opens, how steep the harmonics fall and how hoarse it is were fitted to recordings: the numbers by which the
drone's ear knows a cry (hearing/passage.py in the firmware) lie near those of the donateacry-corpus (ODbL 1.0).
"""

from __future__ import annotations

import math
from functools import cache
from random import Random

RATE_HZ = 8000
BURST_S = 1.0
BREATH_S = 0.62
# The wails of a bout, which then begins anew: how long (s), from and to which fundamental (Hz), how loud.
_WAILS = ((1.0, 400, 80, 1.0), (0.7, 430, 48, 0.7), (1.3, 380, 87, 1.0), (0.6, 460, 32, 0.6), (0.9, 410, 69, 0.9))
_TREMBLE_HZ, _TREMBLES_A_SECOND = 5, 6
# How hoarse: noise in the voice, and in the breath between two wails.
_HOARSE, _BREATH = 0.059, 0.064
# The throat's resonance with the mouth shut, how much higher it is with the mouth open, and how broad.
_SHUT_HZ, _OPEN_HZ, _BROAD_HZ = 787, 1327.5, 239
# What the resonance does not reach, and by which power of their number the harmonics fall.
_ELSEWHERE, _FALL = 0.014, 1.075
# By how much pitch (Hz) and mouth wander from one sample to the next, and in how many they come back.
_PITCH_WANDERS, _PITCH_BACK = 0.368, 400
_MOUTH_WANDERS, _MOUTH_BACK = 0.02753, 640
_MOST_HZ = 3500


@cache
def cry_samples() -> tuple[float, ...]:
    """A bout of crying at RATE_HZ, -1 to 1; it may be played again and again."""
    random = Random("cry 57")  # of some hundred draws one that is known alike softly, in noise and overdriven
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
    phase = pitch = mouth = 0.0
    made = []
    for i in range(count):
        share = i / count
        arch = math.sin(math.pi * share)
        pitch += random.gauss(0, _PITCH_WANDERS) - pitch / _PITCH_BACK
        mouth += random.gauss(0, _MOUTH_WANDERS) - mouth / _MOUTH_BACK
        tremble = _TREMBLE_HZ * math.sin(2 * math.pi * _TREMBLES_A_SECOND * i / RATE_HZ)
        hz = low_hz + rise_hz * arch + tremble + pitch
        phase += 2 * math.pi * hz / RATE_HZ
        resonance_hz = _SHUT_HZ + _OPEN_HZ * min(max(arch + mouth, 0.0), 1.5)
        harmonics = range(1, int(_MOST_HZ / hz) + 1)
        voice = math.fsum(_strength(n * hz, resonance_hz) / n**_FALL * math.sin(n * phase) for n in harmonics)
        swell = min(1.0, 12 * share, 6 * (1 - share))
        made.append(loud * swell * (voice + random.gauss(0, _HOARSE)))
    return made


def _strength(hz: float, resonance_hz: float) -> float:
    return _ELSEWHERE + 1 / (1 + ((hz - resonance_hz) / _BROAD_HZ) ** 2)
