"""`kelex doctor` as it is typed: one line for each finding, exit code 1 if one of them is wrong."""

import asyncio
import json
import sys
import threading

import pytest
from host.cli.doctor.test_ports import simulated_drone
from kelex_host.cli.main import main


@pytest.fixture
def doctor(monkeypatch, tmp_path, capsys):
    """Run `kelex doctor` with these words; (exit code, what it printed)."""
    monkeypatch.setenv("KELEX_HOME", str(tmp_path))

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["kelex", "doctor", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, capsys.readouterr().out

    return run


def test_without_anything_all_is_well(doctor):
    code, said = doctor()
    assert code == 0
    lines = said.splitlines()
    assert [line.split()[0] in ("ok", "note") for line in lines] == [True] * len(lines)
    for about in ("python", "configuration", "home", "clock", "time zone", "board", "broker"):
        assert any(line[7:].startswith(about) for line in lines)


def test_a_wrong_configuration_is_one_of_the_findings(doctor, tmp_path):
    (tmp_path / "kelex.toml").write_text("[hause]\n")
    code, said = doctor("--json")
    assert code == 1
    (wrong,) = [finding for finding in json.loads(said) if finding["level"] == "wrong"]
    assert wrong["about"] == "configuration"
    assert "did you mean 'house'?" in wrong["text"]


def test_variables_that_override_are_told_but_not_what_they_say(doctor, monkeypatch, tmp_path):
    monkeypatch.setenv("KELEX_BROKER_URL", "mqtt://127.0.0.1:1")
    monkeypatch.setenv("KELEX_BROKER_USERNAME", "lara")
    monkeypatch.setenv("KELEX_BROKER_PASSWORD", "s3cr3t")
    code, said = doctor()
    assert code == 1
    assert "with KELEX_BROKER_PASSWORD, KELEX_BROKER_URL, KELEX_BROKER_USERNAME from the environment" in said
    assert "s3cr3t" not in said


def test_a_configured_port_is_asked(doctor, monkeypatch, tmp_path):
    link, ready, leave = tmp_path / "tty", threading.Event(), threading.Event()

    async def live():
        with simulated_drone(link):
            ready.set()
            await asyncio.to_thread(leave.wait)

    drone = threading.Thread(target=lambda: asyncio.run(live()))
    drone.start()
    try:
        assert ready.wait(15)
        monkeypatch.setenv("KELEX_DRONE_KELEX_PORT", str(link))
        code, said = doctor("--json")
    finally:
        leave.set()
        drone.join()
    assert code == 0
    (answer,) = [finding for finding in json.loads(said) if finding["about"] == "drone kelex"]
    assert f"answers at {link}" in answer["text"]
