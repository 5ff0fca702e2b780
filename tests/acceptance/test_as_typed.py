"""Every command of a verb as a person types it, against a running house. In this process: starting one takes longer."""

from __future__ import annotations

import json
import re
import shlex
from typing import Any

import pytest
from acceptance.conftest import port_of
from acceptance.household import Client, Kelex, until
from kelex_host.bridge.verbs import PLAYED, VERBS, Verb
from kelex_host.cli.main import app
from kelex_host.errors import KelexError
from typer.testing import CliRunner

Typed = tuple[int, str]


def typed(house: Kelex, line: str) -> Typed:
    """What a line gives: the exit code and all that is printed."""
    broker = f"mqtt://127.0.0.1:{port_of(house)}"
    result = CliRunner().invoke(app, [*shlex.split(line), "--broker", broker])
    if isinstance(result.exception, KelexError):
        return 1, f"{result.output}{result.exception}\n"  # as `main` prints it
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def data(house: Kelex, line: str) -> Any:
    """The data that a line prints."""
    code, output = typed(house, line)
    assert code == 0, f"{line}: {output}"
    return json.loads(output)


@pytest.fixture(autouse=True)
def _an_empty_home(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KELEX_HOME", str(tmp_path))


COMMANDS = [verb for verb in VERBS if verb.name != "crystal"]  # which is a group of commands of its own
# Their examples name something that came to be in another house.
ABOUT_SOMETHING = ("why", "answer", "reject", "hangup", "accept", "decline")


@pytest.mark.parametrize(
    "verb", [verb for verb in COMMANDS if verb.name not in PLAYED], ids=lambda verb: f"{verb.scope}-{verb.name}"
)
def test_every_verbs_example_works_as_it_stands(house: Kelex, client: Client, verb: Verb) -> None:
    code, output = typed(house, verb.example)
    if verb.guarded:
        assert code == 1  # it asks for a key, which this home does not have
        assert "kelex keys" in output
    elif verb.name in ABOUT_SOMETHING:
        assert code == 1
        assert "[unknown_id]" in output
    else:
        assert code == 0, output
        assert isinstance(json.loads(output), dict)
    if verb.name == "unplug":
        until(lambda: client.latest("kelex/drone/kelex/availability") == b"offline", "the drone offline")
        until(lambda: client.latest("kelex/drone/kelex/availability") == b"online", "the drone online again")


@pytest.mark.parametrize("verb", COMMANDS, ids=lambda verb: verb.name)
def test_every_help_has_its_example_and_its_fields(verb: Verb) -> None:
    group = ["world"] if verb.scope == "world" else []
    result = CliRunner().invoke(app, [*group, verb.name, "--help"], env={"COLUMNS": "200", "NO_COLOR": "1"})
    text = re.sub(r"\x1b\[[0-9;]*m", "", result.output)
    assert result.exit_code == 0
    assert f"Example: kelex {verb.example}" in text
    for field in verb.fields:
        option = "--" + field.name.replace("_", "-")
        assert (field.name if field.required or field.positional else option) in text
    assert verb.example.split()[: len(group) + 1] == [*group, verb.name]


def test_a_tone_is_a_name_or_a_frequency_with_its_time(house: Kelex, client: Client) -> None:
    assert data(house, "quiet off --drone kelex") == {}
    assert data(house, "tone chime") == {"duration_ms": 480}
    assert data(house, "tone --frequency-hz 440 --duration-ms 500") == {"duration_ms": 500}
    for line in ("tone", "tone --frequency-hz 440", "tone chime --duration-ms 5"):
        code, output = typed(house, line)
        assert (code, output) == (
            1, "'tone' needs just one of these: name, or frequency_hz and duration_ms. [missing_field]\n",
        )  # fmt: skip


def test_switches_are_on_and_off(house: Kelex, client: Client) -> None:
    for verb in ("holodisk", "quiet"):
        for word in ("on", "off"):
            assert data(house, f"{verb} {word} --drone kelex") == {}
        assert typed(house, f"{verb} maybe")[0] == 2
    assert "hand" in data(house, "quiet on")["causes"]
    assert "hand" not in data(house, "quiet off")["causes"]
    # The house may just be showing something there.
    until(lambda: client.truth()["holodisk"] is False, "the holo-disk off")
    assert data(house, "world door on")["open"] is True
    assert data(house, "world door off")["open"] is False


def test_numbers_may_be_negative(house: Kelex, client: Client) -> None:
    assert data(house, "look -30 -10")["joints"] == {"head_pan": -30.0, "head_tilt": -10.0}
    assert data(house, "move left_shoulder=-20 head_pan=-1")["joints"] == {"head_pan": -1.0, "left_shoulder": -20.0}
    rooms = data(house, "world climate nursery --celsius -12.5")["rooms"]
    assert rooms["nursery"]["celsius"] == -12.5
    for line in (
        "gesture nod --repeat -1",
        "world light nursery -5",
        "world cry --seconds -1",
        "look 0 0 --duration-ms -1",
    ):
        code, output = typed(house, line)
        assert code == 1
        assert re.fullmatch(r"'\w+' is -[\d.]+; it has to be within .+\. \[out_of_range\]\n", output), output


def test_a_ring_needs_nobody_named(house: Kelex, client: Client) -> None:
    assert data(house, "world ring")["seconds"] == 0.5
    assert data(house, "world ring dru-zod")["seconds"] == 0.5


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("look up down", 2), ("look 1", 2), ("gesture", 2), ("gesture dance", 2), ("pose sulk", 2), ("eye", 2),
        ("world fault range sulky", 2), ("world hand tail", 2), ("world unplug", 2), ("move tail=1", 2), ("move", 2),
        ("eye ultraviolet", 1), ("world touch --drone ghost", 1), ("world fault soul stuck", 1),
        ("world enter zod hall", 1), ("send dance", 1), ("send look '{\"pan\": 200, \"tilt\": 0}'", 1),
    ],
)  # fmt: skip
def test_what_is_typed_wrong_has_its_exit_code_and_says_why(house: Kelex, client: Client, line: str, code: int) -> None:
    got, output = typed(house, line)
    assert got == code, output
    assert "Traceback" not in output
    if code == 1:
        assert re.fullmatch(r"[^\n]+[.?] \[[a-z_]+\]\n", output), output
