"""The enrolled keys, and the file that they are kept in."""

import json
from hashlib import sha256

import pytest
from kelex_host.errors import TrustError
from kelex_host.trust.keyring import KEYS_MOST, Key, Keyring, decode_keyring, key_id

A, B = bytes(32), bytes([1] * 32)
RING = Keyring().enrol("jor-el", "phone", A).enrol("jor-el", "this computer", B).revoke(key_id(B))


def test_a_keys_id_is_derived_from_it():
    assert key_id(A) == sha256(A).hexdigest()[:16]
    assert RING.keys[key_id(A)] == Key("jor-el", "phone", A)


def test_a_member_may_have_several_keys_and_the_revoked_are_known_but_not_his_any_more():
    assert [key.label for key in RING.of(["jor-el"])] == ["phone"]
    assert RING.of(["lara"]) == []
    assert RING.keys[key_id(B)].revoked


@pytest.mark.parametrize(
    ("public", "label", "says"),
    [(A, "x", "enrolled already"), (B, "x", "revoked; make a new one"), (b"short", "x", "32 bytes"),
     (bytes([2] * 32), "x" * 65, "label")],
)  # fmt: skip
def test_what_cannot_be_enrolled_is_named(public, label, says):
    with pytest.raises(TrustError, match=says):
        RING.enrol("lara", label, public)


def test_keys_are_bounded():
    ring = Keyring(Key("lara", "", number.to_bytes(32, "big")) for number in range(KEYS_MOST))
    with pytest.raises(TrustError, match=str(KEYS_MOST)):
        ring.enrol("lara", "", bytes([255] * 32))


def test_revoking_again_changes_nothing_and_what_is_not_there_is_named():
    assert RING.revoke(key_id(B)).keys == RING.keys
    with pytest.raises(TrustError, match="kelex keys list"):
        RING.revoke("0123456789abcdef")


def test_the_file_gives_back_what_was_put_in():
    assert decode_keyring(RING.encode()).keys == RING.keys
    assert decode_keyring(Keyring().encode()).keys == {}


def edited(**changes):
    document = json.loads(RING.encode())
    document["keys"][0] |= changes
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{}", b'{"keys": [{}]}', b'{"keys": [], "more": 1}', b"\xff",
     edited(id="0" * 16), edited(public="AAAA"), edited(public="?"), edited(revoked="no"), edited(owner=True),
     edited(id=key_id(B), public=json.loads(RING.encode())["keys"][1]["public"])],
)  # fmt: skip
def test_a_file_that_is_no_keyring_is_refused(data):
    with pytest.raises(TrustError):
        decode_keyring(data)
