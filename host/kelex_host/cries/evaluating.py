"""What an ear is worth: recall of clips and of infants, latency, false alarms per hour by kind of sound.

An ear is judged by its opinions, one after each of its judgements: it raises an alarm where one reaches a threshold,
and an alarm counts once in ten seconds. So one run gives the figures for every threshold. A clip is recalled by an
alarm while it plays or within a second of its end; latency is counted from its first wail, by the rule of `labels.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from kelex_host.cries import labels, scenes
from kelex_host.cries.recordings import Recording, by_infant, by_kind
from kelex_host.cries.wav import RATE

FRAME_S = 0.032
AGAIN_S = 10.0
LEAD_S, TAIL_S = 2.0, 1.0
EPISODE_S = 30.0
_NORMAL_95 = 1.96  # so many standard deviations hold 95 %
# A household's hours, in percent.
MIX = {"silence": 25, "noise": 20, "speech": 30, "music": 15, "misc": 4, "animals": 4, "laughter": 2}

Opinions = list[tuple[int, int]]
Ear = Callable[[Any], Opinions]


@dataclass(frozen=True)
class Scene:
    """Something to listen to: `kind` is `clip`, `episode` or one of MIX; of a clip, its start and its first wail."""

    name: str
    kind: str
    samples: Any
    is_clear: bool = False
    start_s: float = 0.0
    wail_s: float = 0.0

    @property
    def seconds(self) -> float:
        return len(self.samples) / RATE


def cry_scenes(recordings: list[Recording], seed: int) -> Iterator[Scene]:
    """Each clip in noise, and each infant's clips for half a minute."""
    for recording in recordings:
        random = scenes.random_of(seed, recording.path.name)
        samples = recording.read()
        wailing = labels.wails(samples)
        first = int(np.argmax(wailing)) * labels.HOP / RATE if wailing.any() else 0.0
        heard = scenes.heard(random, samples, lead_s=LEAD_S, tail_s=TAIL_S)
        yield Scene(recording.path.name, "clip", heard, labels.is_clear(wailing), LEAD_S, LEAD_S + first)
    for infant, clips in by_infant(recordings):
        random = scenes.random_of(seed, infant)
        parts = [clip.read() for clip in clips]
        start = int(random.integers(len(parts)))
        order = [parts[(start + i) % len(parts)] for i in range(64)]
        samples = np.concatenate(order)[: int(EPISODE_S * RATE)]
        yield Scene(infant, "episode", scenes.heard(random, samples), start_s=0.0)


def other_scenes(recordings: list[Recording], minutes: float, seed: int) -> Iterator[Scene]:
    """Minutes of each kind of household sound; half of those minutes by telephone."""
    kinds = by_kind(recordings)
    for kind in MIX:
        for minute in range(_minutes(kind, kinds, minutes)):
            name = f"{kind} {minute}"
            random = scenes.random_of(seed, name)
            if kind == "silence":
                yield Scene(name, kind, scenes.sampled(random, scenes.noise(random, 60 * RATE, "pink")))
            elif kind == "noise":
                loud = 10 ** (random.uniform(*scenes.LEVELS_DB) / 20) * scenes.FULL
                steady = scenes.noise(random, 60 * RATE, scenes.NOISES[minute % len(scenes.NOISES)])
                yield Scene(name, kind, scenes.sampled(random, loud * steady))
            else:
                chosen = [kinds[kind][int(i)] for i in random.integers(len(kinds[kind]), size=60)]
                samples = scenes.strung(random, [recording.read for recording in chosen], 60.0)
                if random.random() < 0.5:
                    samples = scenes.telephone(samples)
                yield Scene(name, kind, scenes.heard(random, samples))


def _minutes(kind: str, kinds: dict[str, list[Recording]], minutes: float) -> int:
    """Rare kinds are listened to for less long, but never for less than two minutes."""
    if kind not in ("silence", "noise") and kind not in kinds:
        return 0
    share = {"silence": 0.25, "noise": 0.5, "speech": 1.0, "music": 1.0}.get(kind, 0.25)
    return max(round(minutes * share), 2)


def alarms(opinions: Opinions, threshold: int) -> list[float]:
    """When an alarm counts, in seconds."""
    counted: list[float] = []
    for frame, opinion in opinions:
        at_s = (frame + 1) * FRAME_S
        if opinion >= threshold and (not counted or at_s - counted[-1] >= AGAIN_S):
            counted.append(at_s)
    return counted


@dataclass(frozen=True)
class Rate:
    """So many false alarms in so many hours; `likely` bounds their rate, one time in twenty wrongly."""

    count: int
    hours: float

    @property
    def per_hour(self) -> float:
        return self.count / self.hours

    @property
    def likely(self) -> tuple[float, float]:
        """Byar's approximation (Breslow and Day, 1987) of the limits of Poisson's distribution."""
        n = self.count
        low = n * (1 - 1 / (9 * n) - _NORMAL_95 / (3 * n**0.5)) ** 3 if n else 0.0
        high = (n + 1) * (1 - 1 / (9 * (n + 1)) + _NORMAL_95 / (3 * (n + 1) ** 0.5)) ** 3
        return max(low, 0.0) / self.hours, high / self.hours


@dataclass(frozen=True)
class Figures:
    """At one threshold. Recalls are shares, latencies seconds, `false` how often each kind of sound raises an alarm."""

    threshold: int
    clips: float
    clear: float
    infants: float
    latency_s: float
    latency_90_s: float
    false: dict[str, Rate]

    @property
    def mixed_per_hour(self) -> float:
        """In a household's mix of sounds."""
        known = {kind: share for kind, share in MIX.items() if kind in self.false}
        return sum(self.false[kind].per_hour * share for kind, share in known.items()) / max(sum(known.values()), 1)


def figures(heard: list[tuple[Scene, Opinions]], threshold: int) -> Figures:
    """What these opinions are worth at a threshold."""
    clips: list[tuple[bool, bool]] = []
    episodes: list[bool] = []
    late: list[float] = []
    hours: dict[str, float] = {}
    false: dict[str, int] = {}
    for scene, opinions in heard:
        if scene.kind == "clip":
            within = [(f, o) for f, o in opinions if (f + 1) * FRAME_S > scene.start_s]
            raised = alarms(within, threshold)
            clips.append((bool(raised), scene.is_clear))
            late += [max(raised[0] - scene.wail_s, 0.0)] if raised else []
        elif scene.kind == "episode":
            episodes.append(bool(alarms(opinions, threshold)))
        else:
            hours[scene.kind] = hours.get(scene.kind, 0) + scene.seconds / 3600
            false[scene.kind] = false.get(scene.kind, 0) + len(alarms(opinions, threshold))
    return Figures(
        threshold,
        _share([raised for raised, _ in clips]),
        _share([raised for raised, is_clear in clips if is_clear]),
        _share(episodes),
        float(np.percentile(late, 50)) if late else 0.0,
        float(np.percentile(late, 90)) if late else 0.0,
        {kind: Rate(false[kind], hours[kind]) for kind in hours},
    )


def _share(values: list[bool]) -> float:
    return sum(values) / len(values) if values else 0.0
