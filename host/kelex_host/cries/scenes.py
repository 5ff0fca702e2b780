"""Recordings as the drone's microphone hears them in a room: 12-bit samples at 8 kHz.

What tells a cry must be the cry, not how it was recorded. So each scene draws its loudness (-34 to -12 dB of full
scale), its noise (5 to 30 dB below) and its room, and non-cries go through a telephone (GSM full rate, as sox codes it)
as often as not, since the cries have been through one.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from typing import Any

import numpy as np

from kelex_host.cries.wav import RATE

LEVELS_DB = (-34.0, -12.0)
NOISE_DB = (5.0, 30.0)
ROOM_NOISE = 2.0  # counts of 12 bits: the converter's and the amplifier's own
FULL = 2048
_PASS_HZ = (120.0, 3400.0)
_LOWEST_HZ = 174.6  # of a tune: F below middle C, 28 keys up to 880 Hz

Random = Any  # numpy.random.Generator


def random_of(seed: int, name: str) -> Random:
    """Chance that is the same for the same seed and name."""
    return np.random.default_rng([seed, *name.encode()])


def passed(samples: Any, low_hz: float, high_hz: float) -> Any:
    """What a channel lets through, with edges of an octave."""
    size = 1 << len(samples).bit_length()  # a transform of any other length takes ten times as long
    hz = np.maximum(np.fft.rfftfreq(size, 1 / RATE), 1.0)
    gain = 1 / np.sqrt((1 + (low_hz / hz) ** 6) * (1 + (hz / high_hz) ** 12))
    return np.fft.irfft(np.fft.rfft(samples, size) * gain, size)[: len(samples)]


def noise(random: Random, count: int, kind: str) -> Any:
    """Steady noise of a household, of power 1."""
    size = 1 << count.bit_length()
    spectrum = np.fft.rfft(random.normal(size=size))
    hz = np.maximum(np.fft.rfftfreq(size, 1 / RATE), 20.0)
    match kind:
        case "white":
            gain = np.ones_like(hz)
        case "pink":
            gain = hz**-0.5
        case "brown":
            gain = 1 / hz
        case _:  # a fan, a hum, a tone: something steady, with harmonics
            gain = 1 / hz
    made = np.fft.irfft(spectrum * gain, size)[:count]
    made /= np.sqrt((made**2).mean())
    if kind == "hum":
        base = random.uniform(48, 400)
        at = np.arange(count) / RATE
        for n in range(1, 9):
            made += random.uniform(0, 1.5) / n * np.sin(2 * np.pi * n * base * at + random.uniform(0, 6.28))
    made = passed(made, *_PASS_HZ)
    return made / np.sqrt((made**2).mean())


NOISES = ("white", "pink", "brown", "hum")


def tune(random: Random, seconds: float) -> Any:
    """Instruments one after the other, a few notes of each: as high as an infant and as steady, but in steps."""
    parts: list[Any] = []
    while sum(map(len, parts)) < seconds * RATE:
        harmonics = np.arange(1, 13)
        loud = random.uniform(0.2, 1, 12) * harmonics ** -random.uniform(0, 1.5)
        attack_s, decay_s = random.uniform(0.005, 0.12), random.choice((0.3, 1.0, 5.0))
        vibrato, vibrato_hz = random.choice((0.0, random.uniform(0, 0.012))), random.uniform(4, 7)
        longest_s, key = random.uniform(0.25, 2.0), int(random.integers(25))
        for _ in range(int(random.integers(3, 16))):
            note_s, hz = random.uniform(0.12, longest_s), _LOWEST_HZ * 2 ** (key / 12)
            at = np.arange(int(note_s * RATE)) / RATE
            swing = vibrato / (2 * np.pi * vibrato_hz) * np.cos(2 * np.pi * vibrato_hz * at)
            heard = harmonics[harmonics * hz < _PASS_HZ[1]]
            note = loud[: len(heard)] @ np.sin(2 * np.pi * hz * heard[:, None] * (at - swing))
            shape = np.minimum(at / attack_s, 1) * np.exp(-at / decay_s) * np.minimum((note_s - at) / 0.02, 1)
            rest_s = random.choice((0.0, random.uniform(0, 0.4)))
            parts += [note * shape * random.uniform(0.5, 1), np.zeros(int(rest_s * RATE))]
            key = int(np.clip(key + random.integers(-5, 6), 0, 28))
        parts.append(np.zeros(int(random.uniform(0.1, 1) * RATE)))
    played = np.concatenate(parts)[: int(seconds * RATE)]
    return played / np.abs(played).max() * 0.5


def room(random: Random, samples: Any) -> Any:
    """The same in a room of 0.1 to 0.4 s reverberation."""
    length = int(RATE * random.uniform(0.1, 0.4))
    tail = random.normal(size=length) * 10 ** (-3 * np.arange(length) / length) * random.uniform(0.05, 0.25)
    tail[0] = 1.0
    size = 1 << (len(samples) + length).bit_length()
    return np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(tail, size), size)[: len(samples)]


def pitched(samples: Any, factor: float) -> Any:
    """The same so many times as high and as fast: another infant, another voice."""
    if factor > 1:  # what would come back mirrored
        samples = passed(samples, 1.0, min(_PASS_HZ[1], RATE / 2 / factor))
    return np.interp(np.arange(0, len(samples) - 1, factor), np.arange(len(samples)), samples)


def tilted(random: Random, samples: Any) -> Any:
    """The same from another loudspeaker: up to 2.7 dB an octave duller or brighter."""
    size = 1 << len(samples).bit_length()
    hz = np.maximum(np.fft.rfftfreq(size, 1 / RATE), _PASS_HZ[0])
    tilt = (hz / 1000) ** random.uniform(-0.45, 0.45)
    return np.fft.irfft(np.fft.rfft(samples, size) * tilt, size)[: len(samples)]


def telephone(samples: Any) -> Any:
    """The same through GSM and back, by sox."""
    raw = (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()
    form = ["-t", "raw", "-r", str(RATE), "-c", "1"]
    coded = _sox([*form, "-e", "signed", "-b", "16", "-", *form, "-e", "gsm", "-"], raw)
    back = _sox([*form, "-e", "gsm", "-", *form, "-e", "signed", "-b", "16", "-"], coded)
    heard = np.frombuffer(back, "<i2").astype(np.float64) / 32768
    return np.pad(heard, (0, max(0, len(samples) - len(heard))))[: len(samples)]


def _sox(arguments: list[str], data: bytes) -> bytes:
    return subprocess.run(["sox", "-q", "-V1", *arguments], input=data, capture_output=True, check=True).stdout


def loudness(samples: Any) -> float:
    """Root mean square of the samples, leaving out what is silence in it."""
    blocks = samples[: len(samples) // 256 * 256].reshape(-1, 256)
    power = (blocks**2).mean(1)
    return float(np.sqrt(power[power > power.max(initial=0) * 1e-4].mean())) if len(power) and power.max() > 0 else 0.0


def heard(random: Random, samples: Any, *, lead_s: float = 0.0, tail_s: float = 0.0) -> Any:
    """The scene: the recording at some loudness, in some noise, which is there before and after it too."""
    padded = np.pad(samples, (int(lead_s * RATE), int(tail_s * RATE)))
    if random.random() < 0.4:
        padded = room(random, padded)
    padded = passed(padded, *_PASS_HZ)
    level = 10 ** (random.uniform(*LEVELS_DB) / 20) * FULL
    padded = padded * (level / max(loudness(samples), 1e-6))
    below = 10 ** (-random.uniform(*NOISE_DB) / 20)
    padded = padded + level * below * noise(random, len(padded), str(random.choice(NOISES)))
    return sampled(random, padded)


def sampled(random: Random, counts: Any) -> Any:
    """What the converter makes of a swing in counts."""
    rest = FULL + random.uniform(-60, 60)
    own = random.normal(scale=ROOM_NOISE, size=len(counts))
    return np.clip(np.round(rest + counts + own), 0, 4095).astype(np.uint16)


def strung(random: Random, reads: list[Callable[[], Any]], seconds: float) -> Any:
    """Recordings one after the other, in any order and with pauses, for so long."""
    parts: list[Any] = []
    count = 0
    while count < seconds * RATE:
        part = reads[int(random.integers(len(reads)))]()
        if len(part) > 20 * RATE:  # a piece of a long one
            start = int(random.integers(len(part) - 15 * RATE))
            part = part[start : start + 15 * RATE]
        level = max(float(np.sqrt((part**2).mean())) if len(part) else 0.0, 1e-4)
        parts += [part / level * 0.1, np.zeros(int(random.uniform(0.1, 1.0) * RATE))]
        count += len(parts[-2]) + len(parts[-1])
    return np.concatenate(parts)[: int(seconds * RATE)]
