"""The golden bytes of the wire: both interpreters agree with them, and they are what the specification says."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from vectors import make

HERE = Path(__file__).parent
FIRMWARE = HERE.parents[1] / "firmware" / "lib"


def check(interpreter: str, path_variable: str, file: Path = make.FILE) -> str:
    """What check.py prints under an interpreter."""
    environment = os.environ | {path_variable: str(FIRMWARE)}
    ran = subprocess.run(
        [interpreter, str(HERE / "check.py"), str(file)], env=environment, capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_the_file_is_what_the_specification_gives():
    told = "the protocol has changed: if that is meant, write the file anew with `python tests/vectors/make.py`"
    assert make.FILE.read_text(encoding="utf-8").splitlines() == make.lines(), told


def test_cpython_agrees_with_every_line():
    assert check(sys.executable, "PYTHONPATH") == f"{len(make.lines())} lines agree\n"


def test_micropython_agrees_with_every_line(micropython):
    assert check(str(micropython / "micropython"), "MICROPYPATH") == f"{len(make.lines())} lines agree\n"


@pytest.mark.parametrize("at", [0, 1, 2, -1])
def test_a_line_that_is_wrong_is_told(at, tmp_path):
    lines = make.lines()
    digits = lines[at].rindex('"', 0, -2)
    lines[at] = lines[at].replace("PayloadError", "FrameError") if at == -1 else _with_another_digit(lines[at], digits)
    bad = tmp_path / "wire.jsonl"
    bad.write_text("\n".join(lines) + "\n")
    said = check(sys.executable, "PYTHONPATH", bad).splitlines()
    assert said[-1] == f"{len(lines) - 1} lines agree"
    assert len(said) == 2


def _with_another_digit(line: str, after: int) -> str:
    at = after + 3
    return line[:at] + ("1" if line[at] == "0" else "0") + line[at + 1 :]
