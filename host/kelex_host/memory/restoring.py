"""A crystal becomes a house's memory again: all of it, or nothing.

First everything is unpacked and looked at in `restore.new`, which then is renamed to `restore.ready`: before that
nothing was changed, and behind it everything will be, though power fail: whoever starts next calls `finish_restore`.

Memory and settings are replaced; what they were is moved to `before-restore-1` (2, 3...). Who may order is never set
back: keys, pairings and private keys that are there stay, a key that was revoked here or there is revoked, and of two
counters the higher one counts. A crystal only adds to these, so that an old one does not bring a thief's key back.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

from kelex_host.errors import CrystalError
from kelex_host.memory.crystal import JOURNAL_FILE, SETTINGS, Contents, unpack
from kelex_host.memory.crystal_file import CrystalFile
from kelex_host.memory.database import beside
from kelex_host.memory.journal import lock
from kelex_host.memory.rescue import finish
from kelex_host.shells.safe_file import make_private, sync_directory
from kelex_host.shells.trust_store import TrustStore
from kelex_host.trust.keyring import Keyring, key_id

_NEW, _READY, _ABSENT, _ASIDE = "restore.new", "restore.ready", "absent", "aside"


def restore(home: Path, crystal: CrystalFile, passphrase: str, signed_by: str = "") -> Contents:
    """Replace the memory of the house in `home`, which may be empty and must not run. Raises KelexError.

    A house that has keys takes only a crystal that one of them signed, or that by the key `signed_by` names; a house
    that has none takes any, unless it is named.
    """
    try:
        make_private(home)
        held = lock(home / JOURNAL_FILE)
        try:
            finish_restore(home)
            found = prepare(home, crystal, passphrase, signed_by)
            finish_restore(home)
        finally:
            os.close(held)
    except OSError as error:
        raise CrystalError(f"The memory in {home} cannot be replaced ({error.strerror}); mend that.") from None
    return found


def prepare(home: Path, crystal: CrystalFile, passphrase: str, signed_by: str = "") -> Contents:
    """Have all ready for `finish_restore`, and nothing changed; the journal may be in use. As `restore` otherwise.

    Raises KelexError or OSError.
    """
    staged = home / _NEW
    shutil.rmtree(staged, ignore_errors=True)
    try:
        _check_signer(home, crystal, signed_by)
        make_private(staged)
        found = unpack(crystal, passphrase, staged)
        _keep_trust(home, staged)
        for name in (*SETTINGS, JOURNAL_FILE):
            if not (staged / name).exists():
                make_private(staged / _ABSENT)
                (staged / _ABSENT / name).touch()
        (staged / _ASIDE).write_text(_free_name(home))
        _sync_all(staged)
        staged.rename(home / _READY)
        sync_directory(home)
    except sqlite3.Error as error:
        raise CrystalError(f"The journal cannot be restored into {home} ({error}); free some space.") from None
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    return found


def finish_restore(home: Path) -> None:
    """Do what was prepared, or what is left of it; nothing where nothing was. Raises OSError."""
    ready = home / _READY
    if not ready.is_dir():
        return
    aside = home / (ready / _ASIDE).read_text()
    journal = home / JOURNAL_FILE
    if (ready / JOURNAL_FILE).exists() or (ready / _ABSENT / JOURNAL_FILE).exists():
        finish(journal)
        for file in beside(journal):
            _move_aside(home, file, aside)
    for new in sorted(file for file in ready.rglob("*") if file.is_file()):
        name = new.relative_to(ready)
        if name.parts[0] == _ABSENT:
            _move_aside(home, home / name.name, aside)
            new.unlink()
        elif name.name != _ASIDE and not name.name.startswith("."):  # locks stay where they are
            _link_aside(home, home / name, aside)
            make_private((home / name).parent)
            new.replace(home / name)
            sync_directory((home / name).parent)
    sync_directory(home)
    shutil.rmtree(ready)
    sync_directory(home)


def _check_signer(home: Path, crystal: CrystalFile, signed_by: str) -> None:
    signer = key_id(bytes.fromhex(crystal.header.signer))
    keys = TrustStore(home).keyring().keys
    if signed_by:
        if signed_by != signer:
            raise CrystalError(f"The crystal {crystal.path} is signed by the key {signer}, not by {signed_by[:64]}.")
    elif keys and (signer not in keys or keys[signer].revoked):
        raise CrystalError(
            f"The crystal {crystal.path} is signed by the key {signer}, which this house does not trust; if you do, "
            f"add `--signed-by {signer}`."
        )


def _keep_trust(home: Path, staged: Path) -> None:
    """Make of what is staged what is to be there: nothing that was granted or revoked here is taken back."""
    there, new = TrustStore(home), TrustStore(staged)
    old, now = there.keyring().keys, new.keyring().keys
    keys = [
        replace(key, revoked=any(one[id].revoked for one in (old, now) if id in one))
        for id, key in {**now, **old}.items()
    ]
    new.change(lambda keyring: Keyring(keys))
    before, after = there.counters(), new.counters()
    new.save_counters({id: max(before.get(id, 0), after.get(id, 0)) for id in {**before, **after}})
    for folder in ("keys", "pairings"):
        for file in (staged / folder).glob("*"):
            if (home / folder / file.name).exists():
                file.unlink()


def _free_name(home: Path) -> str:
    number = 1
    while (home / f"before-restore-{number}").exists():
        number += 1
    return f"before-restore-{number}"


def _move_aside(home: Path, file: Path, aside: Path) -> None:
    if file.exists():
        to = aside / file.relative_to(home)
        make_private(to.parent)
        file.replace(to)
        sync_directory(to.parent)


def _link_aside(home: Path, file: Path, aside: Path) -> None:
    """The same for what is replaced in one step: there is no moment without it."""
    to = aside / file.relative_to(home)
    if file.exists() and not to.exists():
        make_private(to.parent)
        try:
            os.link(file, to)
        except OSError:  # a file system without links
            shutil.copy2(file, to)
        sync_directory(to.parent)


def finish_pending(home: Path) -> None:
    """For whoever starts: finish what a power cut left, unless somebody is at it. Raises KelexError."""
    if not (home / _READY).is_dir():
        return
    try:
        held = lock(home / JOURNAL_FILE)
        try:
            finish_restore(home)
        finally:
            os.close(held)
    except OSError as error:
        raise CrystalError(f"A restore into {home} cannot be finished ({error.strerror}); mend that.") from None


def _sync_all(directory: Path) -> None:
    for path in [*directory.rglob("*"), directory]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
