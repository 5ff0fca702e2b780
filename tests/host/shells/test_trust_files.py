"""Keyring, counters and keys on the disk. These tests run as root too, whom no file mode stops: modes are looked at."""

import stat
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from kelex_host.config import MemberSettings
from kelex_host.errors import TrustError
from kelex_host.shells.enrolment import ensure_owner_key, key_to_sign_with, make_key, rotate_key
from kelex_host.shells.key_files import (
    is_encrypted,
    key_path,
    public_pem,
    read_private,
    read_public,
    use_counter,
    write_private,
)
from kelex_host.shells.trust_store import TrustStore
from kelex_host.trust.keyring import Key, key_id

KEY = Ed25519PrivateKey.generate()
MEMBERS = [MemberSettings("jor-el", role="owner"), MemberSettings("lara", role="adult")]


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def raw(key):
    return key.public_key().public_bytes_raw()


# --- the store ---


def test_a_new_home_has_no_keys_and_no_counters(tmp_path):
    store = TrustStore(tmp_path / "home")
    assert store.keyring().keys == {}
    assert store.counters() == {}


def test_what_is_stored_is_there_for_the_next_process_and_for_nobody_else(tmp_path):
    store = TrustStore(tmp_path / "home")
    store.change(lambda keyring: keyring.enrol("lara", "phone", raw(KEY)))
    store.save_counters({"a": 2**53 - 1})
    again = TrustStore(tmp_path / "home")
    assert again.keyring().keys == {key_id(raw(KEY)): Key("lara", "phone", raw(KEY))}
    assert again.counters() == {"a": 2**53 - 1}
    assert mode(store.keyring_path) == mode(store.counters_path) == 0o600
    assert mode(tmp_path / "home") == 0o700


def test_a_running_house_sees_at_once_what_another_process_changes(tmp_path):
    house, command = TrustStore(tmp_path), TrustStore(tmp_path)
    assert house.keyring().keys == {}
    command.change(lambda keyring: keyring.enrol("lara", "phone", raw(KEY)))
    assert not house.keyring().keys[key_id(raw(KEY))].revoked
    assert house.keyring() is house.keyring()
    command.change(lambda keyring: keyring.revoke(key_id(raw(KEY))))
    assert house.keyring().keys[key_id(raw(KEY))].revoked
    house.keyring_path.unlink()
    assert house.keyring().keys == {}


@pytest.mark.parametrize("name", ["keyring", "counters"])
@pytest.mark.parametrize("data", [b"", b"[]", b"\xff\x00", b'{"a": "b"}'])
def test_a_damaged_file_is_named_and_left_as_it_is(tmp_path, name, data):
    store = TrustStore(tmp_path)
    path = store.keyring_path if name == "keyring" else store.counters_path
    path.write_bytes(data)
    with pytest.raises(TrustError, match=rf"{path.name} is damaged .*restore it from a backup"):
        getattr(store, name)()
    if name == "keyring":
        with pytest.raises(TrustError, match="damaged"):
            store.change(lambda keyring: keyring.enrol("lara", "phone", raw(KEY)))
    assert path.read_bytes() == data


def test_where_nothing_can_be_written_that_is_said_and_the_old_file_stays(tmp_path):
    store = TrustStore(tmp_path)
    store.save_counters({"a": 1})
    in_the_way = store.counters_path
    in_the_way.unlink()
    in_the_way.mkdir()
    (in_the_way / "x").touch()
    with pytest.raises(TrustError, match=r"trust\.json cannot be written"):
        store.save_counters({"a": 2})
    assert sorted(file.name for file in tmp_path.iterdir()) == ["trust.json"]


# --- private keys ---


def test_a_key_is_read_as_it_was_written_and_only_its_owner_could(tmp_path):
    path = key_path(tmp_path, "lara")
    write_private(path, KEY)
    assert path == tmp_path / "keys" / "lara.pem"
    assert mode(path) == 0o600
    assert mode(path.parent) == 0o700
    assert not is_encrypted(path)
    assert raw(read_private(path)) == raw(KEY)
    with pytest.raises(TrustError, match="not encrypted"):
        read_private(path, "passphrase")


