"""`kelex hardware` as it is typed: exit code 0 done, 1 for what is found or cannot be read, 2 for bad usage."""

import csv
import json
import sys

import pytest
from kelex_host.cli.main import main


@pytest.fixture
def kelex(monkeypatch, tmp_path, capsys):
    """Run `kelex hardware` with these words; (exit code, what it printed, what it said beside)."""
    monkeypatch.setenv("KELEX_HOME", str(tmp_path))

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["kelex", "hardware", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return run


@pytest.fixture
def other(tmp_path, kelex):
    """A board.toml of one's own: the one that came with Kelex, with some of its text replaced."""
    from kelex_host.cli.hardware import _file

    def write(old="", new=""):
        file = tmp_path / "my-board.toml"
        file.write_text(_file(None).read_text("utf-8").replace(old, new, 1), "utf-8")
        return file

    return write


def test_the_board_that_came_with_kelex_is_sound_and_its_budget_is_told(kelex):
    code, out, _ = kelex("check")
    assert code == 0
    assert "5v       2516 mA with all servos moving, 6324 with all stalled; it gives 8000\n" in out
    assert "All is well: 30 parts" in out
    assert json.loads(kelex("check", "--json")[1])["findings"] == []


def test_a_swapped_pin_makes_check_fail_with_a_sentence_that_names_both_parts(kelex, other):
    file = other("pin = 14", "pin = 16")
    code, out, _ = kelex("check", file)
    assert code == 1
    assert "door (reed contact) and doorbell (push button) are both on GPIO 16; put one of them on GPIO 0" in out
    assert json.loads(kelex("check", file, "--json")[1])["findings"] == out.splitlines()


def test_pins_are_printed_in_three_forms(kelex):
    assert "20   GP15      touch SIG" in kelex("pins")[1]
    assert "| 20 | GP15 | touch SIG |" in kelex("pins", "--markdown")[1]
    rows = json.loads(kelex("pins", "--json")[1])
    assert rows[19] == {"pin": 20, "name": "GP15", "net": "gp15", "on": ["touch SIG"], "can_be": ["I2C1 SCL", "PWM7B"]}


def test_the_parts_list_is_printed_or_written(kelex, tmp_path):
    assert "| 8 | MG90S |" in kelex("bom")[1]
    file = tmp_path / "parts.csv"
    code, out, err = kelex("bom", "--csv", "-o", file)
    assert (code, out, err) == (0, "", f"Wrote {file}.\n")
    assert ["8", "MG90S"] in [row[:2] for row in csv.reader(file.open(encoding="utf-8", newline=""))]
    assert json.loads(kelex("bom", "--json")[1])[0]["item"] == "Raspberry Pi Pico"


def test_the_wiring_is_printed_or_written_and_both_are_the_same(kelex, tmp_path):
    file = tmp_path / "wiring.svg"
    assert kelex("wiring", "-o", file)[0] == 0
    assert kelex("wiring")[1] == file.read_text("utf-8")
    assert file.read_text("utf-8").startswith("<svg ")


@pytest.mark.parametrize("command", ["check", "pins", "bom", "wiring"])
def test_what_cannot_be_read_is_one_sentence(kelex, other, tmp_path, command):
    cases = [
        (tmp_path / "none.toml", "There is no file"),
        (tmp_path, "cannot be read"),
        (other("[pico]", "[pico"), "it is not TOML"),
    ]
    for file, sentence in cases:
        code, out, err = kelex(command, file)
        assert (code, out) == (1, "")
        assert sentence in err
        assert str(file) in err
        assert err.count("\n") == 1


@pytest.mark.parametrize("command", ["check", "pins", "wiring"])
def test_a_terminal_that_cannot_be_understood_is_one_sentence(kelex, other, command):
    code, out, err = kelex(command, other('"SIG pin", "GND gnd"', '"SIG"'))
    assert (code, out) == (1, "")
    assert "my-board.toml: parts.touch.terminals: 'SIG' is not a new label and a net, as in 'OUT pin'." in err


def test_a_file_that_is_no_text_or_far_too_long_is_one_sentence(kelex, tmp_path):
    file = tmp_path / "board.toml"
    file.write_bytes(b"\xff\xfe")
    assert "cannot be read" in kelex("check", file)[2]
    file.write_bytes(b"#" * 1_000_001)
    assert "is longer than 1000000 bytes" in kelex("check", file)[2]


def test_where_nothing_can_be_written_that_is_one_sentence(kelex, tmp_path):
    code, _, err = kelex("bom", "-o", tmp_path / "none" / "bom.md")
    assert code == 1
    assert err.endswith("cannot be written (No such file or directory); name another with -o.\n")


@pytest.mark.parametrize("words", [("pins", "--json", "--markdown"), ("bom", "--csv", "--json"), ("saw",), ()])
def test_bad_usage_is_named(kelex, words):
    assert kelex(*words)[0] == 2
