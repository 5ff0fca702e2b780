"""The memory crystal: what is in it, that nobody can change a bit of it, and that a save is whole or not at all."""

from __future__ import annotations

import os
import random
import shutil
import signal
import stat
import struct
import subprocess
import sys
import time
from hashlib import sha512
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from host.memory.facts import many
from host.memory.house import FACTS, PASSPHRASE, furnish, owner_key, saved
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some
from kelex_host.errors import CrystalError, KelexError
from kelex_host.memory import crystal_format
from kelex_host.memory.crystal import verify
from kelex_host.memory.crystal_file import CrystalFile, sign_with
from kelex_host.memory.crystal_format import MAGIC, PREFIX_BYTES, Header, read_header
from kelex_host.memory.journal import Journal
from kelex_host.shells.enrolment import make_key
from kelex_host.shells.trust_store import TrustStore
from kelex_host.trust.keyring import key_id


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    home = tmp_path_factory.mktemp("house") / "home"
    furnish(home)
    return home


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A crystal of a house that has only its owner, whose every bit can be tried."""
    home = tmp_path_factory.mktemp("small") / "home"
    make_key(home, "jor-el")
    saved(home / "small.crystal", home)
    return home


def opened(path, passphrase=PASSPHRASE):
    crystal = CrystalFile(path)
    try:
        return verify(crystal, passphrase)
    finally:
        crystal.close()


def refusal(path, passphrase=PASSPHRASE):
    """The one sentence with which a crystal is refused."""
    with pytest.raises(KelexError) as refused:
        opened(path, passphrase)
    said = str(refused.value)
    assert said.endswith(".")
    assert "\n" not in said
    return said


# --- what is in it ---


def test_a_crystal_holds_the_journal_the_settings_and_who_may_order(house, tmp_path):
    told = saved(tmp_path / "c", house)
    found = opened(tmp_path / "c")
    assert found.files == [
        "kelex.toml", "secrets.toml", "keyring.json", "trust.json", "keys/lara.pem", "pairings/kelex.key",
        "drones/kelex.json",
    ]  # fmt: skip
    assert (found.facts, found.last, found.member) == (FACTS, FACTS, "jor-el")
    assert found.signed_by == key_id(owner_key(house).public_key().public_bytes_raw())
    assert told.left_out == ["keys/jor-el.pem"]
    assert stat.S_IMODE((tmp_path / "c").stat().st_mode) == 0o600


def test_neither_names_nor_keys_nor_facts_can_be_seen_without_the_passphrase(house, tmp_path):
    saved(tmp_path / "c", house)
    data = (tmp_path / "c").read_bytes()
    for word in (b"jor-el", b"lara", b"nursery", b"sesame", b"kelex/el", b"move_done", b"PRIVATE"):
        assert word not in data


def test_a_private_key_without_a_passphrase_stays_out_even_of_what_the_passphrase_opens(house, tmp_path):
    saved(tmp_path / "c", house)
    crystal = CrystalFile(tmp_path / "c")
    held = b"".join(block for _, blocks in crystal.sections(PASSPHRASE) for block in blocks)
    crystal.close()
    assert b"BEGIN PRIVATE KEY" not in held
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in held


def test_no_two_crystals_share_a_key(house, tmp_path):
    for name in ("a", "b"):
        saved(tmp_path / name, house)
    a, b = (CrystalFile(tmp_path / name).header for name in ("a", "b"))
    assert a.salt != b.salt
    assert crystal_format.derive_key(a, PASSPHRASE) != crystal_format.derive_key(b, PASSPHRASE)


def test_a_journal_of_many_chunks_comes_through_also_while_its_house_writes(tmp_path):
    home = tmp_path / "home"
    furnish(home, facts=8000)
    journal = Journal(home / "journal.db")
    journal.append(many(3000, first=10_000))
    saved(tmp_path / "own", home, journal=journal)
    saved(tmp_path / "others", home)
    journal.close()
    for name in ("own", "others"):
        assert (tmp_path / name).stat().st_size > 3 * 64 * 1024
        assert opened(tmp_path / name).facts == 11_000


def test_a_house_without_a_journal_yet_can_be_saved(small):
    found = opened(small / "small.crystal")
    assert (found.files, found.facts) == (["keyring.json"], 0)


# --- nobody changes it ---


def test_one_flipped_bit_anywhere_is_told_and_it_is_never_the_passphrase(small, tmp_path):
    whole = (small / "small.crystal").read_bytes()
    path = tmp_path / "flipped"
    for bit in range(len(whole) * 8):
        data = bytearray(whole)
        data[bit // 8] ^= 1 << bit % 8
        path.write_bytes(data)
        said = refusal(path)
        assert any(
            word in said for word in ("damaged", "no memory crystal", "bring Kelex up", "too large", "cut short")
        )


def test_a_crystal_cut_short_or_made_longer_anywhere_is_told(small, tmp_path):
    whole = (small / "small.crystal").read_bytes()
    path = tmp_path / "cut"
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        refusal(path)
    for more in (b"\0", whole):
        path.write_bytes(whole + more)
        assert "damaged" in refusal(path)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=some.integers(0, 4096), length=some.integers(0, 300), put=some.binary(max_size=300), again=some.booleans())
def test_a_crystal_with_some_bytes_in_place_of_others_is_told(small, tmp_path, at, length, put, again):
    whole = (small / "small.crystal").read_bytes()
    at %= len(whole)
    changed = whole[:at] + (whole[at : at + length] * 2 if again else put) + whole[at + length :]
    if changed != whole:
        (tmp_path / "spliced").write_bytes(changed)
        refusal(tmp_path / "spliced")


@given(data=some.binary(max_size=200))
@example(b"[" * 2000)
@example(b'{"kelex":' + b"[" * 2000)
def test_any_bytes_for_a_header_are_refused_by_name(data):
    with pytest.raises(CrystalError, match="damaged"):
        read_header(data)


def test_a_wrong_passphrase_is_told(small):
    for wrong in ("", "rosebud, the sled ", "Rosebud, the sled", "ä" * 1000, "\udc80"):
        said = refusal(small / "small.crystal", wrong)
        assert "passphrase" in said
        assert wrong.strip() not in said or not wrong


def parts(path):
    """(header, chunks) of a crystal, taken apart."""
    data = path.read_bytes()
    length = struct.unpack(">H", data[PREFIX_BYTES - 2 : PREFIX_BYTES])[0]
    header = msgspec.json.decode(data[PREFIX_BYTES : PREFIX_BYTES + length], type=Header)
    return header, data[PREFIX_BYTES + length : -64]


def forged(path, header, chunks, signer):
    head = header.encode() if isinstance(header, Header) else header
    path.write_bytes(head + chunks + signer.sign(b"kelex crystal\n" + sha512(head + chunks).digest()))
    return path


def test_who_does_not_know_the_passphrase_cannot_sign_it_anew_nor_change_it_with_an_enrolled_key(house, tmp_path):
    saved(tmp_path / "c", house)
    header, chunks = parts(tmp_path / "c")
    owner, other = owner_key(house), Ed25519PrivateKey.generate()
    assert opened(forged(tmp_path / "same", header, chunks, owner)).facts == FACTS
    for name, changed, body, signer in (
        ("other signer", msgspec.structs.replace(header, signer=sign_with(other)), chunks, other),
        ("other time", msgspec.structs.replace(header, saved_at="2027-01-01T00:00:00+00:00"), chunks, owner),
        ("flipped", header, chunks[:-1] + bytes([chunks[-1] ^ 1]), owner),
        ("cut", header, chunks[:-1], owner),
        ("longer", header, chunks + b"\0", owner),
    ):
        assert "passphrase does not open" in refusal(forged(tmp_path / name, changed, body, signer)), name


def test_chunks_cannot_be_left_out_or_moved_even_by_an_enrolled_signer(tmp_path):
    home = tmp_path / "home"
    owner = furnish(home, facts=8000)
    saved(tmp_path / "c", home)
    header, chunks = parts(tmp_path / "c")
    size = 64 * 1024 + 16
    pieces = [chunks[at : at + size] for at in range(0, len(chunks), size)]
    assert len(pieces) >= 3
    for name, body in (
        ("last gone", pieces[:-1]),
        ("first gone", pieces[1:]),
        ("swapped", [pieces[1], pieces[0], *pieces[2:]]),
        ("twice", [pieces[0], *pieces]),
    ):
        said = refusal(forged(tmp_path / name, header, b"".join(body), owner))
        assert "passphrase does not open" in said or "changed while it was read" in said


def test_a_header_that_asks_for_too_much_is_refused_before_anything_is_spent(house, tmp_path, monkeypatch):
    saved(tmp_path / "c", house)
    header, chunks = parts(tmp_path / "c")
    monkeypatch.setattr(crystal_format, "Scrypt", None)
    fields = msgspec.to_builtins(header)
    for name, changes in (("n", {"log2_n": 40}), ("less", {"log2_n": 1}), ("more", {"x": 1}), ("salt", {"salt": ""})):
        data = msgspec.json.encode(fields | changes)
        head = MAGIC + struct.pack(">HH", 1, len(data)) + data
        assert "header makes no sense" in refusal(forged(tmp_path / name, head, chunks, owner_key(house)))
    huge = MAGIC + struct.pack(">HH", 1, 60_000) + b" " * 60_000
    assert "too large" in refusal(forged(tmp_path / "huge", huge, chunks, owner_key(house)))


def test_foreign_and_newer_and_missing_and_huge_files_are_named(house, tmp_path):
    saved(tmp_path / "c", house)
    data = bytearray((tmp_path / "c").read_bytes())
    data[len(MAGIC) + 1] = 2
    (tmp_path / "newer").write_bytes(data)
    assert "version 2, and this Kelex reads 1; bring Kelex up to date" in refusal(tmp_path / "newer")
    for name, content in (("empty", b""), ("foreign", b"PK\x03\x04" * 99), ("text", b"my diary")):
        (tmp_path / name).write_bytes(content)
        assert "is no memory crystal; name another file" in refusal(tmp_path / name)
    assert "cannot be read" in refusal(tmp_path / "none")
    assert "cannot be read" in refusal(tmp_path)
    with (tmp_path / "huge").open("wb") as file:
        file.write(bytes(data[: len(MAGIC)]) + b"\0\1\0\2{}")
        file.truncate(3 * 1024**3)  # a hole: it takes no room
    assert "too many for a crystal" in refusal(tmp_path / "huge")


def test_a_crystal_signed_by_a_key_that_is_not_the_houses_is_neither_saved_nor_believed(house, tmp_path):
    with pytest.raises(CrystalError, match="not enrolled in the house"):
        saved(tmp_path / "c", house, signer=Ed25519PrivateKey.generate())
    home = tmp_path / "home"
    owner = furnish(home, facts=10)
    saved(tmp_path / "before", home)
    TrustStore(home).change(lambda ring: ring.revoke(key_id(owner.public_key().public_bytes_raw())))
    with pytest.raises(CrystalError, match="is revoked"):
        saved(tmp_path / "c", home)
    assert not (tmp_path / "c").exists()
    assert opened(tmp_path / "before").member == "jor-el"


# --- saving ---


@pytest.mark.parametrize("short", ["", "1234567"])
def test_a_passphrase_that_is_easy_to_guess_is_refused(house, tmp_path, short):
    with pytest.raises(CrystalError, match="take a longer one"):
        saved(tmp_path / "c", house, passphrase=short)
    assert [*tmp_path.iterdir()] == []


def test_the_old_crystal_stays_where_the_new_one_cannot_be_written(house, tmp_path, monkeypatch):
    path = tmp_path / "c"
    saved(path, house)
    before = path.read_bytes()
    with pytest.raises(CrystalError, match="no directory"):
        saved(tmp_path / "nowhere" / "c", house)
    monkeypatch.setattr("kelex_host.memory.crystal_file.FILE_BYTES_MOST", 1000)
    with pytest.raises(CrystalError, match="let the journal forget more"):
        saved(path, house)
    monkeypatch.undo()
    monkeypatch.setattr("kelex_host.memory.crystal.FILE_BYTES_MOST", 10)
    with pytest.raises(CrystalError, match=r"kelex\.toml is too large"):
        saved(path, house)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["c"]


WITHOUT_ROOM = """
import resource, signal, sys
from pathlib import Path
from host.memory.house import saved
from kelex_host.errors import CrystalError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))  # the index of the journal's log has 32 KiB
try:
    saved(Path(sys.argv[1]), Path(sys.argv[2]))
