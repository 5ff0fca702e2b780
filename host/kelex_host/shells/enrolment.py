"""What is done with key files and keyring together, in an order that leaves a usable key wherever it is cut short."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kelex_host.config import MemberSettings
from kelex_host.errors import TrustError
from kelex_host.shells.key_files import is_encrypted, key_path, read_private, write_private
from kelex_host.shells.trust_store import TrustStore
from kelex_host.trust.keyring import Keyring, key_id

HERE = "this computer"


def make_key(home: Path, member: str, passphrase: str = "", label: str = HERE) -> str:
    """Make and enrol a member's key on this computer; its id. Raises TrustError, also where there is one already."""
    path = key_path(home, member)
    if path.exists():
        raise TrustError(
            f"There is a key {path} already: replace it with `kelex keys rotate {member}`, or enrol the public key of "
            f"another device with `kelex keys enrol {member} FILE`."
        )
    key = Ed25519PrivateKey.generate()
    write_private(path, key, passphrase)
    return _enrol(home, member, label, key)


def rotate_key(home: Path, member: str, old_passphrase: str = "", passphrase: str = "") -> tuple[str, list[str]]:
    """Replace a member's key on this computer; (the new key's id, those revoked). Raises TrustError.

    Cut short at any point, the key in the file is an enrolled one. All older keys of the same label are revoked, so
    that doing it again also mends what was cut short.
    """
    store, path = TrustStore(home), key_path(home, member)
    old = key_id(read_private(path, old_passphrase).public_key().public_bytes_raw())
    known = store.keyring().keys.get(old)
    label = known.label if known else HERE
    key = Ed25519PrivateKey.generate()
    new_path = path.with_suffix(".new")
    write_private(new_path, key, passphrase)
    new = _enrol(home, member, label, key)
    try:
        new_path.replace(path)
    except OSError as error:
        raise TrustError(f"The key {path} cannot be replaced ({error.strerror}); mend that.") from None
    revoked = [one.id for one in store.keyring().of([member]) if one.label == label and one.id != new]
    store.change(lambda keyring: reduce(Keyring.revoke, revoked, keyring))
    return new, revoked


def ensure_owner_key(home: Path, members: Sequence[MemberSettings]) -> str:
    """Make the owner's key at a first start; a sentence for the person at the terminal, empty where all is well.

    A house whose owner has a key, be it revoked, is left as it is. Raises TrustError.
    """
    owners = [member.id for member in members if member.role == "owner"]
    if not owners:
        return 'No [[member]] has role = "owner": nobody can lift a lockdown or restore a crystal.'
    if any(key.member in owners for key in TrustStore(home).keyring().keys.values()):
        return ""
    owner, path = owners[0], key_path(home, owners[0])
    if not path.exists():
        return f"Made the key {make_key(home, owner)} of {owner} in {path}; keep a copy of it in a safe place."
    if is_encrypted(path):
        return (
            f"The key {path} is not enrolled: `kelex keys export {owner} > FILE`, then `kelex keys enrol {owner} FILE`."
        )
    return f"Enrolled the key {_enrol(home, owner, HERE, read_private(path))} of {owner}, found in {path}."


def key_to_sign_with(home: Path, members: Sequence[str]) -> Ed25519PrivateKey:
    """The first enrolled key of these members on this computer that needs no passphrase: a house that runs signs its
    crystals with it. Raises TrustError where there is none."""
    enrolled = {key.id for key in TrustStore(home).keyring().of(members)}
    for path in (key_path(home, member) for member in members):
        if path.exists() and not is_encrypted(path):
            key = read_private(path)
            if key_id(key.public_key().public_bytes_raw()) in enrolled:
                return key
    raise TrustError(
        "There is no key on this computer that signs without a passphrase; run `kelex crystal save`, which asks for it."
    )


def _enrol(home: Path, member: str, label: str, key: Ed25519PrivateKey) -> str:
    public = key.public_key().public_bytes_raw()
    TrustStore(home).change(lambda keyring: keyring.enrol(member, label, public))
    return key_id(public)
