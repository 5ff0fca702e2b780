"""A crystal's file, written and read as a stream: sections of bytes in, sections of bytes out (see crystal_format.py).

Within the chunks, compressed by zlib, are the sections: length of the name, name, then blocks with their lengths, up to
one of no bytes; up to a name of no bytes.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Iterator
from hashlib import sha512
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kelex_host.errors import CrystalError
from kelex_host.memory.crystal_format import (
    CHUNK_BYTES,
    FILE_BYTES_MOST,
    PREFIX_BYTES,
    SIGNATURE_BYTES,
    TAG_BYTES,
    Header,
    derive_key,
    header_length,
    nonce,
    read_header,
    signed,
)

BLOCK_BYTES = 64 * 1024
CONTENT_BYTES_MOST = 16 * 1024**3
Section = tuple[str, Iterable[bytes]]


def write(
    file: IO[bytes], header: Header, passphrase: str, signer: Ed25519PrivateKey, sections: Iterable[Section]
) -> None:
    """Write a crystal, signature and all. Raises OSError, and CrystalError where it gets too large."""
    head = header.encode()
    digest, cipher, size = sha512(head), AESGCM(derive_key(header, passphrase)), len(head)
    associated = sha512(head).digest()
    file.write(head)
    for number, (chunk, last) in enumerate(_chunks(_compressed(sections))):
        closed = cipher.encrypt(nonce(number, last), chunk, associated)
        digest.update(closed)
        file.write(closed)
        size += len(closed)
        if size > FILE_BYTES_MOST:
            raise CrystalError(
                f"The crystal would have more than {FILE_BYTES_MOST} bytes; let the journal forget more."
            )
    file.write(signer.sign(signed(digest.digest())))


class CrystalFile:
    """A crystal that somebody answers for. Raises CrystalError for any other file; with the file's name in front."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise CrystalError(f"The crystal {path} cannot be read ({error.strerror}); name another file.") from None
        try:
            self.header, self._body, self._end = self._verified()
        except BaseException as error:
            self._file.close()
            if isinstance(error, CrystalError):
                raise CrystalError(f"The file {path} {error}") from None
            if isinstance(error, OSError):
                raise CrystalError(f"The crystal {path} cannot be read ({error.strerror}); mend that.") from None
            raise

    def close(self) -> None:
        self._file.close()

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self._end + SIGNATURE_BYTES

    def sections(self, passphrase: str) -> Iterator[tuple[str, Iterator[bytes]]]:
        """(name, blocks) of each section; all blocks of one have to be taken before the next. Raises CrystalError.

        What was read can be relied on at once, and that it was all, only when this ends.
        """
        plain = _Plain(self._opened(derive_key(self.header, passphrase)), self.path)
        while length := plain.number(2):
            yield plain.take(length).decode(), plain.blocks()
        plain.expect_end()

    def _verified(self) -> tuple[Header, int, int]:
        size = os.fstat(self._file.fileno()).st_size
        prefix = self._file.read(PREFIX_BYTES)
        length = header_length(prefix)
        body, end = PREFIX_BYTES + length, size - SIGNATURE_BYTES
        if size > FILE_BYTES_MOST + SIGNATURE_BYTES:
            raise CrystalError(f"has more than {FILE_BYTES_MOST} bytes, too many for a crystal; name another.")
        if end < body + TAG_BYTES:
            raise CrystalError("is cut short; take another copy.")
        head = self._file.read(length)
        header = read_header(head)
        digest, left = sha512(prefix + head), end - body
        while left:
            data = self._file.read(min(left, 1024 * 1024))
            if not data:
                raise CrystalError("is cut short; take another copy.")
            digest.update(data)
            left -= len(data)
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(header.signer))
            key.verify(self._file.read(), signed(digest.digest()))
        except (InvalidSignature, ValueError):
            raise CrystalError("is damaged: its signature does not fit what it holds; take another copy.") from None
        return header, body, end

    def _opened(self, key: bytes) -> Iterator[bytes]:
        """The chunks in clear."""
        self._file.seek(0)
        associated = sha512(self._file.read(self._body)).digest()
        cipher, at, number = AESGCM(key), self._body, 0
        while at < self._end:
            closed = self._file.read(min(CHUNK_BYTES + TAG_BYTES, self._end - at))
            at += len(closed)
            try:
                yield cipher.decrypt(nonce(number, at == self._end), closed, associated)
            except (InvalidTag, ValueError):
                if number == 0:
                    why = f"The passphrase does not open the crystal {self.path}; try another one."
                    raise CrystalError(why) from None
                raise CrystalError(f"The file {self.path} was changed while it was read; try again.") from None
            number += 1


class _Plain:
    """What the chunks hold, uncompressed, taken bit by bit."""

    def __init__(self, chunks: Iterator[bytes], path: Path) -> None:
        self._parts, self._path, self._buffer = self._uncompressed(chunks), path, b""

    def take(self, count: int) -> bytes:
        while len(self._buffer) < count:
            part = next(self._parts, b"")
            if not part:
                raise self._malformed()
            self._buffer += part
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    def number(self, length: int) -> int:
        return int.from_bytes(self.take(length), "big")

    def blocks(self) -> Iterator[bytes]:
        while length := self.number(4):
            if length > BLOCK_BYTES:
                raise self._malformed()
            yield self.take(length)

    def expect_end(self) -> None:
        if self._buffer or next(self._parts, b""):
            raise self._malformed()

    def _uncompressed(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        inflate, total = zlib.decompressobj(), 0
        for chunk in chunks:
            data = chunk
            while data and not inflate.eof:
                try:
                    part = inflate.decompress(data, 1024 * 1024)
                except zlib.error:
                    raise self._malformed() from None
                data, total = inflate.unconsumed_tail, total + len(part)
                if total > CONTENT_BYTES_MOST:
                    raise self._malformed()
                if part:
                    yield part

    def _malformed(self) -> CrystalError:
        return CrystalError(f"The crystal {self._path} was written wrongly, though nobody changed it; report this.")


def _compressed(sections: Iterable[Section]) -> Iterator[bytes]:
    deflate = zlib.compressobj(6)
    for name, blocks in sections:
        coded = name.encode()
        yield deflate.compress(len(coded).to_bytes(2, "big") + coded)
        for block in blocks:
            for at in range(0, len(block), BLOCK_BYTES):
                part = block[at : at + BLOCK_BYTES]
                yield deflate.compress(len(part).to_bytes(4, "big") + part)
        yield deflate.compress(bytes(4))
    yield deflate.compress(bytes(2)) + deflate.flush()


def _chunks(parts: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """(chunk, whether it is the last); each is of CHUNK_BYTES but the last, which has at least one byte."""
    buffer = bytearray()
    for part in parts:
        buffer += part
        while len(buffer) > CHUNK_BYTES:
            yield bytes(buffer[:CHUNK_BYTES]), False
            del buffer[:CHUNK_BYTES]
    yield bytes(buffer), True


def sign_with(key: Ed25519PrivateKey) -> str:
    """The `signer` of a header."""
    return key.public_key().public_bytes_raw().hex()
