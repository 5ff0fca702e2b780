"""The keys of a life's household: who signs, what the guard has noted, and every way to forge that checkers know."""

from __future__ import annotations

import base64
from collections.abc import Callable
from random import Random
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kelex_host.bridge.now import Now
from kelex_host.errors import TrustError
from kelex_host.trust.guard import Guard
from kelex_host.trust.keyring import Key, Keyring
from kelex_host.trust.signing import sign

# How an order may be wrong, and what its sender is told then. `busy` besides, where nothing can be noted.
FORGERIES = {
    "tampered": "bad_signature",
    "other_key": "unknown_key",
    "replayed": "replayed",
    "stale": "stale",
    "underling": "not_allowed",
    "unsigned": "unsigned",
}
_STALE_S = 45.0


class LifeTrust:
    """`members` are their roles by id. What a house notes outlives its processes, unless `full` says it cannot."""

    def __init__(self, random: Random, members: dict[str, str], full: Callable[[], bool]) -> None:
        self.counters: dict[str, int] = {}
        self._members = members
        self._full = full
        self._private = {member: Ed25519PrivateKey.from_private_bytes(random.randbytes(32)) for member in members}
        self._stranger = Ed25519PrivateKey.from_private_bytes(random.randbytes(32))
        self._signed = 0  # the last counter that was signed with, of all keys
        self._sent: list[tuple[str, dict[str, Any]]] = []
        keys = [Key(member, "life", key.public_key().public_bytes_raw()) for member, key in self._private.items()]
        self._keyring = Keyring(keys)

    def guard(self, now: Now) -> Guard:
        """A guard as at the start of a process."""
        return Guard(
            members=self._members,
            keyring=lambda: self._keyring,
            counters=self.counters,
            save=self._save,
            started_s=now.mono_s,
        )

    def sign(self, now: Now, topic: str, fields: dict[str, Any], by: str) -> bytes:
        """A valid order."""
        order = self._envelope(now, topic, fields, by, self._private[by])
        self._sent.append((topic, order))
        return msgspec.json.encode(order)

    def forge(
        self,
        now: Now,
        topic: str,
        fields: dict[str, Any],
        how: str,
        random: Random,
        was_taken: Callable[[str], bool] = lambda transaction: True,
    ) -> tuple[str, bytes] | None:
        """The topic and payload of an order that has to be refused; None where there is nothing to forge it from.

        Of the valid orders only those are replayed of whose transaction `was_taken` says that the house has taken it.
        """
        transaction = fields["transaction"]
        match how:
            case "tampered":
                order = self._envelope(now, topic, fields, "jor-el", self._private["jor-el"])
                broken = bytearray(base64.b64decode(order["signature"]))
                broken[random.randrange(len(broken))] ^= 1 << random.randrange(8)
                order["signature"] = base64.b64encode(broken).decode()
            case "other_key":
                order = self._envelope(now, topic, fields, "jor-el", self._stranger)
            case "replayed" if taken := [one for one in self._sent if was_taken(one[1]["transaction"])]:
                topic, sent = random.choice(taken)
                # One that is older than half a minute is stale before it is replayed.
                order = sent | {"transaction": transaction}
            case "stale":
                old = Now(now.mono_s, now.wall_s + random.choice([-1, 1]) * _STALE_S)
                order = self._envelope(old, topic, fields, "jor-el", self._private["jor-el"])
            case "underling":
                order = self._envelope(now, topic, fields, "kal-el", self._private["kal-el"])
            case "unsigned":
                order = fields
            case _:
                return None
        return topic, msgspec.json.encode(order)

    def _envelope(
        self, now: Now, topic: str, fields: dict[str, Any], by: str, key: Ed25519PrivateKey
    ) -> dict[str, Any]:
        self._signed += 1
        return sign(topic, fields, by=by, key=key, now=now, counter=self._signed)

    def _save(self, counters: dict[str, int]) -> None:
        if self._full():
            raise TrustError("The disk is full; make room.")
        self.counters = dict(counters)
