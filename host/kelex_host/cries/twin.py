"""The firmware's hearing for many frames at once: the same numbers as `kelex_drone/hearing`, which a test compares.

Training looks at a million frames; one by one, in Python, that is an hour.
"""

from __future__ import annotations

from typing import Any

import numpy as np

SAMPLES = 256
BANDS, CEPSTRA, WORDS = 20, 12, 19
FRAMES, SHORT = 96, 32
NUMBERS = 2 * WORDS + 7
QUESTIONS = 2 * NUMBERS
ZERO = 16384
# The ear's: how loud 32 of a frame's samples have to be, for how many frames it listens on, how often it judges.
GATE, HOLD, EVERY, LEAST = 32 * 144, 32, 8, 24

_SINES = np.array([round(16384 * np.sin(2 * np.pi * k / SAMPLES)) for k in range(192)], np.int32)
_WINDOW = np.array([round(255 * (0.5 - 0.5 * np.cos(2 * np.pi * (k + 0.5) / SAMPLES))) for k in range(SAMPLES)])
_ORDER = np.array([sum((i >> bit & 1) << 6 - bit for bit in range(7)) for i in range(128)])
_EDGES = (3, 5, 7, 9, 11, 13, 16, 19, 22, 25, 29, 33, 38, 43, 49, 56, 64, 73, 83, 95, 110)
_COSINES = np.array(
    [[round(127 * np.cos(np.pi * (j + 1) * (k + 0.5) / BANDS)) for k in range(BANDS)] for j in range(CEPSTRA)]
)

Array = Any  # numpy's, of whole numbers


