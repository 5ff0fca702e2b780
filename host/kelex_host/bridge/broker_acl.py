"""Who may do what at a mosquitto, and the entries by which it knows them (mosquitto.conf(5), mosquitto_passwd(1)).

mosquitto refuses whatever no line grants. So a reader cannot order, a household client orders but cannot speak as the
bridge does, and only who plays the world acts on the simulated house.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import pbkdf2_hmac

# What mosquitto 2 writes: PBKDF2 with SHA-512, 101 rounds, a salt of 12 bytes, a hash of 64. Passwords are made at
# random and long, so that few rounds do.
_ROUNDS = 101
SALT_BYTES = 12
_HASH_BYTES = 64

BRIDGE, HOME_ASSISTANT, READER, WORLD = "bridge", "homeassistant", "reader", "world"
Grant = tuple[str, str]


@dataclass(frozen=True, slots=True)
class User:
    """One who may come in: his name at the broker, and what he may do with which topics."""

    name: str
    about: str
    grants: tuple[Grant, ...]

    @property
    def secret(self) -> str:
        """The name of the secret that is his password."""
        return f"mqtt-{self.name}"


def users(base: str, prefix: str, status: str, members: Iterable[str]) -> list[User]:
    """Everybody: the bridge, Home Assistant, each member's programs, a reader, and who plays the simulated world.

    `prefix` is Home Assistant's discovery prefix, `status` its birth topic. Names begin with the base, so that several
    households share one broker.
    """
    stem = base.replace("/", "-")
    reads: Grant = ("read", f"{base}/#")
    orders: tuple[Grant, ...] = (
        ("write", f"{base}/house/request/#"),
        ("write", f"{base}/drone/+/request/#"),
        ("write", f"{base}/drone/+/set/#"),
    )
    discovery = [f"{prefix}/device/+/config", f"{prefix}/+/+/+/config"]
    bridge = (("readwrite", f"{base}/#"), ("read", status), *(("write", topic) for topic in discovery))
    home_assistant = (reads, *orders, ("read", f"{prefix}/#"), ("write", status))
    return [
        User(f"{stem}-{BRIDGE}", "the bridge, `kelex up`", bridge),
        User(f"{stem}-{HOME_ASSISTANT}", "Home Assistant", home_assistant),
        *(User(f"{stem}-{member}", f"the programs of {member}", (reads, *orders)) for member in members),
        User(f"{stem}-{READER}", "reads all, orders nothing", (reads,)),
        User(f"{stem}-{WORLD}", "acts on the simulated house", (reads, ("write", f"{base}/world/request/#"))),
    ]


def acl(everybody: Iterable[User]) -> str:
    """The file for mosquitto's `acl_file`."""
    lines = ["# Made by `kelex broker-acl`: make it anew when members or topics change."]
    for user in everybody:
        lines += ["", f"# {user.about}", f"user {user.name}"]
        lines += [f"topic {right} {topic}" for right, topic in user.grants]
    return "\n".join(lines) + "\n"


def password_entry(name: str, password: str, salt: bytes) -> str:
    """One line for mosquitto's `password_file`; it does not hold the password."""
    digest = pbkdf2_hmac("sha512", password.encode(), salt, _ROUNDS, _HASH_BYTES)
    return f"{name}:$7${_ROUNDS}${b64encode(salt).decode()}${b64encode(digest).decode()}"


def passwords(everybody: Iterable[User], secrets: Mapping[str, str], salts: Iterable[bytes]) -> str:
    """The file for mosquitto's `password_file`; `secrets` has everybody's password by the secret's name."""
    entries = (
        password_entry(user.name, secrets[user.secret], salt) for user, salt in zip(everybody, salts, strict=False)
    )
    return "\n".join(entries) + "\n"
