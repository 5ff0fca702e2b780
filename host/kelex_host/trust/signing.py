"""The other end of signed_order.py: a request becomes an envelope that the guard accepts."""

from __future__ import annotations

import base64
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kelex_host.bridge.now import Now
from kelex_host.trust.keyring import key_id
from kelex_host.trust.signed_order import message


def sign(
    topic: str, fields: dict[str, Any], *, by: str, key: Ed25519PrivateKey, now: Now, counter: int
) -> dict[str, Any]:
    """The envelope for a request with these fields on that topic, by the member `by`.

    `counter` has to be above every one that was signed with this key before. A `transaction` among the fields goes
    beside the order: it only says which answer belongs to which request, and is not part of what is ordered.
    """
    ordered = {name: value for name, value in fields.items() if name != "transaction"}
    text = msgspec.json.encode(ordered | {"by": by, "issued_at": now.stamp(), "counter": counter}).decode()
    envelope = {
        "order": text,
        "key": key_id(key.public_key().public_bytes_raw()),
        "signature": base64.b64encode(key.sign(message(topic, text))).decode(),
    }
    if fields.get("transaction") is not None:
        envelope["transaction"] = fields["transaction"]
    return envelope


def next_counter(last: int, wall_s: float) -> int:
    """A counter above the last one used: the time in microseconds, which also outruns one that was lost."""
    return max(last + 1, round(wall_s * 1e6))
