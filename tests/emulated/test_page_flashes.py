"""An update from the page: a maker changes a module, presses Update, and the board in the house runs it.

The programs are those that people run, from a copy of the sources; the board is an emulated Pico in real time.
"""

import shutil
import sys
from pathlib import Path

import pytest
from acceptance.conftest import _nothing_left_running  # noqa: F401 - a fixture
from acceptance.household import Kelex, until
from console.browser import running
from console.conftest import open_console
from emulated.live_thread import LiveThread
from kelex_sim.emulated.board_of import make_board

ROOT = Path(__file__).parents[2]
PATIENCE_S = 300.0
CHANGED = "firmware/lib/kelex_drone/eye.py"


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the sources, which is what runs, with one module changed."""
    copy = tmp_path / "sources"
    for top in ("firmware", "host", "simulator", "hardware"):
        shutil.copytree(ROOT / top, copy / top, ignore=shutil.ignore_patterns("__pycache__"))
    with (copy / CHANGED).open("a") as module:
        module.write("\n\nCHANGED = True\n")
    monkeypatch.setenv("PYTHONPATH", ":".join(str(copy / top) for top in ("firmware/lib", "host", "simulator")))
    return copy


def test_one_module_is_sent_and_the_board_comes_back_to_the_house(kelex: Path, sources: Path, tmp_path: Path) -> None:
    pico, _ = make_board(uf2=kelex, blank=False, flash=None)
    with LiveThread(pico) as board, running() as browser:
        home = tmp_path / "home"
        house = Kelex(home, "up", "--port", board.port, console=True, program=(sys.executable, "-m", "kelex_host"))
        house.says("kelex: online")
        page = open_console(browser, house.says(r"console (http://127\.0\.0\.1:\d+)")[1])
        firmware = page.locator("#k-firmware")
        assert firmware.get_by_role("button", name="Update").is_disabled()
        page.get_by_label("passphrase, or code").fill(house.run("keys", "console-code").stdout.strip())
        page.get_by_role("button", name="Unlock").click()
        firmware.get_by_role("button", name="Update").click()
        firmware.locator("progress[value]").wait_for(timeout=PATIENCE_S * 1000)
        firmware.get_by_text("runs in slot").wait_for(timeout=PATIENCE_S * 1000)
        online = "kelex: online"
        until(lambda: len([line for line in house.lines if line.startswith(online)]) == 2, "back", PATIENCE_S)
        page.close()
        house.stop()
