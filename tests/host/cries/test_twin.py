"""The twin that training uses comes to the very numbers of the firmware's ear."""

from array import array
from random import Random

import pytest
from kelex_drone.hearing import ear
from kelex_drone.hearing.passage import QUESTIONS
from kelex_sim.sounds import cry_samples

np = pytest.importorskip("numpy", reason="`uv sync --group cries` brings it")

FRAME = 256


def scene(loud):
    """Quiet, a cry, quiet, noise: so that the gate opens twice."""
    random = Random(loud)
    swing = [0.0] * 9000 + [loud * value for value in cry_samples()[:30000]] + [0.0] * 20000
    swing += [random.gauss(0, loud / 3) for _ in range(20000)]
    return [min(max(2048 + round(value + random.gauss(0, 2)), 0), 4095) for value in swing]


def asked_by_firmware(samples):
    """At which frames its trees are asked, and what."""
    hearing, frames, asked = ear.Ear(), [], []
    words = memoryview(array("H", samples))
    for frame in range(len(samples) // FRAME):
        hearing.hear(words[frame * FRAME : (frame + 1) * FRAME])
        if hearing.judged is not None:
            frames.append(frame)
            asked.append(list(memoryview(hearing._passage.questions).cast("H")))
    return frames, asked


@pytest.mark.parametrize("loud", [60, 700, 4000])
def test_the_same_questions_at_the_same_frames(loud):
    from kelex_host.cries import twin

    samples = scene(loud)
    frames, asked = asked_by_firmware(samples)
    at, questions = twin.questions(np.array(samples, np.uint16))
    assert at.tolist() == frames
    assert len(frames) > 10
    assert questions.shape == (len(frames), QUESTIONS)
    assert questions.tolist() == asked
