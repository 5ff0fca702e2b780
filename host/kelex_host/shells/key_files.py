"""Private keys in files: `keys/<member>.pem` below KELEX_HOME, PKCS 8 in PEM, for nobody else to read.

With a passphrase the key is encrypted, and scrypt (RFC 7914) stands before it: the PEM's own derivation of 2,048 rounds
could be guessed at by the million a second. So the PEM's password is what scrypt makes of the passphrase and of a salt,
which stands above the PEM, where readers of PEM expect remarks.
"""

from __future__ import annotations

import os
import re
import stat
import time
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from kelex_host.errors import TrustError
from kelex_host.shells.safe_file import locked, replace_file
from kelex_host.trust.signing import next_counter

FILE_BYTES_MOST = 16 * 1024
_MEMBER = re.compile(r"[a-z0-9-]{1,32}")
_SALT = re.compile(rb"Kelex-Scrypt-Salt: ([0-9a-f]{32})\n")


def key_path(home: Path, member: str) -> Path:
    """Where the private key of a member lies. Raises TrustError for what is no id: it could lead elsewhere."""
    if not _MEMBER.fullmatch(member):
        raise TrustError(f"'{member[:64]}' is no member's id: it has 1 to 32 of a-z, 0-9 and -.")
    return home / "keys" / f"{member}.pem"


def write_private(path: Path, key: Ed25519PrivateKey, passphrase: str = "") -> None:
    """Put a private key into a file of mode 0600; encrypted, where there is a passphrase. Raises TrustError."""
    head = b""
    encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        salt = os.urandom(16)
        head = b"Kelex-Scrypt-Salt: " + salt.hex().encode() + b"\n"
        encryption = serialization.BestAvailableEncryption(_stretch(passphrase, salt))
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
    try:
        replace_file(path, head + pem)
    except OSError as error:
        raise TrustError(f"The key {path} cannot be written ({error.strerror}); mend that.") from None


def is_encrypted(path: Path) -> bool:
    """Whether a passphrase is needed for a private key. Raises TrustError."""
    return b"ENCRYPTED" in _read(path, private=True)


def read_private(path: Path, passphrase: str = "") -> Ed25519PrivateKey:
    """The private key in a file. Raises TrustError, also for a file that others can read."""
    data = _read(path, private=True)
    salt = _SALT.match(data)
    password = _stretch(passphrase, bytes.fromhex(salt[1].decode())) if salt and passphrase else passphrase.encode()
    try:
        key = serialization.load_pem_private_key(data, password or None)
    except TypeError:
        mend = "is encrypted; give its passphrase" if not passphrase else "is not encrypted; leave the passphrase out"
        raise TrustError(f"The key {path} {mend}.") from None
    except (ValueError, UnsupportedAlgorithm):
        if passphrase:
            raise TrustError(f"The passphrase does not open the key {path}; try another one.") from None
        raise TrustError(f"{path} is no private key in PEM; make one with `kelex keys`.") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise TrustError(f"The key {path} is not an Ed25519 key; make one with `kelex keys`.")
    return key


def public_pem(key: Ed25519PrivateKey) -> str:
    """The public key that belongs to a private one, as PEM."""
    encoded = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return encoded.decode()


def read_public(path: Path) -> bytes:
    """The 32 bytes of the Ed25519 public key in a PEM file. Raises TrustError."""
    data = _read(path, private=False)
    if b"PRIVATE KEY" in data:
        raise TrustError(
            f"{path} is a private key, which never leaves its device; give the public one (`kelex keys export`)."
        )
    try:
        key = serialization.load_pem_public_key(data)
    except (ValueError, UnsupportedAlgorithm):
        raise TrustError(f"{path} is no public key in PEM; `kelex keys export MEMBER` prints one.") from None
    if not isinstance(key, Ed25519PublicKey):
        raise TrustError(f"{path} is not an Ed25519 key; `kelex keys export MEMBER` prints one.")
    return key.public_bytes_raw()


def use_counter(path: Path) -> int:
    """A counter above every one used with the key in `path`, by any process. Raises TrustError.

    It is written down before it is used; should that file be lost, the time still outruns it.
    """
    file = path.with_suffix(".counter")
    try:
        with locked(file):
            text = file.read_text() if file.exists() else "0"
            counter = next_counter(int(text) if text.isdecimal() else 0, time.time())
            replace_file(file, str(counter).encode())
    except (OSError, ValueError) as error:
        raise TrustError(f"The counter {file} cannot be kept ({error}); mend that, or remove the file.") from None
    return counter


def _read(path: Path, *, private: bool) -> bytes:
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if private and mode & 0o077:
                raise TrustError(
                    f"Others can get at the key {path} (mode {mode:04o}); mend it with `chmod 600 {path}`."
                )
            data = file.read(FILE_BYTES_MOST + 1)
    except FileNotFoundError:
        raise TrustError(f"There is no key {path}; see `kelex keys --help` for how to make one.") from None
    except OSError as error:
        raise TrustError(f"The key {path} cannot be read ({error.strerror}); mend that.") from None
    if len(data) > FILE_BYTES_MOST:
        raise TrustError(f"{path} is too large for a key; name another file.")
    return data


def _stretch(passphrase: str, salt: bytes) -> bytes:
    """A password that costs 32 MB and 0.1 s for each guess at the passphrase."""
    return Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase.encode()).hex().encode()
