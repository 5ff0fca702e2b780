"""The memory crystal as bytes: what stands in front of it in clear, and how the rest is closed. Pure.

    magic, version (2 bytes), length of the header (2 bytes), header (JSON), chunks, signature (64 bytes)

The chunks are AES-256-GCM, each of CHUNK_BYTES but the last, under a key that scrypt (RFC 7914) makes of a passphrase.
A chunk's nonce is its number and whether it is the last, so none can be left out, moved or cut off (the STREAM
construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015); a salt is never used twice, so neither is a key. Each
chunk also vouches for the header, with the signer's key in it: who does not know the passphrase cannot sign it anew.

The signature is Ed25519, over the SHA-512 of all before it. It is looked at first: what is damaged is told from a wrong
passphrase, and nobody's parameters are believed, not even those of scrypt, before somebody answers for them.

In clear stands what is needed to open it, who signed it and when: neither names nor how much of what.
"""

from __future__ import annotations

import struct
from typing import Annotated

import msgspec
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from kelex_host.errors import CrystalError

MAGIC = b"KELEX CRYSTAL\r\n\x1a"
VERSION = 1
PREFIX_BYTES = len(MAGIC) + 4
HEADER_BYTES_MOST = 1024
SIGNATURE_BYTES = 64
CHUNK_BYTES = 64 * 1024
TAG_BYTES = 16
FILE_BYTES_MOST = 2 * 1024**3
PASSPHRASE_CHARACTERS_LEAST = 8
# 2^17 rounds of 1 KiB blocks: 128 MiB and about half a second for each guess. More than 256 MiB nobody may ask of us.
LOG2_N = 17

_SIGNED = b"kelex crystal\n"


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in clear. `saved_at` is RFC 3339, `salt` and `signer` (an Ed25519 public key) are hexadecimal."""

    kelex: Annotated[str, msgspec.Meta(max_length=32)]
    saved_at: Annotated[str, msgspec.Meta(max_length=40)]
    salt: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]
    signer: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    log2_n: Annotated[int, msgspec.Meta(ge=14, le=18)] = LOG2_N

    def encode(self) -> bytes:
        """With the magic in front of it."""
        data = msgspec.json.encode(self)
        return MAGIC + struct.pack(">HH", VERSION, len(data)) + data


def header_length(prefix: bytes) -> int:
    """How many bytes follow the prefix. Raises CrystalError, to go behind the file's name."""
    if len(prefix) < PREFIX_BYTES or not prefix.startswith(MAGIC):
        raise CrystalError("is no memory crystal; name another file.")
    version, length = struct.unpack(">HH", prefix[len(MAGIC) : PREFIX_BYTES])
    if version != VERSION:
        raise CrystalError(f"is of version {version}, and this Kelex reads {VERSION}; bring Kelex up to date.")
    if length > HEADER_BYTES_MOST:
        raise CrystalError("has a header that is too large for one; take another copy.")
    return int(length)


def read_header(data: bytes) -> Header:
    """The header in its bytes. Raises CrystalError, as above."""
    try:
        return msgspec.json.decode(data, type=Header)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise CrystalError("is damaged: its header makes no sense; take another copy.") from None


def derive_key(header: Header, passphrase: str) -> bytes:
    """The key of the chunks. Costs memory and time, on purpose. Raises CrystalError."""
    try:
        scrypt = Scrypt(salt=bytes.fromhex(header.salt), length=32, n=2**header.log2_n, r=8, p=1)
        return scrypt.derive(passphrase.encode())
    except UnicodeEncodeError:
        raise CrystalError("The passphrase is not UTF-8; type it again.") from None
    except MemoryError:
        needed = 2 ** (header.log2_n - 10)
        raise CrystalError(f"There are not {needed} MiB of memory left to open it with; end other programs.") from None


def check_passphrase(passphrase: str) -> None:
    """Raises CrystalError for one that is not worth its name."""
    if len(passphrase) < PASSPHRASE_CHARACTERS_LEAST:
        raise CrystalError(
            f"The passphrase has fewer than {PASSPHRASE_CHARACTERS_LEAST} characters, and who finds the crystal could "
            "guess it; take a longer one."
        )


def nonce(number: int, last: bool) -> bytes:
    """The nonce of a chunk."""
    return number.to_bytes(11, "big") + bytes([last])


def signed(digest: bytes) -> bytes:
    """What is signed, of the SHA-512 of all before the signature."""
    return _SIGNED + digest
