"""Power cuts at every flash operation of a whole installation: `uv run python tests/emulated/sweep.py`.

The real firmware, every module of it, goes onto a board that has only its UF2; then the power is cut at each operation,
in its midst and after it, and the board starts again. Some 3,100 cuts, 2.3 s for each: two hours on one idle
core. `--every N` tries every Nth only, from the `--from`th on: several at once share the work.
"""

from __future__ import annotations

import argparse
import sys
from itertools import islice
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1])]

from emulated.emulated_drone import firmware_files  # noqa: E402
from emulated.power_cuts import Recorder, boot  # noqa: E402
from emulated.versions import manifest  # noqa: E402
from kelex_sim.emulated.builds import KELEX_COMMAND, kelex_uf2, newest_build  # noqa: E402
from kelex_sim.emulated.flash_image import flash_with  # noqa: E402
from kelex_sim.emulated.mpy import compiled  # noqa: E402

PAD = 15
CHUNK_BYTES = 512


def install(board: Recorder, files: dict[str, bytes]) -> None:
    """Do as `kelex flash` does on a board in maintenance."""
    pico = board.pico
    pico.execute("from kelex_boot import slots")
    missing = pico.execute(f"print(slots.prepare('slot_a', {manifest(files)!r}))", 60.0)
    for path in sorted(files):
        assert path in missing
        pico.execute(f"file = open('/slot_a/{path}', 'wb')")
        for at in range(0, len(files[path]), CHUNK_BYTES):
            pico.execute(f"file.write({files[path][at : at + CHUNK_BYTES]!r})", 60.0)
        pico.execute("file.close()")
    assert pico.execute(f"print(slots.prepare('slot_b', {manifest(files)!r}))", 60.0) == "[]\r\n"
    wrong = pico.execute("print(slots.verify('slot_a'), repr(slots.activate('slot_a')))", 60.0)
    assert wrong == "[] ''\r\n", wrong


def main() -> int:
    """The exit code."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--every", type=int, default=1, help="try every Nth cut only")
    arguments.add_argument("--from", type=int, default=0, dest="first", help="the first cut to try")
    asked = arguments.parse_args()
    build, uf2 = newest_build(), kelex_uf2()
    if build is None or uf2 is None:
        print(f"There is no UF2 of this firmware; {KELEX_COMMAND} makes one.", file=sys.stderr)
        return 1
    # Each module is another one than in the UF2, by its line numbers: otherwise it would stay there.
    sources = {path: b"\n" + data if path.endswith(".py") else data for path, data in firmware_files().items()}
    modules = {path.removeprefix("lib/"): data for path, data in compiled(build, sources).items()}
    files = {path: data for path, data in modules.items() if path.startswith(("kelex_wire/", "kelex_drone/"))}
    board = Recorder(bytes(flash_with(uf2)))
    board.pico.set_pin(PAD, True)
    assert board.pico.run(2.0, until=lambda: b"touch pad" in board.pico.received)
    install(board, files)
    print(f"{len(files)} files, {sum(map(len, files.values()))} bytes, {len(board.operations)} flash operations, "
          f"{board.pico.seconds:.1f} s of the board's time", flush=True)  # fmt: skip
    tried = bricks = 0
    for flash in islice(board.cuts(), asked.first, None, asked.every):
        said, _ = boot(flash)
        tried += 1
        bricks += not said
        if tried % 50 == 0:
            print(f"{tried} cuts, {bricks} bricks", flush=True)
    print(f"power cuts: whole installation: {tried}, {bricks} bricks")
    return 1 if bricks else 0


if __name__ == "__main__":
    sys.exit(main())
