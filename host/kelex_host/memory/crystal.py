"""What a memory crystal holds, and how it is saved and verified; how it is restored is in restoring.py.

- the settings: `kelex.toml` and `secrets.toml`; the drones' settings, `drones/*.json`
- who may order: the keyring, and the last counters. Private keys only where they have a passphrase of their own, and as
  they lie on the disk: who opens a stolen crystal cannot sign with them. Pairing keys are in it, or else a paired drone
  would obey nobody any more.
- the journal: both snapshots, with all that the house remembers (people, projects, lockdown...), the facts, and which
  of them were published
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kelex_host.errors import CrystalError, TrustError
from kelex_host.memory.crystal_file import CrystalFile, sign_with, write
from kelex_host.memory.crystal_format import LOG2_N, Header, check_passphrase
from kelex_host.memory.fact import Fact, row_of
from kelex_host.memory.journal import Journal
from kelex_host.memory.marks import STATE_BYTES_MOST, Marks, Snapshot
from kelex_host.memory.store import write_new
from kelex_host.shells.processes import is_alive
from kelex_host.shells.safe_file import make_private, replacing
from kelex_host.trust.keyring import decode_keyring, key_id

JOURNAL_FILE = "journal.db"
SETTINGS_FILE = "kelex.toml"
SETTINGS = (SETTINGS_FILE, "secrets.toml")
FILE_BYTES_MOST = 1024 * 1024
FILES_MOST = 1024
_FILE = re.compile(
    r"kelex\.toml|secrets\.toml|keyring\.json|trust\.json"
    r"|keys/[a-z0-9-]{1,32}\.pem|pairings/[a-z0-9-]{1,32}\.key|drones/[a-z0-9-]{1,32}\.json"
)
_JOURNAL = ("journal/marks", "journal/snapshots", "journal/facts")
_LINE_BYTES_MOST = STATE_BYTES_MOST + 1024
_FACTS_IN_BLOCK = 200
_decode_fact = msgspec.json.Decoder(tuple[str, int, str, str, str, dict[str, Any], str | None, str | None, int]).decode


class Contents(msgspec.Struct):
    """What is in a crystal. `left_out` are private keys without a passphrase, which only `save` knows."""

    saved_at: str
    signed_by: str  # a key's id
    member: str = ""
    files: list[str] = []
    facts: int = 0
    last: int = 0
    left_out: list[str] = []


def save(
    path: Path,
    home: Path,
    passphrase: str,
    signer: Ed25519PrivateKey,
    *,
    saved_at: str,
    kelex: str,
    settings_file: Path | None = None,
    journal: Journal | None = None,
    log2_n: int = LOG2_N,
) -> Contents:
    """Save a house's memory: the old crystal stays until the new one is whole. Raises KelexError.

    `signer` is the private key of an enrolled member; `saved_at` is RFC 3339; `kelex` is our version; `journal` is the
    open one of a running house.
    """
    check_passphrase(passphrase)
    header = Header(kelex, saved_at, os.urandom(16).hex(), sign_with(signer), log2_n)
    files, left_out = _files_of(home, settings_file)
    member = _member_of(header, files)
    if not path.parent.is_dir():
        raise CrystalError(f"There is no directory {path.parent}; make it, or name another file.")
    opened = Journal(home / JOURNAL_FILE, read_only=True) if not journal and (home / JOURNAL_FILE).exists() else None
    source = journal or opened
    try:
        marks, snapshots, facts = source.contents() if source else (Marks(), [], iter(()))
        count, last = _count(marks), marks.last
        _sweep(path)
        with replacing(path) as file:
            sections = [*((name, [data]) for name, data in files.items()), *_journal_sections(marks, snapshots, facts)]
            write(file, header, passphrase, signer, sections)
    except OSError as error:
        raise CrystalError(f"The crystal {path} cannot be written ({error.strerror}); mend that.") from None
    finally:
        if opened:
            opened.close()
    return Contents(saved_at, key_id(bytes.fromhex(header.signer)), member, [*files], count, last, left_out)


def verify(crystal: CrystalFile, passphrase: str) -> Contents:
    """Read all of it and keep nothing. Raises CrystalError."""
    return unpack(crystal, passphrase, None)


def unpack(crystal: CrystalFile, passphrase: str, into: Path | None) -> Contents:
    """Put what it holds into a new directory, or only look at it all. Raises KelexError, OSError or sqlite3.Error."""
    header = crystal.header
    found = Contents(header.saved_at, key_id(bytes.fromhex(header.signer)))
    files: dict[str, bytes] = {}
    marks, snapshots = Marks(), list[Snapshot]()
    for name, blocks in crystal.sections(passphrase):
        try:
            if name == "journal/marks":
                marks = Marks(*msgspec.json.decode(b"".join(blocks)))
            elif name == "journal/snapshots":
                snapshots = [Snapshot(*msgspec.json.decode(line)) for line in _lines(blocks)]
            elif name == "journal/facts":
                facts = _facts(blocks, found)
                if into:
                    write_new(into / JOURNAL_FILE, marks, snapshots, facts)
                for _ in facts:
                    pass
            elif _FILE.fullmatch(name) and len(files) < FILES_MOST:
                files[name] = _joined(blocks)
                if into:
                    _put(into / name, files[name])
            else:
                raise ValueError(f"no house has {name[:64]!a}")
        except (msgspec.DecodeError, TypeError, ValueError) as error:
            why = f"The crystal {crystal.path} was written wrongly ({str(error)[:120]}); report this."
            raise CrystalError(why) from None
    found.files, found.last = [*files], marks.last
    found.member = _member_of(header, files)
    return found


def _member_of(header: Header, files: dict[str, bytes]) -> str:
    """Whose key signs it, by the keyring within. Raises CrystalError where it is none of the house's."""
    public = bytes.fromhex(header.signer)
    try:
        key = decode_keyring(files.get("keyring.json", b'{"keys": []}')).keys.get(key_id(public))
    except TrustError as error:
        raise CrystalError(f"The keyring is damaged ({error}); restore it from a backup.") from None
    if key is None or key.revoked:
        state = "revoked" if key else "not enrolled in the house"
        raise CrystalError(f"The key {key_id(public)} that signs the crystal is {state}; sign with one that is.")
    return key.member


