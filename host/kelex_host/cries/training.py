"""Trains the ear's trees: from recordings to the firmware's table, the same bytes each time.

Every recording is heard in several scenes; what the ear would ask its trees there, by the twin, is what they learn
from. A passage is a cry when enough of it is wails by the rule of `labels.py`; hardly any, and it is none: the quiet
stretches of a recording of a cry too. What lies between teaches nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from kelex_host.cries import labels, scenes, twin
from kelex_host.cries.recordings import Recording, by_kind
from kelex_host.cries.wav import RATE

ROUNDS = 4  # scenes of each cry; in every other one it is another's, higher or lower
# Of the others, in a round.
MINUTES = {"speech": 60, "music": 40, "misc": 16, "animals": 15, "laughter": 7, "tune": 9, "noise": 8}
# How much lower and higher what sounds may become in every other round: voices as high as an infant's, too.
PITCHES = {"cry": (0.88, 1.14), "speech": (0.85, 1.8), "laughter": (0.8, 1.4)}
PITCHES_ELSE = (0.7, 1.5)
# How much of a passage of three seconds, and of the last of them, has to be wails; and how much makes it no cry.
CRY_OF_THREE, CRY_OF_ONE, NO_CRY_OF_THREE = 0.3, 0.55, 0.06
TELEPHONE = 0.6
WEIGHTS = {"quiet": 0.7, "speech": 1.5, "music": 3.0, "tune": 3.0, "misc": 2.0, "animals": 3.0}  # 1 of the others
TREES = 300
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


def lessons(recordings: list[Recording], mapped: Callable[..., Iterable[list[Lesson]]] = map) -> Iterator[Lesson]:
    """All that there is to learn from these recordings, in a fixed order; `mapped` may be a pool's `map`."""
    for some in mapped(_learnt, _scenes(recordings)):
        yield from some


def _learnt(scene: Callable[[], list[Lesson]]) -> list[Lesson]:
    return scene()


def _scenes(recordings: list[Recording]) -> Iterator[Callable[[], list[Lesson]]]:
    """What each scene teaches, once it is called."""
    kinds = by_kind(recordings)
    for round in range(ROUNDS):
        is_altered = round % 2 == 1
        for recording in kinds.get("cry", []):
            yield partial(cry_lessons, recording, is_altered, 1000 + 100 * round)
        for kind in sorted(MINUTES):
            for minute in range(MINUTES[kind]):
                seed = 2000 + 1000 * round + minute
                if kind == "noise":
                    yield partial(steady_lessons, minute, seed)
                elif kind == "tune":
                    yield partial(tune_lessons, seed)
                elif kind in kinds:
                    yield partial(other_lessons, kinds[kind], kind, is_altered, seed)


def _altered(random: Any, samples: Any, factor: float) -> Any:
    return scenes.tilted(random, scenes.pitched(samples, factor))


def _factor(random: Any, kind: str) -> float:
    low, high = PITCHES.get(kind, PITCHES_ELSE)
    return float(low * (high / low) ** random.random())


def cry_lessons(recording: Recording, is_altered: bool, seed: int) -> list[Lesson]:
    """What wails, and what does not, in a recording of a cry."""
    random = scenes.random_of(seed, recording.path.name)
    samples = recording.read()
    if is_altered:
        samples = _altered(random, samples, _factor(random, "cry"))
    lead_s = random.uniform(0.5, 3.0)
    heard = scenes.heard(random, samples, lead_s=lead_s, tail_s=0.6)
    at, asked = twin.questions(heard)
    wails = _placed(labels.wails(samples), lead_s, len(heard))
    one, three = _share(wails, at, twin.SHORT), _share(wails, at, twin.FRAMES)
    wailing = asked[(three >= CRY_OF_THREE) | (one >= CRY_OF_ONE)]
    return [Lesson("cry", wailing, np.ones(len(wailing), bool)), _no_cry("quiet", asked[three <= NO_CRY_OF_THREE])]


def _placed(wails: Any, lead_s: float, count: int) -> Any:
    """The wails of a recording in a scene of `count` samples, in which it begins after `lead_s`."""
    placed = np.zeros(count // twin.SAMPLES + 2, bool)
    start = round(lead_s * RATE / twin.SAMPLES)
    placed[start : start + len(wails)] = wails[: len(placed) - start]
    return placed


def _share(wailing: Any, at: Any, count: int) -> Any:
    """How much of the `count` frames up to each of `at` wails."""
    sums = np.concatenate(([0], np.cumsum(wailing)))
    end = np.minimum(at + 1, len(wailing))
    return (sums[end] - sums[np.maximum(end - count, 0)]) / count


def _no_cry(kind: str, asked: Any) -> Lesson:
    return Lesson(kind, asked, np.zeros(len(asked), bool))


def other_lessons(recordings: list[Recording], kind: str, is_altered: bool, seed: int) -> list[Lesson]:
    """What is asked in a minute of one kind of sound."""
    random = scenes.random_of(seed, kind)
    chosen = [recordings[int(i)] for i in random.integers(len(recordings), size=60)]
    factor = _factor(random, kind) if is_altered else 1.0
    samples = scenes.strung(random, [recording.read for recording in chosen], 60.0 * factor)
    if is_altered:
        samples = _altered(random, samples, factor)
    if random.random() < TELEPHONE:
        samples = scenes.telephone(samples * random.uniform(0.5, 2.0))
    return [_no_cry(kind, twin.questions(scenes.heard(random, samples))[1])]


def tune_lessons(seed: int) -> list[Lesson]:
    """What is asked in a minute of instruments that nobody has recorded."""
    random = scenes.random_of(seed, "tune")
    samples = scenes.tune(random, 60.0)
    if random.random() < TELEPHONE:
        samples = scenes.telephone(samples)
    return [_no_cry("tune", twin.questions(scenes.heard(random, samples))[1])]


def steady_lessons(minute: int, seed: int) -> list[Lesson]:
    """What is asked in a minute of noise, hum, sweeps or beeps."""
    random = scenes.random_of(seed, "noise")
    loud = 10 ** (random.uniform(-45, -10) / 20) * scenes.FULL
    swing = scenes.noise(random, 60 * RATE, scenes.NOISES[minute % len(scenes.NOISES)]) * loud
    at = np.arange(len(swing)) / RATE
    if minute % 5 == 3:
        hz = np.linspace(random.uniform(100, 3000), random.uniform(100, 3000), len(at))
        swing = swing * 0.1 + loud * np.sin(2 * np.pi * np.cumsum(hz) / RATE)
    elif minute % 5 == 4:
        hz = random.uniform(150, 1500)
        tone = sum(random.uniform(0, 1) / n * np.sin(2 * np.pi * n * hz * at) for n in range(1, 6))
        beeps = (at % random.uniform(0.5, 3) < random.uniform(0.2, 1)) if minute % 2 else 1
        swing = swing * 0.1 + loud * tone * beeps
    return [_no_cry("noise", twin.questions(scenes.sampled(random, swing))[1])]


def train(learnt: list[Lesson]) -> Any:
    """The trees that tell these apart, as a LightGBM model."""
    import lightgbm

    asked = np.concatenate([lesson.questions for lesson in learnt])
    is_cry = np.concatenate([lesson.is_cry for lesson in learnt])
    weights = np.concatenate([np.full(len(lesson.is_cry), WEIGHTS.get(lesson.kind, 1.0)) for lesson in learnt])
    return lightgbm.train(PARAMETERS, lightgbm.Dataset(asked, is_cry, weight=weights), TREES)
