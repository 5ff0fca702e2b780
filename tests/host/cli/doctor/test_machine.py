"""The checks of the machine: each kind of trouble has its mend."""

from datetime import datetime

import pytest
from kelex_host.cli.doctor import machine


@pytest.mark.parametrize(("version", "level"), [((3, 10, 9), "wrong"), ((3, 11, 0), "ok"), ((4, 0, 0), "ok")])
def test_python_has_to_be_new_enough(version, level):
    assert machine.python(version).level == level


def test_a_home_that_is_there_is_written_to_and_left_as_it_was(tmp_path):
    assert machine.home(tmp_path).level == "ok"
    assert list(tmp_path.iterdir()) == []


def test_a_home_that_is_not_there_is_not_made(tmp_path):
    assert machine.home(tmp_path / "a" / "b").level == "ok"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("below", ["", "a/b"])
def test_a_home_that_is_a_file_is_wrong(tmp_path, below):
    (tmp_path / "file").write_text("")
    finding = machine.home(tmp_path / "file" / below)
    assert finding.level == "wrong"
    assert "set KELEX_HOME" in finding.text


def test_a_clock_from_before_this_release_is_wrong():
    assert machine.clock(datetime(1970, 1, 1)).level == "wrong"
    assert machine.clock(datetime(machine.RELEASE_YEAR, 1, 1)).level == "ok"


@pytest.mark.parametrize(
    ("named", "level"),
    [
        (None, "note"),
        ("", "ok"),
        ("UTC", "ok"),
        (":UTC", "ok"),
        ("CET-1CEST,M3.5.0,M10.5.0/3", "ok"),
        ("<+03>-3", "ok"),
        ("Krypton/Argo", "wrong"),
        ("../x", "wrong"),
        ("/nowhere", "wrong"),
    ],
)
def test_the_time_zone_has_to_be_one(tmp_path, named, level):
    assert machine.time_zone(named, tmp_path / "localtime").level == level


def test_the_time_zone_of_the_system_will_do(tmp_path):
    (tmp_path / "localtime").write_text("")
    assert machine.time_zone(None, tmp_path / "localtime").level == "ok"
