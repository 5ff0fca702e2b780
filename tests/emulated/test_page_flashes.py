"""Updates from the page: a maker changes a module and presses Update, and the board in the house runs it.

What goes wrong on the way is seen there too: a locked key, a cable that is pulled; then a look at what would change,
the update, and the way back. The programs are those that people run, from a copy of the sources; the board is an
emulated Pico in real time, one for all of it.
"""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
PULLED_S = 1.0


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


class Maker:
    """Somebody at the page of a house with the board."""

    def __init__(self, house: Kelex, page: Any) -> None:
        self.house, self.page = house, page
        self.firmware = page.locator("#k-firmware")
        page.set_default_timeout(PATIENCE_S * 1000)

    def unlock(self) -> None:
        self.page.get_by_label("passphrase, or code").fill(self.house.run("keys", "console-code").stdout.strip())
        self.page.get_by_role("button", name="Unlock").click()
        self.page.get_by_text("is unlocked in this page").wait_for()

    def press(self, button: str) -> None:
        """Begin; another cannot be begun meanwhile."""
        self.firmware.get_by_role("button", name=button).click()

    def reads(self, sentence: str) -> None:
        """It is over, and that is what came of it."""
        self.firmware.get_by_role("status").filter(has_text=sentence).wait_for()
        self.firmware.get_by_role("button", name="Update").wait_for()

    def back_in_the_house(self) -> None:
        """The house has the port again, and its last word about the drone is that it answers."""

        def last_word() -> str:
            words = [line for line in self.house.lines if line.startswith(("kelex: online", "kelex: offline"))]
            return words[-1]

        until(lambda: last_word().startswith("kelex: online"), "the drone back in the house", PATIENCE_S)


@pytest.fixture
def board(kelex: Path) -> Iterator[LiveThread]:
    pico, _ = make_board(uf2=kelex, blank=False, flash=None)
    with LiveThread(pico) as board:
        yield board


def test_updates_go_from_the_page_to_the_board_and_back_and_what_goes_wrong_is_said(
    board: LiveThread, sources: Path, tmp_path: Path
) -> None:
    with running() as browser:
        home = tmp_path / "home"
        house = Kelex(home, "up", "--port", board.port, console=True, program=(sys.executable, "-m", "kelex_host"))
        house.says("kelex: online")
        maker = Maker(house, open_console(browser, house.says(r"console (http://127\.0\.0\.1:\d+)")[1]))
        assert maker.firmware.get_by_role("button", name="Update").is_disabled()
        maker.page.evaluate("window.emitEvent('kelex_choose', { flash: 'update' })")
        maker.page.locator(".k-toast-error", has_text="Unlock a key first").wait_for()
        maker.unlock()

        maker.press("Update")
        maker.firmware.locator("progress[value]").wait_for()
        board.now(lambda live: live.world.act("unplug", {"drone": "kelex", "seconds": PULLED_S}))
        maker.reads("in the midst of")

        maker.press("What would change")
        maker.reads("Would do: ")
        maker.press("Update")
        maker.reads("runs in slot")
        maker.back_in_the_house()
        maker.press("Go back")
        maker.reads("The board goes back to Kelex")
        maker.back_in_the_house()
        house.stop()
