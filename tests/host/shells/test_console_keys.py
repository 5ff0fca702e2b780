"""Opening a member's key in the console: only who could read its file can."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from kelex_host.bridge.now import Now
from kelex_host.bridge.topics import RequestTopic, Topics
from kelex_host.console.orders import Wish, WishError
from kelex_host.shells.console_keys import CODE_FILE, GUESSES_MOST, UNLOCKED_S, ConsoleKeys, read_code
from kelex_host.shells.key_files import key_path, write_private
from kelex_host.trust.keyring import key_id

NOW = Now(100.0, 1_800_000_000.0)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "keys").mkdir(mode=0o700)
    return tmp_path


def a_key(home: Path, member: str, passphrase: str = "") -> Ed25519PrivateKey:
    key = Ed25519PrivateKey.generate()
    write_private(key_path(home, member), key, passphrase)
    return key


def test_a_key_without_a_passphrase_opens_with_the_code_that_only_its_owner_can_read(home: Path) -> None:
    a_key(home, "jor-el")
    keys = ConsoleKeys(home)
    assert stat.S_IMODE((home / CODE_FILE).stat().st_mode) == 0o600
    for wrong in ("", "12345678", read_code(home)[:-1]):
        with pytest.raises(WishError, match="code"):
            keys.unlock("jor-el", wrong, NOW)
    assert keys.unlock("jor-el", read_code(home), NOW).until_s == NOW.mono_s + UNLOCKED_S


def test_a_key_with_a_passphrase_opens_with_that_and_not_with_the_code(home: Path) -> None:
    a_key(home, "lara", "red sun")
    keys = ConsoleKeys(home)
    with pytest.raises(WishError):
        keys.unlock("lara", read_code(home), NOW)
    assert keys.unlock("lara", "red sun", NOW).member == "lara"


def test_each_start_has_a_code_of_its_own(home: Path) -> None:
    ConsoleKeys(home)
    first = read_code(home)
    ConsoleKeys(home)
    assert read_code(home) != first


def test_guesses_are_few_whichever_page_makes_them(home: Path) -> None:
    a_key(home, "jor-el")
    keys = ConsoleKeys(home)
    for _ in range(GUESSES_MOST):
        with pytest.raises(WishError, match="code"):
            keys.unlock("jor-el", "wrong", NOW)
    with pytest.raises(WishError, match="Too much"):
        keys.unlock("jor-el", read_code(home), NOW)


@pytest.mark.parametrize("member", ["nobody", "../jor-el", ""])
def test_a_member_without_a_key_here_opens_nothing(home: Path, member: str) -> None:
    keys = ConsoleKeys(home)
    with pytest.raises(WishError):
        keys.unlock(member, read_code(home), NOW)


def test_what_is_signed_is_signed_in_the_members_name_whatever_the_page_says(home: Path) -> None:
    key = a_key(home, "jor-el")
    keys = ConsoleKeys(home)
    open_key = keys.unlock("jor-el", read_code(home), NOW)
    wish = Wish(RequestTopic("house", "", "lockdown"), {"on": True, "by": "lara"})
    envelope = open_key.sign(Topics("kelex"), wish, NOW)
    assert '"by":"jor-el"' in envelope["order"]
    assert envelope["key"] == key_id(key.public_key().public_bytes_raw())
    assert "PRIVATE" not in repr(open_key)
