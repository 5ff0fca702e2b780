"""The enrolled public keys: each belongs to one member, who may have several, one for each device.

A key is never taken out, only revoked: so a refusal can say whose it was, and it cannot be enrolled again by mistake.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256

import msgspec

from kelex_host.errors import TrustError

PUBLIC_BYTES = 32
KEYS_MOST = 256
LABEL_CHARACTERS_MOST = 64


def key_id(public: bytes) -> str:
    """The short name of a public key: the first 16 hexadecimal digits of its SHA-256."""
    return sha256(public).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Key:
    """An enrolled Ed25519 key. `label` says on which device it lives."""

    member: str
    label: str
    public: bytes
    revoked: bool = False

    @property
    def id(self) -> str:
        """Derived from the key itself: a file cannot give a key another one's name."""
        return key_id(self.public)


class _Record(msgspec.Struct, forbid_unknown_fields=True):
    """A key as the file has it; `id` is there for people and has to fit."""

    id: str
    member: str
    label: str
    public: str
    revoked: bool = False


class _File(msgspec.Struct, forbid_unknown_fields=True):
    keys: list[_Record]


class Keyring:
    """The keys by their id; nothing in it changes, each change gives a new one."""

    def __init__(self, keys: Iterable[Key] = ()) -> None:
        self.keys = {key.id: key for key in keys}

    def enrol(self, member: str, label: str, public: bytes) -> Keyring:
        """With one key more. Raises TrustError for one that is there already, is no key, or is one too many."""
        if len(public) != PUBLIC_BYTES:
            raise TrustError(f"An Ed25519 public key has {PUBLIC_BYTES} bytes, and this one {len(public)}.")
        known = self.keys.get(key_id(public))
        if known:
            state = "revoked; make a new one" if known.revoked else "and can be used as it is"
            raise TrustError(f"The key {known.id} is enrolled already, for {known.member}, {state}.")
        if len(self.keys) >= KEYS_MOST:
            raise TrustError(f"There are {KEYS_MOST} keys, which is the most; begin a new keyring.")
        if len(label) > LABEL_CHARACTERS_MOST:
            raise TrustError(f"The label has {len(label)} characters; the most is {LABEL_CHARACTERS_MOST}.")
        return Keyring([*self.keys.values(), Key(member, label, public)])

    def revoke(self, id: str) -> Keyring:
        """With that key revoked, for good. Raises TrustError for a key that is not there."""
        if id not in self.keys:
            raise TrustError(f"There is no key '{id[:64]}'; `kelex keys list` shows those that there are.")
        return Keyring(replace(key, revoked=key.revoked or key.id == id) for key in self.keys.values())

    def of(self, members: Iterable[str]) -> list[Key]:
        """The keys of these members that are not revoked."""
        wanted = set(members)
        return [key for key in self.keys.values() if key.member in wanted and not key.revoked]

    def encode(self) -> bytes:
        """As a file has it."""
        records = [
            _Record(key.id, key.member, key.label, base64.b64encode(key.public).decode(), key.revoked)
            for key in self.keys.values()
        ]
        return msgspec.json.format(msgspec.json.encode(_File(records)))


def decode_keyring(data: bytes) -> Keyring:
    """The keyring in a file. Raises TrustError, with what is wrong with it."""
    try:
        records = msgspec.json.decode(data, type=_File).keys
        keys = [
            (
                record.id,
                Key(record.member, record.label, base64.b64decode(record.public, validate=True), record.revoked),
            )
            for record in records
        ]
    except (msgspec.DecodeError, ValueError) as error:
        raise TrustError(f"it is no keyring: {error}") from None
    for id, key in keys:
        if id != key.id or len(key.public) != PUBLIC_BYTES:
            raise TrustError(f"its key '{id[:64]}' does not fit its name")
    if len({id for id, _ in keys}) < len(keys):
        raise TrustError("it has a key twice")
    return Keyring(key for _, key in keys)
