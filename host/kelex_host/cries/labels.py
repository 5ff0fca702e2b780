"""Where in a recording an infant wails: by a rule that knows nothing of the detector.

A frame of 64 ms is part of a wail when it is within 20 dB of the recording's loudest frames and its autocorrelation
(normalised; Boersma, "Accurate short-term analysis of the fundamental frequency", 1993) has a peak of at least 0.6
between 250 and 700 Hz. A clip is clear when its wails last 1.2 s together, and one of them 0.35 s on end.
"""

from __future__ import annotations

from typing import Any

import numpy as np

HOP = 256
_LONG = 512
_LAGS = (11, 33)
_PEAK = 0.6
_WITHIN = 0.1  # of the loud frames' amplitude: 20 dB
CLEAR_S, RUN_S = 1.2, 0.35


def wails(samples: Any) -> Any:
    """For each hop of 32 ms whether it is part of a wail."""
    count = max((len(samples) - _LONG) // HOP + 1, 0)
    if not count:
        return np.zeros(0, bool)
    frames = np.lib.stride_tricks.sliding_window_view(samples, _LONG)[::HOP][:count]
    frames = frames - frames.mean(1, keepdims=True)
    power = np.abs(np.fft.rfft(frames, 2 * _LONG)) ** 2
    correlation = np.fft.irfft(power)[:, : _LAGS[1]]
    share = (_LONG - np.arange(_LAGS[1])) / _LONG
    normal = correlation / np.maximum(correlation[:, :1], 1e-12) / share
    peak = normal[:, _LAGS[0] :].max(1)
    loud = np.sqrt((frames**2).mean(1))
    return (peak >= _PEAK) & (loud >= _WITHIN * np.percentile(loud, 95)) & (loud > 1e-3)


def is_clear(wailing: Any) -> bool:
    """Whether a recording with these hops holds a clear wail."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], wailing.astype(int), [0]))))
    longest = (edges[1::2] - edges[::2]).max(initial=0)
    return bool(wailing.sum() * HOP >= CLEAR_S * 8000 and longest * HOP >= RUN_S * 8000)
