"""How fast a house lives, and what is played in it, as it is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from kelex_host.cli.house_process import open_journal
from kelex_host.cli.pace import LIFE, STORIES_MOST, pace_of
from kelex_host.config import Settings, parse
from kelex_host.errors import ConfigError
from kelex_host.memory.memory_journal import MemoryJournal

REAL = parse({"drone": [{"id": "kelex", "room": "nursery", "port": "/dev/ttyACM0"}]})


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KELEX_HOME", str(tmp_path))
    return tmp_path


def test_life_has_a_pace_of_its_own_and_changes_nothing() -> None:
    assert pace_of(Settings(), 1.0, "") == (LIFE, Settings())
    assert pace_of(REAL, 1.0, "") == (LIFE, REAL)


def test_what_lives_faster_leaves_no_future_in_the_users_own_journal(home: Path) -> None:
    pace, _ = pace_of(Settings(), 60.0, "")
    told: list[str] = []
    journal = open_journal(home, pace, told.append)
    assert told == ["At 60 times life's speed it remembers until it stops; your own journal hears nothing of it."]
    assert isinstance(journal, MemoryJournal)
    assert not [*home.iterdir()]


@pytest.mark.parametrize(
    ("settings", "speed", "scenario", "sentence"),
    [
        (REAL, 2.0, "", "real board"),
        (REAL, 1.0, "krypton", "real board"),
        (Settings(), 0.0, "", "within 0.1 and 1000"),
        (Settings(), float("nan"), "", "within 0.1 and 1000"),
        (Settings(), 1e9, "krypton", "within 0.1 and 1000"),
        (Settings(), 1.0, "tatooine", "there is krypton"),
    ],
)
def test_what_cannot_be_is_one_sentence(settings: Settings, speed: float, scenario: str, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        pace_of(settings, speed, scenario)


def test_a_scenario_has_its_cast_and_a_memory_of_its_own_for_nobody_else_to_read(home: Path) -> None:
    mine = parse({"house": {"base": "kelex/mine"}, "member": [{"id": "clark"}], "broker": {"url": "mqtt://h:1"}})
    pace, settings = pace_of(mine, 120.0, "krypton")
    assert (settings.house.base, settings.broker) == ("kelex/mine", mine.broker)
    assert [member.id for member in settings.member] == ["jor-el", "lara", "kal-el"]
    assert pace.memory is not None
    assert pace.memory.parent == home / "stories"
    assert (pace.memory / "secrets.toml").stat().st_mode & 0o077 == 0


def test_the_oldest_play_goes_where_there_are_too_many(home: Path) -> None:
    plays = [home / "stories" / f"krypton-20260101-0000{number:02}" for number in range(STORIES_MOST)]
    for play in plays:
        play.mkdir(parents=True)
    pace, _ = pace_of(Settings(), 120.0, "krypton")
    left = sorted((home / "stories").iterdir())
    assert left == [*plays[1:], pace.memory]


def test_at_lifes_pace_a_scenario_still_has_a_clock_whose_hours_can_be_skipped() -> None:
    pace, _ = pace_of(Settings(), 1.0, "krypton")
    assert pace.speed == 1.0
    assert LIFE.speed is None
