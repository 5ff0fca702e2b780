"""The README's way with a board, from blank: install Kelex, run a house on it.

The programs are those that people run; the board is an emulated Pico in real time at the end of a TCP port.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from acceptance.household import Kelex, end_what_still_runs, run, started, until
from emulated.live_thread import LiveThread
from kelex_sim.emulated.board_of import make_board

# The board's start takes some seconds on an idle machine, with rp2040py as delivered or beside other work many more.
PATIENCE_S = 300.0
INSTALL_MOST_S = 30.0


@pytest.fixture(autouse=True)
def _nothing_left_running() -> Iterator[None]:
    before = started()
    yield
    end_what_still_runs(before)


@pytest.mark.usefixtures("micropython")
def test_a_blank_pico_becomes_a_drone_of_a_house(tmp_path: Path, tell: Callable[[str], None]) -> None:
    home = tmp_path / "home"
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
        house.stop()


def online(house: Kelex) -> int:
    """How often the drone came online."""
    return len([line for line in house.lines if line.startswith("kelex: online")])
