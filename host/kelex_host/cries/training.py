"""Trains the ear's trees: from recordings to the firmware's table, the same bytes each time.

Every recording is heard in several scenes; what the ear would ask its trees there, by the twin, is what they learn
from. A passage is a cry when enough of it is wails by the rule of `labels.py`; hardly any, and it is none: the quiet
stretches of a recording of a cry too. What lies between teaches nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from kelex_host.cries import labels, scenes, twin
from kelex_host.cries.recordings import KINDS, Recording, by_kind
from kelex_host.cries.wav import RATE

ROUNDS = 4  # scenes of each cry
MINUTES = {"speech": 14, "music": 13, "misc": 5, "animals": 4, "laughter": 2, "steady": 5}  # of the others, in a round
# How much of a passage of three seconds, and of the last of them, has to be wails; and how much makes it no cry.
CRY_OF_THREE, CRY_OF_ONE, NO_CRY_OF_THREE = 0.3, 0.55, 0.06
TELEPHONE = 0.6
WEIGHTS = {"cry": 1.0, "quiet": 0.7, "speech": 1.5, "music": 1.5, "misc": 1.5, "animals": 1.0, "laughter": 1.0}
TREES = 250
PARAMETERS = {
    "objective": "binary",
    "num_leaves": 10,
    "learning_rate": 0.08,
    "min_data_in_leaf": 60,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "max_bin": 127,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}


@dataclass(frozen=True)
class Lesson:
    """Questions as rows, whether each is a cry, and of what kind of sound it is."""

    kind: str
    questions: Any
    is_cry: Any


def lessons(recordings: list[Recording]) -> Iterator[Lesson]:
    """All that there is to learn from these recordings."""
    kinds = by_kind(recordings)
    for round in range(ROUNDS):
        yield from cry_lessons(kinds.get("cry", []), 1000 + 100 * round)
        for kind in KINDS:
            if kind in kinds:
                yield Lesson(kind, *_no(other_questions(kinds[kind], kind, 2000 + 100 * round)))
        yield Lesson("steady", *_no(steady_questions(3000 + 100 * round)))


def cry_lessons(cries: list[Recording], seed: int) -> Iterator[Lesson]:
    """What wails, and what does not, in recordings of cries."""
    for recording in cries:
        random = scenes.random_of(seed, recording.path.name)
        samples = recording.read()
        lead_s = random.uniform(0.5, 3.0)
        heard = scenes.heard(random, samples, lead_s=lead_s, tail_s=0.6)
        wailing = np.zeros(len(heard) // twin.SAMPLES + 2, bool)
        wails, start = labels.wails(samples), round(lead_s * RATE / twin.SAMPLES)
        wailing[start : start + len(wails)] = wails[: len(wailing) - start]
        at, asked = twin.questions(heard)
        one, three = _share(wailing, at, twin.SHORT), _share(wailing, at, twin.FRAMES)
        is_cry = (three >= CRY_OF_THREE) | (one >= CRY_OF_ONE)
        yield Lesson("cry", asked[is_cry], np.ones(int(is_cry.sum()), bool))
        yield Lesson("quiet", *_no(asked[three <= NO_CRY_OF_THREE]))


def _share(wailing: Any, at: Any, count: int) -> Any:
    """How much of the `count` frames up to each of `at` wails."""
    sums = np.concatenate(([0], np.cumsum(wailing)))
    end = np.minimum(at + 1, len(wailing))
    return (sums[end] - sums[np.maximum(end - count, 0)]) / count


def _no(asked: Any) -> tuple[Any, Any]:
    return asked, np.zeros(len(asked), bool)


def other_questions(recordings: list[Recording], kind: str, seed: int) -> Any:
    """What is asked in minutes of one kind of sound."""
    asked = []
    for minute in range(MINUTES[kind]):
        random = scenes.random_of(seed + minute, kind)
        chosen = [recordings[int(i)] for i in random.integers(len(recordings), size=40)]
        samples = scenes.strung(random, [recording.read for recording in chosen], 60.0)
        if random.random() < TELEPHONE:
            samples = scenes.telephone(samples * random.uniform(0.5, 2.0))
        asked.append(twin.questions(scenes.heard(random, samples))[1])
    return np.concatenate(asked)


def steady_questions(seed: int) -> Any:
    """What is asked in minutes of noise, hum, sweeps and beeps."""
    asked = []
    for minute in range(MINUTES["steady"]):
        random = scenes.random_of(seed + minute, "steady")
        loud = 10 ** (random.uniform(-45, -10) / 20) * scenes.FULL
        made = scenes.noise(random, 60 * RATE, scenes.NOISES[minute % len(scenes.NOISES)])
        at = np.arange(len(made)) / RATE
        if minute % 5 == 3:
            hz = np.linspace(random.uniform(100, 3000), random.uniform(100, 3000), len(at))
            made = 0.1 * made + np.sin(2 * np.pi * np.cumsum(hz) / RATE)
        elif minute % 5 == 4:
            hz = random.uniform(150, 1500)
            beeps = at % random.uniform(0.5, 3) < random.uniform(0.2, 1)
            tone = sum(random.uniform(0, 1) / n * np.sin(2 * np.pi * n * hz * at) for n in range(1, 6))
            made = 0.1 * made + tone * (beeps if minute % 2 else 1)
        asked.append(twin.questions(scenes.sampled(random, loud * made))[1])
    return np.concatenate(asked)


def train(learnt: list[Lesson]) -> Any:
    """The trees that tell these apart, as a LightGBM model."""
    import lightgbm

    asked = np.concatenate([lesson.questions for lesson in learnt])
    is_cry = np.concatenate([lesson.is_cry for lesson in learnt])
    weights = np.concatenate([np.full(len(lesson.is_cry), WEIGHTS.get(lesson.kind, 1.0)) for lesson in learnt])
    return lightgbm.train(PARAMETERS, lightgbm.Dataset(asked, is_cry, weight=weights), TREES)