def test_a_passphrase_closes_a_key(tmp_path):
    path = tmp_path / "k.pem"
    write_private(path, KEY, "rosebud ä")
    assert is_encrypted(path)
    assert mode(path) == 0o600
    assert KEY.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()) not in path.read_bytes()
    assert raw(read_private(path, "rosebud ä")) == raw(KEY)
    for wrong, says in (("", "give its passphrase"), ("rosebud", "does not open")):
        with pytest.raises(TrustError, match=says):
            read_private(path, wrong)


@pytest.mark.parametrize("others", [0o640, 0o604, 0o620, 0o777])
def test_a_key_that_others_can_get_at_is_refused_with_the_mend(tmp_path, others):
    path = tmp_path / "k.pem"
    write_private(path, KEY)
    path.chmod(others)
    with pytest.raises(TrustError, match=f"chmod 600 {path}"):
        read_private(path)


@pytest.mark.parametrize("data", [b"", b"rubbish", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_what_is_no_key_is_named(tmp_path, data):
    path = tmp_path / "k.pem"
    path.write_bytes(data)
    path.chmod(0o600)
    for read in (read_private, read_public):
        with pytest.raises(TrustError, match=r"k\.pem"):
            read(path)


def test_a_key_of_another_kind_or_none_or_a_huge_file_is_named(tmp_path):
    other = X25519PrivateKey.generate()
    private, public, huge = tmp_path / "a", tmp_path / "b", tmp_path / "c"
    private.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    private.chmod(0o600)
    public.write_bytes(other.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    huge.write_bytes(b"x" * 20_000)
    huge.chmod(0o600)
    for read, path, says in (
        (read_private, private, "not an Ed25519"),
        (read_public, public, "not an Ed25519"),
        (read_private, huge, "too large"),
        (read_private, tmp_path / "none", "no key"),
        (read_public, tmp_path, "cannot be read"),
    ):
        with pytest.raises(TrustError, match=says):
            read(path)


def test_the_public_part_is_exported_and_a_private_key_is_not_taken_for_it(tmp_path):
    path, private = tmp_path / "public.pem", tmp_path / "private.pem"
    path.write_text(public_pem(KEY))
    assert read_public(path) == raw(KEY)
    write_private(private, KEY)
    with pytest.raises(TrustError, match="never leaves its device"):
        read_public(private)


@pytest.mark.parametrize("member", ["", "..", "../x", "a/b", "A", "x" * 33, "a\0"])
def test_no_name_leads_out_of_the_directory_of_keys(tmp_path, member):
    with pytest.raises(TrustError, match="no member's id"):
        key_path(tmp_path, member)


def test_a_house_signs_with_a_key_that_is_enrolled_and_needs_no_passphrase(tmp_path):
    make_key(tmp_path, "jor-el", "rosebud")
    with pytest.raises(TrustError, match="kelex crystal save"):
        key_to_sign_with(tmp_path, ["jor-el", "lara"])
    id = make_key(tmp_path, "lara")
    assert key_id(raw(key_to_sign_with(tmp_path, ["jor-el", "lara"]))) == id
    TrustStore(tmp_path).change(lambda keyring: keyring.revoke(id))
    with pytest.raises(TrustError, match="kelex crystal save"):
        key_to_sign_with(tmp_path, ["jor-el", "lara"])


# --- counters of those who sign ---


def test_processes_that_sign_with_one_key_never_use_a_counter_twice(tmp_path):
    program = (
        "import sys; from pathlib import Path; from kelex_host.shells.key_files import use_counter\n"
        "print(*(use_counter(Path(sys.argv[1])) for _ in range(50)))"
    )
    words = [sys.executable, "-c", program, str(tmp_path / "k.pem")]
    processes = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    runs = [[int(word) for word in process.communicate(timeout=60)[0].split()] for process in processes]
    used = [counter for run in runs for counter in run]
    assert all(run == sorted(run) for run in runs)
    assert len(set(used)) == len(used) == 150


def test_a_counter_outruns_a_clock_that_was_set_back_and_a_file_that_makes_no_sense(tmp_path):
    path = tmp_path / "k.pem"
    path.with_suffix(".counter").write_text("9000000000000000")
    assert use_counter(path) == 9_000_000_000_000_001
    for text in ("", "rubbish", "-5"):
        path.with_suffix(".counter").write_text(text)
        assert use_counter(path) > 1_700_000_000_000_000


# --- enrolment ---


def test_a_first_start_makes_the_owners_key_and_the_next_one_leaves_it(tmp_path):
    assert "jor-el" in ensure_owner_key(tmp_path, MEMBERS)
    before = key_path(tmp_path, "jor-el").read_bytes()
    [key] = TrustStore(tmp_path).keyring().of(["jor-el"])
    assert key.public == raw(read_private(key_path(tmp_path, "jor-el")))
    assert ensure_owner_key(tmp_path, MEMBERS) == ""
    assert key_path(tmp_path, "jor-el").read_bytes() == before
    assert not key_path(tmp_path, "lara").exists()


def test_a_first_start_that_was_cut_short_is_made_good_by_the_next(tmp_path):
    write_private(key_path(tmp_path, "jor-el"), KEY)
    assert "found" in ensure_owner_key(tmp_path, MEMBERS)
    assert [key.public for key in TrustStore(tmp_path).keyring().of(["jor-el"])] == [raw(KEY)]


def test_what_a_start_cannot_do_it_says(tmp_path):
    assert "owner" in ensure_owner_key(tmp_path, MEMBERS[1:])
    write_private(key_path(tmp_path, "jor-el"), KEY, "rosebud")
    assert "kelex keys enrol" in ensure_owner_key(tmp_path, MEMBERS)


def test_an_owner_whose_keys_are_all_revoked_gets_none_behind_his_back(tmp_path):
    ensure_owner_key(tmp_path, MEMBERS)
    TrustStore(tmp_path).change(lambda keyring: keyring.revoke(next(iter(keyring.keys))))
    assert ensure_owner_key(tmp_path, MEMBERS) == ""
    assert TrustStore(tmp_path).keyring().of(["jor-el"]) == []


def test_a_key_is_never_overwritten(tmp_path):
    make_key(tmp_path, "lara")
    before = key_path(tmp_path, "lara").read_bytes()
    with pytest.raises(TrustError, match="kelex keys rotate lara"):
        make_key(tmp_path, "lara")
    assert key_path(tmp_path, "lara").read_bytes() == before


def test_a_rotated_key_is_another_one_and_the_old_is_revoked_but_not_those_of_other_devices(tmp_path):
    old = make_key(tmp_path, "lara", "rosebud")
    phone = Ed25519PrivateKey.generate()
    TrustStore(tmp_path).change(lambda keyring: keyring.enrol("lara", "phone", raw(phone)))
    new, revoked = rotate_key(tmp_path, "lara", "rosebud", "sled")
    assert revoked == [old]
    assert {key.id for key in TrustStore(tmp_path).keyring().of(["lara"])} == {new, key_id(raw(phone))}
    assert key_id(raw(read_private(key_path(tmp_path, "lara"), "sled"))) == new


def test_a_rotation_that_is_cut_short_leaves_an_enrolled_key_and_is_made_good_by_the_next(tmp_path, monkeypatch):
    old = make_key(tmp_path, "lara")

    class PowerCut(BaseException):
        pass

    def cut(*arguments):
        raise PowerCut

    for where in ("write_private", "_enrol", "reduce"):
        with monkeypatch.context() as broken:
            broken.setattr(f"kelex_host.shells.enrolment.{where}", cut)
            with pytest.raises(PowerCut):
                rotate_key(tmp_path, "lara")
        in_file = key_id(raw(read_private(key_path(tmp_path, "lara"))))
        assert in_file in {key.id for key in TrustStore(tmp_path).keyring().of(["lara"])}
    new, revoked = rotate_key(tmp_path, "lara")
    assert old in revoked
    assert [key.id for key in TrustStore(tmp_path).keyring().of(["lara"])] == [new]
