"""An envelope `{"order", "key", "signature"}` becomes an order; each step raises RequestError with the contract's code.

The signature is by Ed25519 (RFC 8032) over the topic, a line feed and the text of the order, in UTF-8. So an order
holds for one topic alone, and nobody has to agree on a canonical form of JSON. What the text says is read only after
the signature verified: a forger does not even reach the parser.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kelex_host.bridge.json_depth import check_depth
from kelex_host.bridge.now import Now
from kelex_host.bridge.requests import RequestError, json_name
from kelex_host.trust.keyring import Key

FRESH_S = 30.0
COUNTER_END = 2**53  # from there on a number in JSON is not exact everywhere
PARTS = ("order", "key", "signature")
# RFC 3339; `fromisoformat` alone takes more than that.
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What was sent, as it was sent. Nothing in it can be believed."""

    order: str
    key: str
    signature: str


@dataclass(frozen=True, slots=True)
class SignedOrder:
    """What the holder of a key has signed. `issued_s` is the Unix time of `issued_at`; `fields` are the verb's own."""

    by: str
    issued_at: str
    issued_s: float
    counter: int
    fields: dict[str, Any]


def message(topic: str, order: str) -> bytes:
    """The bytes that are signed."""
    return f"{topic}\n{order}".encode()


def is_envelope(fields: dict[str, Any]) -> bool:
    """Whether a payload claims to be signed. No verb has fields of these names."""
    return "order" in fields or "signature" in fields


def read_envelope(fields: dict[str, Any]) -> Envelope:
    """The envelope in a payload. Raises RequestError."""
    for name in fields:
        if name not in PARTS:
            raise RequestError("unknown_field", f"A signed order has no '{name[:64]}' beside {', '.join(PARTS)}.")
    for name in PARTS:
        if name not in fields:
            raise RequestError(
                "missing_field", f"A signed order needs '{name}', beside the others: {', '.join(PARTS)}."
            )
        if not isinstance(fields[name], str):
            raise RequestError("wrong_type", f"'{name}' is {json_name(fields[name])}; it has to be text.")
    return Envelope(fields["order"], fields["key"], fields["signature"])


def verify(topic: str, envelope: Envelope, key: Key) -> None:
    """Return if that key signed that order for that topic. Raises RequestError, always the same one."""
    try:
        signature = base64.b64decode(envelope.signature, validate=True)
        if base64.b64encode(signature).decode() != envelope.signature:
            raise ValueError("its last digit has bits that mean nothing: the same signature, written differently")
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message(topic, envelope.order))
    except (InvalidSignature, binascii.Error, ValueError):
        raise RequestError(
            "bad_signature",
            f"The signature is not one by the key {key.id} over this topic and order; sign exactly the text that is "
            "sent, for exactly the topic that it is sent to.",
        ) from None


def read_order(text: str) -> SignedOrder:
    """The order in its text. Raises RequestError for what is malformed, or has a key twice at any level."""
    fields = _read_object(text)
    for name, kind in (("by", str), ("issued_at", str), ("counter", int)):
        if name not in fields:
            raise RequestError("missing_field", f"A signed order needs '{name}' within its text.")
        if type(fields[name]) is not kind:
            wanted = "text" if kind is str else "an integer"
            raise RequestError("wrong_type", f"'{name}' is {json_name(fields[name])}; it has to be {wanted}.")
    by, issued_at, counter = fields.pop("by"), fields.pop("issued_at"), fields.pop("counter")
    if not 0 < counter < COUNTER_END:
        raise RequestError("out_of_range", "'counter' has to be above 0 and below 2^53.")
    return SignedOrder(by, issued_at, _read_time(issued_at), counter, fields)


def check_fresh(now: Now, order: SignedOrder, up_s: float) -> None:
    """Return if an order was issued within FRESH_S of now, and since we started, `up_s` ago. Raises RequestError."""
    age_s = now.wall_s - order.issued_s
    if abs(age_s) > FRESH_S:
        raise RequestError(
            "stale",
            f"The order says that it was issued at {order.issued_at}, and here it is {now.stamp()}: it has to come "
            f"within {FRESH_S:.0f} s. If you sent it just now, the clock of one of both is wrong: set it.",
        )
    if age_s >= up_s:
        raise RequestError(
            "stale",
            f"The order was issued before the house started {up_s:.0f} s ago; order again. If you sent it just now, "
            "your clock is slow: set it.",
        )


def _read_object(text: str) -> dict[str, Any]:
    try:
        check_depth(text.encode())
        # Strict where Python's own is not (NaN, half a surrogate pair); but it takes a key twice.
        fields = msgspec.json.decode(text)
        json.loads(text, object_pairs_hook=_without_doubles)
    except (msgspec.DecodeError, UnicodeError, RecursionError, ValueError) as error:
        raise RequestError(
            "not_json", f"The text of the order is not JSON ({str(error)[:120]}); sign an object."
        ) from None
    if not isinstance(fields, dict):
        raise RequestError("wrong_type", f"The text of the order is {json_name(fields)}; sign an object.")
    if "transaction" in fields:
        raise RequestError("unknown_field", "The transaction stands beside the order, not within its text.")
    return fields


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen = dict(pairs)
    if len(seen) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"'{twice[:64]}' is there twice")
    return seen


def _read_time(text: str) -> float:
    try:
        if not _TIME.fullmatch(text):
            raise ValueError(text)
        return datetime.fromisoformat(text.upper()).timestamp()
    except (ValueError, OverflowError):
        why = (
            f"'issued_at' is '{text[:40]}'; it has to be a time with its offset, such as 2026-01-31T12:00:00.250+01:00."
        )
        raise RequestError("wrong_type", why) from None
