"""How long a guarded order costs the house: the check of its signature, and the whole way through the guard."""

from __future__ import annotations

from statistics import median
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from kelex_host.bridge.now import Now
from kelex_host.bridge.verbs import Verb
from kelex_host.trust.guard import Guard
from kelex_host.trust.keyring import Key, Keyring
from kelex_host.trust.signed_order import read_envelope, verify
from kelex_host.trust.signing import sign
from measure import Row, rate

TOPIC = "kelex/house/request/lockdown"
LOCKDOWN = Verb("house", "lockdown", "", "", guarded=True)
NOW = Now(1000.0, 1_790_000_000.0)
ORDERS = 500
ROUNDS = 7


def rows() -> list[Row]:
    private = Ed25519PrivateKey.generate()
    key = Key("jor-el", "phone", private.public_key().public_bytes_raw())
    envelopes = [
        sign(TOPIC, {"on": True, "reason": "a hostile drone"}, by="jor-el", key=private, now=NOW, counter=number)
        for number in range(1, ORDERS + 1)
    ]
    return [
        _row("signature check of an order", lambda: check(key, envelopes), "Ed25519 over topic and order"),
        _row("guarded order through the guard", lambda: guard(key, envelopes), "parsing and rules too; no disk"),
    ]


def check(key: Key, envelopes: list[dict[str, Any]]) -> int:
    for envelope in envelopes:
        verify(TOPIC, read_envelope(envelope), key)
    return len(envelopes)


def guard(key: Key, envelopes: list[dict[str, Any]]) -> int:
    keyring = Keyring([key])
    made = Guard(
        members={"jor-el": "owner"}, keyring=lambda: keyring, counters={}, save=lambda counters: None, started_s=0.0
    )
    for envelope in envelopes:
        made.check(NOW, TOPIC, LOCKDOWN, envelope)
    return len(envelopes)


def _row(figure: str, work: Any, note: str) -> Row:
    per_second = median(rate(work) for _ in range(ROUNDS))
    return Row(figure, f"{1000 / per_second:.3f} ms", "1 ms", "0.3 ms", f"{per_second:,.0f} orders/s; {note}")