def _files_of(home: Path, settings_file: Path | None) -> tuple[dict[str, bytes], list[str]]:
    """(what goes in, the private keys that do not)."""
    paths = [home / name for name in (*SETTINGS, "keyring.json", "trust.json")]
    for folder, pattern in (("keys", "*.pem"), ("pairings", "*.key"), ("drones", "*.json")):
        paths += sorted((home / folder).glob(pattern))
    files: dict[str, bytes] = {}
    left_out = []
    for path in paths:
        name = path.relative_to(home).as_posix()
        source = settings_file if settings_file and name == SETTINGS_FILE else path
        if not _FILE.fullmatch(name) or not source.is_file():
            continue
        try:
            with source.open("rb") as file:
                data = file.read(FILE_BYTES_MOST + 1)
        except OSError as error:
            raise CrystalError(f"The file {source} cannot be read ({error.strerror}); mend that.") from None
        if len(data) > FILE_BYTES_MOST or len(files) >= FILES_MOST:
            raise CrystalError(f"The file {source} is too large, or one too many, for a crystal; move it away.")
        if name.startswith("keys/") and b"ENCRYPTED" not in data:
            left_out.append(name)
        else:
            files[name] = data
    return files, left_out


def _journal_sections(
    marks: Marks, snapshots: list[Snapshot], facts: Iterator[Fact]
) -> list[tuple[str, Iterable[bytes]]]:
    encode = msgspec.json.encode
    about = encode([marks.first, marks.last, [*marks.published], [*marks.lost]])
    states = (encode([snapshot.sequence, snapshot.state]) + b"\n" for snapshot in snapshots)
    return [*zip(_JOURNAL, ([about], states, _fact_blocks(facts)), strict=True)]


def _fact_blocks(facts: Iterator[Fact]) -> Iterator[bytes]:
    block: list[bytes] = []
    for fact in facts:
        block.append(msgspec.json.encode(msgspec.structs.astuple(fact)))
        if len(block) == _FACTS_IN_BLOCK:
            yield b"\n".join([*block, b""])
            block.clear()
    yield b"\n".join([*block, b""])


def _facts(blocks: Iterator[bytes], found: Contents) -> Iterator[Fact]:
    before = 0
    for line in _lines(blocks):
        fact = Fact(*_decode_fact(line))
        row_of(fact, fact.sequence)
        if fact.sequence <= before:
            raise ValueError("its facts are not in order")
        before = fact.sequence
        found.facts += 1
        yield fact


def _lines(blocks: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for block in blocks:
        *lines, rest = (rest + block).split(b"\n")
        yield from (line for line in lines if line)
        if len(rest) > _LINE_BYTES_MOST:
            raise ValueError("a line is too long")
    if rest:
        yield rest


def _joined(blocks: Iterator[bytes]) -> bytes:
    data = b""
    for block in blocks:
        data += block
        if len(data) > FILE_BYTES_MOST:
            raise ValueError("a file in it is too large")
    return data


def _put(path: Path, data: bytes) -> None:
    make_private(path.parent)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)


def _count(marks: Marks) -> int:
    return sum(last - first + 1 for first, last in marks.lost.gaps(marks.first, marks.last))


def _sweep(path: Path) -> None:
    """Remove what saves that were killed have left beside the crystal."""
    for left in path.parent.glob(f"{path.name}.*.new"):
        pid = left.name.removeprefix(f"{path.name}.").removesuffix(".new")
        if pid.isdecimal() and not is_alive(int(pid)):
            with suppress(OSError):
                left.unlink()
