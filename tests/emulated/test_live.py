"""The README's way with a board, from blank: install Kelex, run a house on it, bring a bad version beside the house.

The programs are those that people run; the board is an emulated Pico in real time at the end of a TCP port.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from acceptance.conftest import _nothing_left_running  # noqa: F401 - a fixture
from acceptance.household import Client, Kelex, run, until
from emulated.live_thread import LiveThread
from kelex_boot import record
from kelex_host.cli.borrowing import borrowed
from kelex_host.flashing.image import Firmware
from kelex_host.shells.firmware_compiler import build_firmware, find_mpy_cross
from kelex_host.shells.flasher import Flasher
from kelex_sim.emulated.board_of import make_board
from kelex_sim.emulated.mpy import compiled

# The board's start takes some seconds on an idle machine, with rp2040py as delivered or beside other work many more.
PATIENCE_S = 300.0
INSTALL_MOST_S = 30.0
UPDATE_MOST_S = 5.0
HEAD_PAN = 6  # its servo's GPIO
CRASHES = "def run():\n    raise ZeroDivisionError('a bad version')\n"


class Watcher:
    """Keeps what is said."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, text: str) -> None:
        self.said.append(text)

    def begin(self, what: str, size: int) -> None:
        pass

    def advance(self, size: int) -> None:
        pass

    def end(self) -> None:
        pass


def test_a_blank_pico_becomes_a_drone_of_a_house_and_survives_a_bad_version(
    micropython: Path, tmp_path: Path, tell: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("KELEX_HOME", str(home))
    pico, holds = make_board(uf2=None, blank=True, flash=None)
    assert holds == "MicroPython alone"
    with LiveThread(pico) as board:
        began_s = pico.seconds
        installed = run(home, "flash", board.port, patience_s=PATIENCE_S)
        assert (installed.returncode, installed.stderr) == (0, "")
        for line in ("no Kelex yet", "files to send", "sending", "runs in slot_a, and is well"):
            assert line in installed.stdout
        install_s = board.reset_s[0] - began_s
        tell(f"emulated Pico: from blank, {installed.stdout.splitlines()[-1].split(' on')[0]}, started again after "
             f"{install_s:.1f} s of its time")  # fmt: skip
        assert install_s < INSTALL_MOST_S

        house = Kelex(home, "up", "--port", board.port)
        until(lambda: online(house), "the drone online", PATIENCE_S)
        look(house, board, 30)

        image = build_firmware(find_mpy_cross(micropython)).lean
        bad = replace(image, files={**image.files, "kelex_drone/app.mpy": crashing(micropython)}, frozen_version="")
        client = Client(int(house.says(r"broker  mqtt://127\.0\.0\.1:(\d+)")[1]))
        watcher = Watcher()
        resets, began_s = len(board.reset_s), pico.seconds
        with borrowed(board.port, None, watcher):
            outcome = Flasher(board.port, (), watcher).update(Firmware(bad, bad))
        into_maintenance_s, chosen_s = board.reset_s[resets : resets + 2]
        assert began_s < into_maintenance_s < chosen_s
        tell(f"emulated Pico: an update of one module, {outcome.bytes_sent} bytes, started again after "
             f"{chosen_s - began_s:.1f} s of its time")  # fmt: skip
        assert chosen_s - began_s < UPDATE_MOST_S
        assert outcome.result == "rolled_back"
        assert "was given up (bad starts), and the one before runs again" in outcome.text
        assert len(board.reset_s) == resets + 2 + record.STARTS_MOST
        until(lambda: online(house) == 2, "the drone back in the house", PATIENCE_S)
        told = until(lambda: client.events("rolled_back"), "the house says so", PATIENCE_S)[0]
        assert (told["given_up"], told["slot"], told["why"]) == ("slot_b", "slot_a", "bad_starts")
        client.close()

        board.now(lambda live: live.world.act("unplug", {"drone": "kelex", "seconds": 1}))
        until(lambda: online(house) == 3, "online again after the cable was out", PATIENCE_S)
        look(house, board, -30)
        house.stop()


def online(house: Kelex) -> int:
    """How often the drone came online."""
    return len([line for line in house.lines if line.startswith("kelex: online")])


def look(house: Kelex, board: LiveThread, pan: int) -> None:
    """Turn the head, and see it at the servo's pin. A board that is slower than the house's patience is asked again."""
    until(lambda: house.run("look", str(pan), "--", "-10").returncode == 0, "an answer to look", PATIENCE_S)
    wanted_us = 1500 + pan * 1000 / 90
    until(lambda: abs((board.pico.pwm_pulse_us(HEAD_PAN) or 0) - wanted_us) < 1, "the head turned", PATIENCE_S)


def crashing(micropython: Path) -> bytes:
    """A module that raises as soon as it is to run."""
    (data,) = compiled(micropython, {"lib/kelex_drone/app.py": CRASHES.encode()}).values()
    return data