def powers(samples: Array) -> tuple[Array, Array]:
    """Of frames of 256 samples: the power in 128 bands, and the shift."""
    x = samples.astype(np.int32)
    x = x - ((x.sum(1) + 128) >> 8)[:, None]
    peak = np.maximum(np.abs(x).max(1), 1)
    shift = np.maximum(12 - np.floor(np.log2(peak)).astype(np.int32), 0)
    x = ((x << shift[:, None]) * _WINDOW.astype(np.int32)) >> 8
    re = np.empty((len(x), 128), np.int32)
    im = np.empty_like(re)
    re[:, _ORDER] = x[:, 0::2]
    im[:, _ORDER] = x[:, 1::2]
    size = 1
    while size < 128:
        k = np.arange(size) * (128 // size)
        c, s = _SINES[k + 64], _SINES[k]
        rs, is_ = re.reshape(len(x), -1, 2, size), im.reshape(len(x), -1, 2, size)
        ar, ai, br, bi = rs[:, :, 0] >> 1, is_[:, :, 0] >> 1, rs[:, :, 1], is_[:, :, 1]
        tr, ti = (br * c + bi * s) >> 15, (bi * c - br * s) >> 15
        re = np.stack((ar + tr, ar - tr), 2).reshape(len(x), 128)
        im = np.stack((ai + ti, ai - ti), 2).reshape(len(x), 128)
        size <<= 1
    k = np.arange(128)
    m = (128 - k) & 127
    c, s = _SINES[k + 64], _SINES[k]
    even_r, even_i, odd_r, odd_i = re + re[:, m], im - im[:, m], im + im[:, m], re[:, m] - re
    a = (even_r + ((odd_r * c + odd_i * s) >> 14)) >> 1
    b = (even_i + ((odd_i * c - odd_r * s) >> 14)) >> 1
    return a * a + b * b, shift


def log(power: Array) -> Array:
    """To the base 2, in sixteenths; 0 of 0."""
    exponent = np.frexp(np.maximum(power, 1).astype(np.float64))[1].astype(np.int64) - 1
    return ((exponent << 4) + (((power.astype(np.int64) << 4) >> exponent) & 15)).astype(np.int32)


def voices(samples: Array, new: Array) -> Array:
    """The words of frames of 256 samples, without ZERO. `new[i]`: there was silence before frame i."""
    power, shift = powers(samples)
    logs = log(power)
    banded = np.add.reduceat(power, _EDGES, axis=1)[:, :BANDS]
    down = 32 * shift
    bands = log(banded) - down[:, None]
    frames = np.empty((len(power), WORDS), np.int32)
    frames[:, 0] = log(banded.sum(1)) - down
    before = np.vstack((np.full((1, BANDS), -512, np.int32), bands[:-1]))
    before[new] = -512
    frames[:, 1] = np.maximum(bands - before, 0).sum(1) >> 3
    frames[:, 2] = frames[:, 0] - ((bands.sum(1) * 13) >> 8)
    frames[:, 7:] = (bands @ _COSINES.T.astype(np.int32)) >> 7
    _comb(logs, frames)
    return frames


def _comb(logs: Array, frames: Array) -> None:
    pitches = np.arange(20, 112)
    scores = np.zeros((len(logs), len(pitches)), np.int32)
    for i, f in enumerate(pitches):
        for h in range(1, 5):
            at, half = f * h, f >> 1
            scores[:, i] += 2 * logs[:, (at + 2) >> 2] - logs[:, (at - half + 2) >> 2] - logs[:, (at + half + 2) >> 2]
    middle = scores[:, 12:77]
    frames[:, 3] = middle.max(1)
    frames[:, 4] = 32 + middle.argmax(1)
    frames[:, 5] = scores[:, :12].max(1)
    frames[:, 6] = scores[:, 77:].max(1)


def passages(windows: Array, counts: Array) -> Array:
    """The NUMBERS of windows of frames; of each window the last `counts` frames are there."""
    length = windows.shape[1]
    there = np.arange(length)[None, :] >= (length - counts)[:, None]
    level = windows[:, :, 0]
    loudest = np.where(there, level, -(1 << 20)).max(1)
    softest = np.where(there, level, 1 << 20).min(1)
    loud = there & (level >= (loudest - 64)[:, None])
    count = loud.sum(1)
    numbers = np.empty((len(windows), NUMBERS), np.int32)
    masked = np.where(loud[:, :, None], windows + ZERO, 0)
    mean = masked.sum(1) // count[:, None]
    away = np.where(loud[:, :, None], np.abs(windows + ZERO - mean[:, None, :]), 0).sum(1)
    numbers[:, 0 : 2 * WORDS : 2] = mean
    numbers[:, 0] = loudest + ZERO - mean[:, 0]
    numbers[:, 1 : 2 * WORDS : 2] = (away << 2) // count[:, None]
    voiced = loud & (windows[:, :, 3] >= 256) & (windows[:, :, 3] > windows[:, :, 5])
    before = np.zeros_like(voiced)
    before[:, 1:] = voiced[:, :-1]
    run = np.zeros(len(windows), np.int32)
    longest = np.zeros(len(windows), np.int32)
    for i in range(length):
        run = np.where(voiced[:, i], run + 1, 0)
        longest = np.maximum(longest, run)
    steps = np.abs(np.diff(windows[:, :, 4], axis=1))
    travel = (steps * (voiced[:, 1:] & voiced[:, :-1])).sum(1)
    earlier = np.zeros_like(loud)
    earlier[:, 1:] = loud[:, :-1]
    at = 2 * WORDS
    numbers[:, at] = (count << 6) // counts
    numbers[:, at + 1] = (voiced.sum(1) << 6) // counts
    numbers[:, at + 2] = longest
    numbers[:, at + 3] = ((voiced & ~before).sum(1) << 8) // counts
    numbers[:, at + 4] = (travel << 4) // (voiced.sum(1) + 1)
    numbers[:, at + 5] = ((loud & ~earlier).sum(1) << 8) // counts
    numbers[:, at + 6] = loudest - softest
    return numbers


def gate(samples: Array) -> tuple[Array, Array]:
    """Of a stream's frames: which are listened to, and how many have been, without silence, up to each."""
    few = np.hstack((samples[:, ::16], samples[:, 5::16])).astype(np.int64)
    off = few - (few.sum(1) >> 5)[:, None]
    loud = (off * off).sum(1) >= GATE
    heard = np.zeros(len(samples), bool)
    count = np.zeros(len(samples), np.int32)
    left = held = 0
    for i, is_loud in enumerate(loud):
        left = HOLD if is_loud else left - 1
        heard[i] = left > 0
        held = held + 1 if left > 0 else 0
        count[i] = held
    return heard, count


def questions(samples: Array) -> tuple[Array, Array]:
    """A stream of 12-bit samples: at which frames the ear judges, and what the trees are asked there."""
    frames = samples[: len(samples) // SAMPLES * SAMPLES].reshape(-1, SAMPLES)
    heard, count = gate(frames)
    at = np.flatnonzero((count >= LEAST) & (count % EVERY == 0))
    if not len(at):
        return at, np.zeros((0, QUESTIONS), np.int32)
    words = np.zeros((len(frames), WORDS), np.int32)
    words[heard] = voices(frames[heard], (count == 1)[heard])
    padded = np.vstack((np.zeros((FRAMES, WORDS), np.int32), words))
    asked = np.empty((len(at), QUESTIONS), np.int32)
    for start in range(0, len(at), 4096):
        some = at[start : start + 4096]
        # The second is summed up two frames before the judgement, the three seconds one.
        for length, lag, to in ((SHORT, 2, 0), (FRAMES, 1, NUMBERS)):
            rows = (some - lag)[:, None] + np.arange(FRAMES - length + 1, FRAMES + 1)[None, :]
            there = np.minimum(count[some] - lag, length)
            asked[start : start + len(some), to : to + NUMBERS] = passages(padded[rows], there)
    return at, asked
