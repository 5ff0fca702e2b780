"""`kelex cries collect`: what cannot be had is told and left out, as long as there is something."""

import wave
from pathlib import Path

import pytest
from kelex_host.cries import collecting
from kelex_host.cries.wav import RecordingError


@pytest.fixture
def mirror(monkeypatch):
    """A mirror that has but one of three packages; its tools are there."""
    monkeypatch.setattr(collecting, "PACKAGES", ("bells", "gone", "songs"))
    monkeypatch.setattr(collecting.shutil, "which", lambda tool: tool)
    has = {"bells"}

    def package(name: str, folder: Path) -> None:
        folder.mkdir(parents=True)
        if name not in has:
            raise RecordingError(f"apt-get -q download {name} failed: E: Unable to locate package {name}")
        with wave.open(str(folder / "bell.wav"), "wb") as file:
            file.setparams((1, 2, 8000, 0, "NONE", ""))

    monkeypatch.setattr(collecting, "_package", package)
    return has


def test_a_package_that_is_missing_is_told_and_left_out(mirror, tmp_path):
    told = []
    assert collecting.collect(tmp_path, told.append) == 1
    assert [line.split(":")[0] for line in told if "left out" in line] == ["gone is left out", "songs is left out"]
    assert sorted(folder.name for folder in tmp_path.iterdir()) == ["bells"]


def test_what_was_missing_comes_the_next_time_and_what_is_there_stays(mirror, tmp_path):
    collecting.collect(tmp_path, lambda line: None)
    mirror.add("songs")
    told = []
    assert collecting.collect(tmp_path, told.append) == 2
    assert "bells ..." not in told


def test_nothing_at_all_is_an_error(mirror, tmp_path):
    mirror.clear()
    with pytest.raises(RecordingError, match="None of the packages can be had"):
        collecting.collect(tmp_path, lambda line: None)