except CrystalError as error:
    print(error)
"""


def test_where_there_is_no_room_that_is_said_and_the_old_crystal_stays(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    path, home = tmp_path / "c", tmp_path / "home"
    furnish(home, facts=3000)
    saved(path, home)
    words = [sys.executable, "-c", WITHOUT_ROOM, str(path), str(home)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.startswith(f"The crystal {path} cannot be written (File too large)")
    assert opened(path).facts == 3000
    assert sorted(file.name for file in tmp_path.iterdir()) == ["c", "home"]


# As in test_journal_damage.py: one that makes savers of itself by fork.
SAVERS = """
import os, sys
from pathlib import Path
from host.memory.house import saved
path, home = map(Path, sys.argv[1:])

for line in sys.stdin:
    if os.fork() == 0:
        os.write(1, f"pid {os.getpid()}\\n".encode())
        while True:
            saved(path, home)
            os.write(1, b"saved\\n")
    os.wait()
    os.write(1, b"end\\n")
"""
KILLS = 80


def test_kill_at_any_moment_of_a_save_never_damages_the_crystal(house, tmp_path, monkeypatch, tell):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    path, chance, count = tmp_path / "c", random.Random(3), 0
    home = tmp_path / "home"
    shutil.copytree(house, home)
    saved(path, home)
    words = [sys.executable, "-c", SAVERS, str(path), str(home)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as savers:
        for _ in range(KILLS):
            savers.stdin.write("go\n")
            savers.stdin.flush()
            pid = int(savers.stdout.readline().removeprefix("pid "))
            lines = [savers.stdout.readline() for _ in range(chance.randrange(2))]
            time.sleep(chance.random() * 0.15)
            os.kill(pid, signal.SIGKILL)
            count += len([*lines, *iter(savers.stdout.readline, "end\n")])
            assert opened(path).facts == FACTS
        savers.stdin.close()
    saved(path, home)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["c", "home"], "what the killed left is swept away"
    tell(f"crystal: {KILLS} kills amid saves, {count} saves came through, the crystal was whole each time")


def test_the_usual_cost_of_a_guess_is_128_mib(house, tmp_path):
    saved(tmp_path / "c", house, log2_n=crystal_format.LOG2_N)
    assert CrystalFile(tmp_path / "c").header.log2_n == 17
    assert opened(tmp_path / "c").facts == FACTS
