"""A flash with versions in its slots, and the boot's modules on a board that has it."""

from hashlib import sha256
from types import SimpleNamespace

from drone.board_world import BoardWorld
from kelex_sim.disk import Disk

A, B, FROZEN = range(3)
OLD = {"kelex_wire/frame.mpy": b"frame 1", "kelex_drone/app.mpy": b"app 1", "kelex_drone/drivers/pir.mpy": b"pir 1"}
NEW = OLD | {"kelex_drone/app.mpy": b"app 2"}


def manifest(files):
    """The manifest's text, as `kelex flash` writes it."""
    return "".join(f"{path} {sha256(data).hexdigest()}\n" for path, data in sorted(files.items()))


def uf2_with(files):
    """The module that tells what is in the board's UF2."""
    return SimpleNamespace(VERSION=0xF0, MANIFEST="\n" + manifest(files))


def load(disk, name="slots", **modules):
    """A module of the boot, as a fresh start of the board has it; `kelex_frozen` is what its UF2 tells."""
    return BoardWorld(disk, **modules).load(f"kelex_boot.{name}")


def install(disk, slot, files, **modules):
    """Do as `kelex flash` does; what had to be sent."""
    slots = load(disk, **modules)
    missing = slots.prepare(slot, manifest(files))
    for path in missing:
        disk.files[f"/{slot}/{path}"] = files[path]
    assert slots.verify(slot) == []
    return missing


def board(*versions):
    """A flash on which these versions were installed one after the other, each one good before the next came."""
    disk = Disk()
    for files in versions:
        slots, record = load(disk), load(disk, "record")
        slot = slots.status()["spare"]
        install(disk, slot, files)
        assert slots.activate(slot) == ""
        slots.keep(record.well(slots.load(), True))
    return disk
