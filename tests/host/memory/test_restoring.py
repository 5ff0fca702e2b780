"""Restoring a crystal: all of it or nothing, and nobody gets a right back that was taken from him."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from host.memory.facts import plain
from host.memory.house import FACTS, PASSPHRASE, furnish, memory, owner_key, saved
from kelex_host.errors import CrystalError, JournalError
from kelex_host.memory import restoring
from kelex_host.memory.crystal_file import CrystalFile
from kelex_host.memory.journal import Journal
from kelex_host.memory.restoring import finish_pending, restore
from kelex_host.shells.enrolment import rotate_key
from kelex_host.shells.safe_file import replace_file
from kelex_host.shells.trust_store import TrustStore
from kelex_host.trust.keyring import key_id


class PowerCut(BaseException):
    """Nothing behind it is done."""


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """(the home that was saved, its crystal)."""
    home = tmp_path_factory.mktemp("source") / "home"
    furnish(home)
    saved(home.parent / "crystal", home)
    return home, home.parent / "crystal"


def restored(path, home, passphrase=PASSPHRASE, **options):
    crystal = CrystalFile(path)
    try:
        return restore(home, crystal, passphrase, **options)
    finally:
        crystal.close()


def raw(key):
    return key.public_key().public_bytes_raw()


def everything(home):
    return {
        file.relative_to(home).as_posix(): file.read_bytes()
        for file in sorted(home.rglob("*"))
        if file.is_file() and not file.name.endswith(".lock")
    }


def test_a_fresh_host_knows_what_the_old_one_knew(source, tmp_path):
    home, crystal = source
    found = restored(crystal, tmp_path / "fresh" / "home")
    assert memory(tmp_path / "fresh" / "home") == memory(home)
    assert found.facts == FACTS
    names = {file.name for file in (tmp_path / "fresh" / "home").iterdir()}
    files = {"drones", "journal.db", "keyring.json", "kelex.toml", "keys", "pairings", "secrets.toml", "trust.json"}
    assert names == files | {".journal.db.lock"}
    assert all(file.stat().st_mode & 0o077 == 0 for file in (tmp_path / "fresh").rglob("*"))


def test_its_journal_goes_on_where_the_old_one_was(source, tmp_path):
    restored(source[1], tmp_path)
    journal = Journal(tmp_path / "journal.db")
    assert journal.append([plain(1)])[0].sequence == FACTS + 1
    assert journal.append([next(journal.facts())]) == []
    journal.check()
    assert journal.notices == []
    journal.close()


def other_house(tmp_path, source):
    """A house with memories of its own, that trusts the signer."""
    home = tmp_path / "home"
    furnish(home, facts=30, first=5000)
    replace_file(home / "kelex.toml", b'[house]\nbase = "kelex/ur"\n')
    TrustStore(home).change(lambda ring: ring.enrol("jor-el", "old host", raw(owner_key(source[0]))))
    return home


def test_what_was_there_before_is_put_aside_whole(source, tmp_path):
    home = other_house(tmp_path, source)
    before = memory(home)
    restored(source[1], home)
    now, aside = memory(home), memory(home / "before-restore-1")
    for name in ("kelex.toml", "facts", "sequences", "snapshot"):
        assert now[name] == memory(source[0])[name]
        assert aside[name] == before[name]
    restored(source[1], home)
    assert (home / "before-restore-2" / "journal.db").exists()


def test_settings_that_the_crystal_has_not_are_put_aside_too(tmp_path):
    bare, home = tmp_path / "bare", tmp_path / "home"
    furnish(bare)
    for name in ("kelex.toml", "secrets.toml", "journal.db"):
        (bare / name).unlink()
    saved(tmp_path / "crystal", bare)
    home.mkdir()
    replace_file(home / "kelex.toml", b"[house]\n")
    journal = Journal(home / "journal.db")
    journal.close()
    restored(tmp_path / "crystal", home)
    assert memory(home)["facts"] == []
    assert not (home / "kelex.toml").exists()
    assert (home / "before-restore-1" / "kelex.toml").read_bytes() == b"[house]\n"


def test_nobody_gets_a_right_back_and_nobody_loses_his_key(source, tmp_path):
    home = other_house(tmp_path, source)
    ring = TrustStore(home).keyring().keys
    own_lara = next(id for id, key in ring.items() if key.member == "lara")
    old_lara = next(key for key in TrustStore(source[0]).keyring().keys.values() if key.member == "lara")
    TrustStore(home).change(lambda keys: keys.enrol("lara", "lost phone", old_lara.public).revoke(old_lara.id))
    TrustStore(home).save_counters({"a": 3, "b": 9})
    replace_file(home / "pairings" / "kelex.key", b"11" * 32 + b"\n")
    private = {name: (home / "keys" / name).read_bytes() for name in ("jor-el.pem", "lara.pem")}
    restored(source[1], home)
    now = memory(home)
    assert now["keys"][old_lara.id] == ("lara", True), "revoked here stays revoked, though the crystal has it valid"
    assert now["keys"][own_lara] == ("lara", False)
    assert len(now["keys"]) == 4
    assert now["counters"] == {"a": 7, "b": 9}
    assert now["pairings/kelex.key"] == b"11" * 32 + b"\n"
    assert {name: (home / "keys" / name).read_bytes() for name in private} == private


def test_a_house_takes_only_what_one_of_its_keys_has_signed_or_what_it_is_told_to(source, tmp_path):
    home = tmp_path / "home"
    furnish(home, facts=30, first=5000)
    before = everything(home)
    signer = key_id(raw(owner_key(source[0])))
    with pytest.raises(CrystalError, match=f"does not trust; if you do, add `--signed-by {signer}`"):
        restored(source[1], home)
    with pytest.raises(CrystalError, match="not by 0123"):
        restored(source[1], home, signed_by="0123")
    assert everything(home) == before
    restored(source[1], home, signed_by=signer)
    assert len(memory(home)["facts"]) == FACTS
    with pytest.raises(CrystalError, match="not by 0123"):
        restored(source[1], tmp_path / "fresh", signed_by="0123")


def test_a_house_that_has_revoked_the_signers_key_does_not_take_it(tmp_path):
    home = tmp_path / "home"
    furnish(home)
    saved(tmp_path / "crystal", home)
    rotate_key(home, "jor-el")
    before = everything(home)
    with pytest.raises(CrystalError, match="does not trust"):
        restored(tmp_path / "crystal", home)
    assert everything(home) == before


def test_a_running_house_is_left_alone(source, tmp_path):
    home = other_house(tmp_path, source)
    journal = Journal(home / "journal.db")
    with pytest.raises(JournalError, match="in use by another house; stop that"):
        restored(source[1], home)
    journal.close()
    assert len(memory(home)["facts"]) == 30


@pytest.mark.parametrize("what", ["passphrase", "flipped", "cut"])
def test_what_cannot_be_restored_changes_nothing(source, tmp_path, what):
    home = other_house(tmp_path, source)
    before = everything(home)
    path = tmp_path / "crystal"
    data = bytearray(source[1].read_bytes())
    if what == "flipped":
        data[len(data) // 2] ^= 1
    path.write_bytes(data[:-100] if what == "cut" else data)
    with pytest.raises(CrystalError):
        restored(path, home, "a wrong one" if what == "passphrase" else PASSPHRASE)
    assert everything(home) == before
    fresh = tmp_path / "fresh"
    with pytest.raises(CrystalError):
        restored(path, fresh, "a wrong one" if what == "passphrase" else PASSPHRASE)
    assert not [file for file in fresh.rglob("*") if not file.name.endswith(".lock")]


def test_a_section_that_leads_elsewhere_is_refused(source, tmp_path, monkeypatch):
    """Written by somebody who has an enrolled key and the passphrase."""
    home, fresh = source[0], tmp_path / "fresh"
    monkeypatch.setattr(
        "kelex_host.memory.crystal._files_of",
        lambda *_: ({"../outside.json": b"{}", "keyring.json": (home / "keyring.json").read_bytes()}, []),
    )
    saved(tmp_path / "crystal", home)
    with pytest.raises(CrystalError, match="was written wrongly"):
        restored(tmp_path / "crystal", fresh)
    assert not (tmp_path / "outside.json").exists()


STEPS = (
    (Path, "rename"), (Path, "replace"), (Path, "unlink"), (Path, "write_text"), (os, "fsync"), (os, "link"),
    (restoring, "sync_directory"), (restoring.shutil, "rmtree"), (restoring, "unpack"), (restoring, "finish"),
)  # fmt: skip


@pytest.mark.parametrize(("owner", "name"), STEPS, ids=[name for _, name in STEPS])
def test_a_power_cut_at_any_step_leaves_the_old_memory_or_the_new_one(source, ram, monkeypatch, owner, name):
    original, real = other_house(ram, source), getattr(owner, name)
    old = memory(original)
    clean = ram / "clean"
    shutil.copytree(original, clean)
    restored(source[1], clean)
    new, cuts = memory(clean), 0
    for which in range(1, 99, 3 if name in ("fsync", "sync_directory") else 1):
        home = ram / f"{which}"
        shutil.copytree(original, home)
        calls = 0

        def cutting(*arguments, which=which, **options):
            nonlocal calls
            calls += 1
            if calls == which:
                raise PowerCut
            return real(*arguments, **options)

        with monkeypatch.context() as broken:
            broken.setattr(owner, name, cutting)
            try:
                restored(source[1], home)
            except PowerCut:
                cuts += 1
            else:
                break
        finish_pending(home)
        found = memory(home)
        assert found in (old, new), f"{name} number {which}"
        assert not (home / "restore.ready").exists()
        restored(source[1], home)
        assert memory(home) == new
        shutil.rmtree(home)
    assert 1 <= cuts < 33
