"""The table is the output of its recordings: the same bytes each time, on one processor or many."""

import wave
from concurrent.futures import ThreadPoolExecutor

import pytest
from kelex_sim.sounds import RATE_HZ, cry_samples

np = pytest.importorskip("numpy", reason="`uv sync --extra cries` brings it")
pytest.importorskip("lightgbm", reason="`uv sync --extra cries` brings it")

from kelex_host.cries import recordings, table, training  # noqa: E402


@pytest.fixture
def known(tmp_path, monkeypatch):
    """A cry and a hum that is music, each of three seconds, and a minute of lessons."""
    monkeypatch.setattr(training, "MINUTES", {"music": 1, "tune": 1})
    monkeypatch.setattr(training, "ROUNDS", 2)
    monkeypatch.setattr(training, "TREES", 3)
    monkeypatch.setattr(training, "TELEPHONE", 0.0)
    at = np.arange(3 * RATE_HZ) / RATE_HZ
    for name, swing in (("cry", np.array(cry_samples()[: len(at)])), ("music", np.sin(2 * np.pi * 150 * at))):
        (tmp_path / name).mkdir()
        with wave.open(str(tmp_path / name / f"{name}.wav"), "wb") as file:
            file.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
            file.writeframes((swing / np.abs(swing).max() * 20000).astype("<i2").tobytes())
    return recordings.cries(tmp_path / "cry") + recordings.noncries([tmp_path / "music"])


def test_the_same_recordings_teach_the_same_bytes_and_every_other_round_sounds_higher_or_lower(known):
    with ThreadPoolExecutor(2) as pool:
        taught = [list(training.lessons(known)), list(training.lessons(known, pool.map))]
    first, second = [table.module(table.encode(training.train(lessons))) for lessons in taught]
    assert first == second
    cry, _, music, _, *altered = taught[0]
    assert cry.is_cry.all()
    assert [lesson.kind for lesson in altered] == ["cry", "quiet", "music", "tune"]
    assert len(altered[2].questions) == pytest.approx(len(music.questions), rel=0.05)
    assert altered[0].questions.tolist() != cry.questions.tolist()
