"""How clients find the running house."""

import os
import stat

import pytest
from kelex_host import running
from kelex_host.config.secrets import Secret
from kelex_host.running import RunningHouse

HOUSE = RunningHouse(os.getpid(), "mqtt://u:secret@h", "kelex", ["kelex"], [Secret("/dev/x", "!secret port")])


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("KELEX_HOME", str(tmp_path))
    return tmp_path


def test_an_announced_house_is_found_until_it_withdraws():
    assert running.find() is None
    running.announce(HOUSE)
    assert running.find() == HOUSE
    running.withdraw()
    assert running.find() is None


def test_the_file_is_ours_alone_even_over_one_that_was_not(home):
    (home / "running.json").write_text("{}")
    (home / "running.json").chmod(0o644)
    running.announce(HOUSE)
    assert stat.S_IMODE((home / "running.json").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"pid": 99999999999999999999, "broker": "", "base": "", "drones": ["a"]}',
        '{"pid": 4194999, "broker": "", "base": "", "drones": ["a"]}',
        '{"pid": 1, "broker": "", "base": "", "drones": []}',
    ],
)
def test_a_file_that_makes_no_sense_is_no_house(home, text):
    (home / "running.json").write_text(text)
    assert running.find() is None


def test_the_password_in_it_is_not_printed():
    assert "secret@" not in repr(HOUSE)


def test_a_house_that_was_killed_and_had_our_number_is_none():
    """In a container every start has the same process id."""
    running.announce(HOUSE)
    new = RunningHouse(os.getpid(), "mqtt://elsewhere", "kelex", ["kelex"])
    assert running.announce(new)
    assert running.find() == new
