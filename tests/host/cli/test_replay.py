"""`kelex replay` with seeds: what it prints, what it counts, and what it calls a failure."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from kelex_host.cli import campaign
from kelex_host.cli.main import app
from kelex_host.errors import KelexError
from kelex_host.proof.verdict import Trial, Verdict
from typer.testing import CliRunner


def run(*words: str) -> tuple[int, str]:
    """The exit code and what was printed; an error as the command line would print it."""
    done = CliRunner().invoke(app, ["replay", *words])
    return done.exit_code, str(done.exception) if isinstance(done.exception, KelexError) else done.output


def test_one_life_says_how_it_went_how_fast_and_what_it_met() -> None:
    code, said = run("3", "--minutes", "0.2")
    assert code == 0, said
    assert "1 life, 0.0 hours: every promise was kept." in said
    assert "times real time on 1 core" in said
    assert "nonsense" in said


def test_many_lives_as_data_are_the_same_whatever_the_number_of_cores() -> None:
    words = ("--seeds", "3", "--from", "5", "--minutes", "1", "--json", "--faults", "cable,input")
    (code, one), (_, two) = (run(*words, "--cores", str(cores)) for cores in (1, 2))
    assert code == 0
    document = json.loads(one)
    assert document["lives"] == 3
    assert document["met"] == json.loads(two)["met"]
    assert document["trace"] == json.loads(two)["trace"]
    assert document["met"]["unplug"] > 0
    assert not {"broker_cut", "kill", "power", "fault"} & document["met"].keys()
    assert set(document["never_met"]) <= {"drop", "corrupt", "duplicate", "reorder", "garbage", "stall"}


def test_a_run_that_was_cut_off_goes_on_where_it_was(tmp_path: Path) -> None:
    file = tmp_path / "lives.jsonl"
    words = ("--from", "5", "--minutes", "0.1", "--cores", "1", "--json", "--keep", str(file))
    assert run("--seeds", "2", *words)[0] == 0
    first, second = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(first + second[: len(second) // 2])
    once_more = json.loads(run("--seeds", "2", *words)[1])
    assert file.read_bytes().startswith(first)
    assert len(file.read_bytes().splitlines()) == once_more["lives"] == 2
    before = file.stat().st_mtime_ns
    assert json.loads(run("--seeds", "2", *words)[1]) == once_more
    assert file.stat().st_mtime_ns == before


@pytest.mark.parametrize("content", ["a letter\n", "a letter", '{"verdict": 1}\n'])
def test_a_file_of_something_else_is_left_as_it_is(tmp_path: Path, content: str) -> None:
    file = tmp_path / "letter.txt"
    file.write_text(content)
    code, said = run("--seeds", "1", "--minutes", "0.1", "--keep", str(file))
    assert code == 1
    assert "is not what --keep writes; name another file." in said
    assert file.read_text() == content


def test_lives_do_not_depend_on_how_python_hashes() -> None:
    traces = set()
    for hash_seed in ("0", "1", "4242"):
        command = [sys.executable, "-m", "kelex_host", "replay", "3", "--minutes", "0.2", "--json"]
        environment = os.environ | {"PYTHONHASHSEED": hash_seed}
        done = subprocess.run(command, env=environment, capture_output=True, check=True)
        traces.add(json.loads(done.stdout)["trace"])
    assert len(traces) == 1


def other_python(uv: str) -> str | None:
    """An interpreter of another version than ours, where uv or pyenv has one: nothing is downloaded."""
    version = "3.13" if sys.version_info < (3, 13) else "3.11"
    command = [uv, "python", "find", "--no-python-downloads", "--system", version]
    found = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    return found or next(map(str, pyenv.glob(f"versions/{version}*/bin/python")), None)


def test_lives_do_not_depend_on_the_version_of_python(tmp_path: Path) -> None:
    """A life with a payload nested too deep and with sums of floats, which came out otherwise on 3.13."""
    uv = os.environ.get("UV") or shutil.which("uv")
    other = other_python(uv) if uv else None
    if uv is None or other is None:
        pytest.skip("no other CPython is here; `uv python install 3.13` brings one")
    environment = os.environ | {"UV_PROJECT_ENVIRONMENT": str(tmp_path / "other")}
    sync = [uv, "sync", "--quiet", "--no-default-groups", "--no-editable", "--python", other]
    subprocess.run(sync, cwd=Path(__file__).parents[3], env=environment, check=True)
    traces = []
    for python in (sys.executable, str(tmp_path / "other" / "bin" / "python")):
        lives = ["replay", "810006", "--minutes", "0.3", "--json"]
        done = subprocess.run([python, "-m", "kelex_host", *lives], env=environment, capture_output=True, check=True)
        traces.append(json.loads(done.stdout)["trace"])
    assert traces[0] == traces[1]


def test_a_life_can_be_read_and_drawn(tmp_path: Path) -> None:
    picture = tmp_path / "life.svg"
    code, said = run("3", "--minutes", "0.5", "--trace", "--plot", str(picture))
    assert code == 0, said
    told = [line for line in said.splitlines() if re.match(r" *\d+\.\d{3}  ", line)]
    moments = [float(line.split()[0]) for line in told]
    assert moments == sorted(moments)
    kinds = {line.split()[2] for line in told}
    assert {"plan", "request", "answer", "event", "state", "notice"} <= kinds
    assert any("house" in line and "(after " in line for line in told), "nobody says why"
    assert "virtual time" in picture.read_text()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--seeds", "2", "--trace"), "--trace and --plot are about one life"),
        (("3", "--minutes", "0.1", "--plot", "/nowhere/life.png"), "The picture cannot be written to"),
        (("--faults", "gremlins"), "There are no faults called 'gremlins'; there are cable, broker,"),
        (("3", "--only", "one"), "--only takes numbers"),
        (("no-such-journal.db",), "There is no journal"),
    ],
)
def test_what_cannot_be_replayed_is_said_in_one_sentence(words: tuple[str, ...], sentence: str) -> None:
    code, said = run(*words)
    assert code == 1
    assert sentence in said


def test_a_bad_life_is_told_with_the_line_that_lives_it_again(capsys: pytest.CaptureFixture[str]) -> None:
    from rich.console import Console

    bad = Verdict(Trial(9, 60.0, ("cable",), (3, 5)), ["an order was obeyed twice"], {"drop": 2}, 87.0)
    done = campaign.Campaign(("cable",), 1, [bad], 0.5, 0.5)
    campaign.show(done, Console(width=200))
    said = capsys.readouterr().out
    assert "an order was obeyed twice" in said
    assert "again: kelex replay 9 --minutes 1 --faults cable --only 3,5" in said
    assert "Never met, so nothing is proved about: corrupt" in said
