"""`kelex flash` on MicroPython's own interpreter and filesystem calls, its cable cut wherever one likes.

The real starter, slots and sender; the board is the Unix port (unix_board.py), which is fast enough for many cuts. That
a power cut in the midst of a flash operation does no harm either, the emulated board shows.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Tell
from emulated.cables import UnixBoard
from kelex_host.cli.doctor import ports
from kelex_host.config import DroneSettings
from kelex_host.errors import FlashError
from kelex_host.flashing.image import Firmware, Image
from kelex_host.shells.board_repl import BoardRepl
from kelex_host.shells.firmware_compiler import build_firmware, find_mpy_cross
from kelex_host.shells.flasher import Flasher
from kelex_host.shells.installer import Installer

CUTS = 12
# What boot does at a start, but for being the drone: the slot, whether it is whole, its version.
START = """
from kelex_boot import record, slots
now = record.begin(slots.load(), slots.is_whole)
name = record.SLOTS[now.slot]
print(name, "%08x" % slots.version(name), slots.verify(name) if now.slot != record.FROZEN else [])
"""
# What the drone does once it had a host for a while: its version is good.
# Fills the filesystem until so many blocks are free; -1: until it takes no more.
FILL = """
import os
with open("/filler", "wb") as file:
    try:
        while {blocks} < os.statvfs("/")[3] or {blocks} < 0:
            file.write(bytes(4096))
            file.flush()
    except OSError:
        pass
