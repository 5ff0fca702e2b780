"""S14: kill -9 of `kelex up` at any moment loses nothing that was answered.

By hand, with 200 kills: uv run python tests/killing.py
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from brokers import Mosquitto
from conftest import Tell
from killing import survive

KILLS = 6


def test_s14_whatever_was_answered_has_its_event_however_often_the_house_is_killed(
    tmp_path: Path, mosquitto: Mosquitto, tell: Tell
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    heard = survive(home, mosquitto.url.port, KILLS, Random(7))
    assert heard.problems() == []
    assert len(heard.answered) > KILLS
    tell(f"kill -9: {KILLS} kills, {len(heard.answered)} requests answered ok, each with its one event")
