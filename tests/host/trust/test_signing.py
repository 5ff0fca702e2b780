"""What a client signs."""

import base64
import json

from host.trust.gate import key_of
from kelex_host.bridge.now import Now
from kelex_host.trust.keyring import key_id
from kelex_host.trust.signing import next_counter, sign

NOW = Now(0.0, 1_790_000_000.5)


def test_an_envelope_is_as_the_contract_says():
    key = key_of("jor-el")
    envelope = sign("kelex/house/request/lockdown", {"on": True, "reason": "ä", "transaction": "t1"}, by="jor-el",
                    key=key, now=NOW, counter=7)  # fmt: skip
    assert list(envelope) == ["order", "key", "signature", "transaction"]
    assert envelope["transaction"] == "t1"
    assert envelope["key"] == key_id(key.public_key().public_bytes_raw())
    assert json.loads(envelope["order"]) == {"on": True, "reason": "ä", "by": "jor-el", "counter": 7,
                                             "issued_at": "2026-09-21T14:13:20.500+00:00"}  # fmt: skip
    key.public_key().verify(
        base64.b64decode(envelope["signature"]), b"kelex/house/request/lockdown\n" + envelope["order"].encode()
    )


def test_a_counter_rises_with_the_time_and_past_the_last_one_whatever_the_clock_does():
    assert next_counter(0, 1_790_000_000.5) == 1_790_000_000_500_000
    assert next_counter(1_790_000_000_500_000, 1_790_000_000.5) == 1_790_000_000_500_001
    assert next_counter(1_790_000_000_500_000, 1.0) == 1_790_000_000_500_001