"""
PROVE = "from kelex_boot import record, slots; slots.keep(record.well(slots.load(), True))"


class Silent:
    """A watcher that counts."""

    def __init__(self) -> None:
        self.announced = 0
        self.arrived = 0

    def say(self, text: str) -> None:
        pass

    def begin(self, what: str, size: int) -> None:
        self.announced = size

    def advance(self, size: int) -> None:
        self.arrived += size

    def end(self) -> None:
        pass


@pytest.fixture(scope="module")
def image(micropython: Path) -> Image:
    return build_firmware(find_mpy_cross(micropython)).lean


def changed(image: Image) -> Image:
    """The version after it: one module is another."""
    path = "kelex_drone/melody.mpy"
    return replace(image, files={**image.files, path: image.files[path] + b"\0"})


def flash(port: str, image: Image) -> tuple[int, Silent]:
    """One update by the real sender; the bytes that it sent."""
    watcher = Silent()
    with BoardRepl(port) as repl:
        installer = Installer(repl, repl.probe(), Firmware(image, image), watcher)
        installer.install(installer.plan())
        return repl.sent, watcher


def started(board: UnixBoard) -> tuple[str, str, str]:
    """(slot, version, what is wrong with it) of what this board starts."""
    slot, version, wrong = board.say(START).strip().split(" ", 2)
    return slot, version, wrong


@pytest.fixture
def board(micropython: Path, tmp_path: Path) -> Iterator[UnixBoard]:
    board = UnixBoard(micropython, tmp_path / "flash")
    yield board
    board.stop()


def test_a_blank_board_gets_a_version_and_then_only_what_changed(board: UnixBoard, image: Image) -> None:
    whole, watcher = flash(board.port, image)
    assert watcher.arrived == watcher.announced == image.size + sum(map(len, image.starter.values()))
    assert started(board) == ("slot_a", image.version, "[]")
    assert board.say("print(open('/main.py').read(), end='')") == image.starter["/main.py"].decode()
    board.say(PROVE)
    new = changed(image)
    part, watcher = flash(board.port, new)
    assert watcher.arrived == len(new.files["kelex_drone/melody.mpy"])
    assert started(board) == ("slot_b", new.version, "[]")
    assert part < whole / 5


def test_somebodys_own_main_is_kept_under_another_name(board: UnixBoard, image: Image) -> None:
    board.say("with open('/main.py', 'w') as file: file.write('mine')")
    flash(board.port, image)
    assert board.say("print(open('/main.py.before-kelex').read())") == "mine\n"
    assert board.say("import os; print(os.stat('/main.py')[6])") == f"{len(image.starter['/main.py'])}\n"


def test_what_is_no_pico_is_told_apart_by_flash_and_by_the_doctor_and_nothing_is_written(
    board: UnixBoard, image: Image
) -> None:
    with pytest.raises(FlashError, match="The board is no Pico: it runs MicroPython's port 'linux'"):
        Flasher(board.port, (), Silent()).update(Firmware(image, image))
    (found,) = asyncio.run(ports.answers([DroneSettings("kelex", "nursery", board.port)], None))
    assert found.level == "wrong"
    assert found.text.startswith("The board is no Pico: it runs MicroPython's port 'linux'")
    assert board.say("import os; print(os.listdir('/'))") == "[]\n"


def test_the_room_that_is_asked_for_is_enough_and_a_board_with_less_stays_as_it_is(
    board: UnixBoard, image: Image
) -> None:
    board.say(FILL.format(blocks=-1))
    with pytest.raises(FlashError, match="Nothing was changed") as refused:
        flash(board.port, image)
    assert board.say("import os; print(os.listdir('/'))") == "['filler']\n"
    needed_kib = int(str(refused.value).split(", and ")[1].split(" ")[0])
    board.say("import os; os.remove('/filler')")
    board.say(FILL.format(blocks=needed_kib // 4))
    flash(board.port, image)
    assert started(board) == ("slot_a", image.version, "[]")


def test_a_filesystem_that_fills_up_meanwhile_is_told_and_the_old_version_starts(
    board: UnixBoard, image: Image
) -> None:
    flash(board.port, image)
    board.say(PROVE)
    larger = replace(image, files={**image.files, "kelex_drone/melody.mpy": bytes(10 * 4096)})
    with BoardRepl(board.port) as repl:
        installer = Installer(repl, repl.probe(), Firmware(larger, larger), Silent())
        plan = installer.plan()
        repl.run(FILL.format(blocks=-1))
        with pytest.raises(FlashError) as refused:
            installer.install(plan)
    assert str(refused.value) == (
        "The board's filesystem is full; remove what is not Kelex's with `mpremote rm`, then try again. "
        "What ran before still runs."
    )
    assert started(board) == ("slot_a", image.version, "[]")


@pytest.mark.parametrize("blank", [False, True], ids=["update", "install"])
def test_wherever_the_cable_is_pulled_the_board_starts_the_old_version_or_the_new(
    micropython: Path, tmp_path: Path, image: Image, blank: bool, tell: Tell
) -> None:
    new = changed(image)
    kept, flash_file = tmp_path / "kept", tmp_path / "flash"

    def board_as_before() -> UnixBoard:
        shutil.copyfile(kept, flash_file)
        return UnixBoard(micropython, flash_file)

    first = UnixBoard(micropython, kept)
    if not blank:
        flash(first.port, image)
        first.say(PROVE)
    first.stop()
    board = board_as_before()
    total, _ = flash(board.port, new)
    board.stop()
    bricks = unfinished = 0
    for cut in range(CUTS):
        board = board_as_before()
        board.cut_after(1 + total * cut // CUTS)
        with pytest.raises(FlashError):
            flash(board.port, new)
        if blank:  # no main.py before all the rest is there: it stays a board with a prompt
            bricks += "main.py" in board.say("import os; print(os.listdir('/'))").replace("main.py.new", "")
        else:
            _, version, wrong = started(board)
            bricks += wrong != "[]" or version not in (image.version, new.version)
        board.cut_after(None)  # the same board, which still has power, is plugged in again
        flash(board.port, new)
        unfinished += started(board)[1:] != (new.version, "[]")
        board.stop()
    assert (bricks, unfinished) == (0, 0)
    what = "a full install" if blank else "a one-module update"
    tell(f"cable pulled at {CUTS} points in the {total} bytes of {what}: {bricks} boards that do not start")
