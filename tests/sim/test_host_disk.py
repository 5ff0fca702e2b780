"""A host's disk after a power cut: each part of each file the old one or the new one, and never anything else."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from kelex_sim import host_disk
from kelex_sim.host_disk import SECTOR_BYTES

BEFORE = {"log": b"a" * 1000, "file": b"x" * 2000, "other": b"same"}
AFTER = {"log": b"b" * 3000, "file": b"y" * 2000, "other": b"same"}
SEEDS = range(60)


def cut(seed: int) -> host_disk.Image:
    return host_disk.torn(BEFORE, AFTER, ("log", "file"), Random(seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_every_sector_is_the_old_one_or_the_new_one(seed: int) -> None:
    for name, data in cut(seed).items():
        for start in range(0, len(data), SECTOR_BYTES):
            part = data[start : start + SECTOR_BYTES]
            old = BEFORE[name][start : start + SECTOR_BYTES].ljust(SECTOR_BYTES, b"\0")[: len(part)]
            assert part in (old, AFTER[name][start : start + len(part)])


def test_what_is_forced_later_is_old_where_what_is_forced_first_is_not_all_new() -> None:
    for seed in SEEDS:
        left = cut(seed)
        if left["log"] != AFTER["log"]:
            assert left["file"] == BEFORE["file"]
        assert left["other"] == b"same"


def test_a_cut_may_leave_all_nothing_and_anything_between() -> None:
    outcomes = {(left["log"] == BEFORE["log"], left["file"] == AFTER["file"]) for left in map(cut, SEEDS)}
    assert {(True, False), (False, True), (False, False)} <= outcomes


def test_an_image_is_put_back_as_it_was_without_what_only_memory_holds(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"facts")
    (tmp_path / "journal.db-shm").write_bytes(b"an index")
    image = host_disk.image(tmp_path)
    (tmp_path / "journal.db").write_bytes(b"more facts")
    (tmp_path / "new").write_bytes(b"later")
    host_disk.put(tmp_path, image)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {"journal.db": b"facts"}
