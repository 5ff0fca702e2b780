"""What an installation and an update cost an emulated board: `uv run python tests/benchmarks/flash_figures.py`.

From blank, then one changed module: bytes on the cable, and the board's own seconds from the command to the start of
the new version. The flash takes as long as silicon's; while the board waits for the host, its time passes as ours.
"""

import sys
from dataclasses import replace
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1])]

from emulated.live_thread import LiveThread  # noqa: E402
from kelex_host.flashing.image import Firmware  # noqa: E402
from kelex_host.shells.firmware_compiler import build_firmware, find_mpy_cross  # noqa: E402
from kelex_host.shells.flasher import Flasher  # noqa: E402
from kelex_sim.emulated.board_of import make_board  # noqa: E402
from kelex_sim.emulated.builds import newest_build  # noqa: E402

MODULE = "kelex_drone/melody.mpy"


class Silent:
    """A watcher who keeps it to himself."""

    def say(self, text: str) -> None:
        """See Watcher."""

    def begin(self, what: str, size: int) -> None:
        """See Watcher."""

    def advance(self, size: int) -> None:
        """See Watcher."""

    def end(self) -> None:
        """See Watcher."""


def flash(board: LiveThread, firmware: Firmware, what: str) -> None:
    """Have the board run this firmware, and print what that took."""
    began_s = board.pico.seconds
    outcome = Flasher(board.port, (), Silent()).update(firmware)
    starts_s = [at_s - began_s for at_s in board.reset_s if at_s > began_s]
    sent = f"{outcome.files_sent:3} files, {outcome.bytes_sent:6} bytes"
    well_s = board.pico.seconds - began_s
    print(
        f"{what:20} {sent}; starts after {starts_s[-1]:.1f} s, {outcome.result}, well after {well_s:.1f} s", flush=True
    )


def main() -> int:
    """The exit code. Raises KelexError, EmulatorError."""
    firmware = build_firmware(find_mpy_cross(newest_build()))
    pico, _ = make_board(uf2=None, blank=True, flash=None)
    with LiveThread(pico) as board:
        flash(board, firmware, "from blank")
        lean = firmware.lean
        changed = replace(lean, files={**lean.files, MODULE: lean.files[MODULE] + b"\0"})
        flash(board, Firmware(changed, changed), "one changed module")
    return 0


if __name__ == "__main__":
    sys.exit(main())
