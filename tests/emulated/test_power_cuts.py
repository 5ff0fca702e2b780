"""The power is cut at every flash operation of an update, of the switch and of the way back; then the board starts.

Old or new, and online, every time. `uv run python tests/emulated/sweep.py` does the same with a whole installation.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from emulated.power_cuts import Recorder, boot
from emulated.versions import flash_of, manifest, version
from kelex_boot import record

A, B = 0, 1
GOOD_A = record.well(record.activate(record.NEW, A), True)
OLD, NEW = "kelex old", "kelex new"
PAD = 15


def at_the_prompt(flash: bytes | bytearray) -> Recorder:
    """A board in maintenance, nothing written yet."""
    board = Recorder(bytes(flash))
    board.pico.set_pin(PAD, True)
    assert board.pico.run(1.0, until=lambda: b"touch pad" in board.pico.received)
    board.pico.execute("from kelex_boot import slots")
    board.operations.clear()
    return board


def flash_now(board: Recorder) -> bytearray:
    return bytearray(board.pico.mcu.flash)


@pytest.fixture(scope="module")
def before(micropython: Path, kelex: Path) -> bytearray:
    """The old version runs from one slot, an older one lies in the other."""
    return flash_of(micropython, kelex, GOOD_A, slot_a=version("old"), slot_b=version("older"))


@pytest.fixture(scope="module")
def update(before: bytearray) -> Recorder:
    """One changed module is put into the spare slot, as `kelex flash` does it."""
    board = at_the_prompt(before)
    files = version("new")
    assert board.pico.execute(f"print(slots.prepare('slot_b', {manifest(files)!r}))") == "['kelex_drone/app.py']\r\n"
    source = files["kelex_drone/app.py"]
    board.pico.execute(f"with open('/slot_b/kelex_drone/app.py', 'wb') as file: file.write({source!r})")
    assert board.pico.execute("print(slots.verify('slot_b'))") == "[]\r\n"
    return board


@pytest.fixture(scope="module")
def switch(update: Recorder) -> Recorder:
    """The new version is chosen."""
    board = at_the_prompt(flash_now(update))
    assert board.pico.execute("print(repr(slots.activate('slot_b')))") == "''\r\n"
    return board


@pytest.fixture(scope="module")
def way_back(switch: Recorder) -> Recorder:
    """And given up again."""
    board = at_the_prompt(flash_now(switch))
    assert board.pico.execute("print(repr(slots.rollback('unhealthy')))") == "''\r\n"
    return board


def sweep(board: Recorder, tell: Callable[[str], None], what: str, allowed: set[str]) -> list[Recorder]:
    """Start the board from each cut; every one has to come online as one of these. The boards as they then are."""
    starts = [boot(flash) for flash in board.cuts()]
    bricks = [said for said, _ in starts if said not in allowed]
    tell(f"power cuts: {what}: {len(starts)} at {len(board.operations)} flash operations, {len(bricks)} bricks")
    assert len(board.operations) >= 1
    assert not bricks
    return [started for _, started in starts]


def test_a_cut_in_an_update_leaves_the_old_version(update: Recorder, tell: Callable[[str], None]) -> None:
    sweep(update, tell, "update of one module", {OLD})


def test_a_cut_in_the_switch_and_another_in_the_start_after_it_leave_the_old_or_the_new_one(
    switch: Recorder, tell: Callable[[str], None]
) -> None:
    started = sweep(switch, tell, "switch", {OLD, NEW})
    assert boot(flash_now(switch))[0] == NEW
    pairs = [said for board in started for said in [boot(flash)[0] for flash in board.cuts()]]
    bricks = [said for said in pairs if said not in (OLD, NEW)]
    tell(f"power cuts: pairs on the switch: {len(pairs)}, {len(bricks)} bricks")
    assert len(pairs) > len(started)
    assert not bricks


def test_a_cut_on_the_way_back_leaves_the_new_or_the_old_one(way_back: Recorder, tell: Callable[[str], None]) -> None:
    sweep(way_back, tell, "way back", {OLD, NEW})
    assert boot(flash_now(way_back))[0] == OLD
