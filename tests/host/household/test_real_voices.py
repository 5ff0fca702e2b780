"""S7: a house that calls by a real baresip and speaks by the real espeak-ng, as its configuration has it."""

from __future__ import annotations

import os
import shutil
import sys
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from acceptance.conftest import port_of
from acceptance.household import Client, Kelex, until
from baresips import RealBaresip

CONFIG = """
[phone]
by = "sip"
sip = "127.0.0.1:{control}"
[speech]
by = "espeak"
[[contact]]
id = "dru-zod"
name = "General Dru-Zod"
number = "{uri}"
"""


@pytest.fixture
def zod(tmp_path: Path) -> Iterator[tuple[RealBaresip, RealBaresip]]:
    """The house's baresip, and the General's, who answers."""
    pair = RealBaresip(tmp_path, "kelex", answers=False), RealBaresip(tmp_path, "zod", answers=True)
    for one in pair:
        one.start()
    yield pair
    for one in pair:
        one.kill()


@pytest.fixture
def player(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What takes the place of the sound device: it keeps what is to be played, in this folder."""
    if shutil.which("espeak-ng") is None:
        message = "no espeak-ng here: install it with `apt-get install espeak-ng`"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    played, programs = tmp_path / "played", tmp_path / "programs"
    played.mkdir()
    programs.mkdir()
    program = programs / "pw-play"
    program.write_text(
        f"#!{sys.executable}\nimport os, shutil, sys\nname = f'{played}/{{os.getpid()}}'\n"
        "shutil.copy(sys.argv[-1], name + '.part')\nos.rename(name + '.part', name + '.wav')\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    return played


def test_s7_kelex_up_calls_by_baresip_and_speaks_by_espeak(
    tmp_path: Path, zod: tuple[RealBaresip, RealBaresip], player: Path
) -> None:
    ours, theirs = zod
    (tmp_path / "kelex.toml").write_text(CONFIG.format(control=ours.control, uri=theirs.uri))
    house = Kelex(tmp_path, "up", "--no-console")
    house.says("is up")
    client = Client(port_of(house))
    try:
        call = client.ask("house", "call", to="Dru Zott", by="jor-el")["data"]
        assert call["contact"] == "dru-zod"
        until(lambda: client.events("active"), "the General on the line")
        assert client.ask("house", "hangup", call_id=call["call_id"], by="jor-el")["status"] == "ok"
        ended = until(lambda: client.events("ended"), "the end of the call")[0]
        assert (ended["call_id"], ended["by"]) == (call["call_id"], "jor-el")

        assert client.ask("house", "announce", text="Dinner is ready", to="lara")["status"] == "ok"
        sound = until(lambda: [*player.glob("*.wav")], "it spoken")[0]
        with wave.open(str(sound)) as spoken:
            assert spoken.getnframes() / spoken.getframerate() > 0.5
        until(lambda: client.events("delivered"), "it told")
    finally:
        client.close()
        house.stop()
