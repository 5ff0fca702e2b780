"""Hostile guarded orders of every kind: each function makes one, for the verb `lockdown`, from a gate and chance."""

import base64
import json
from random import Random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from host.trust.gate import ROLES, Gate, key_of, topic
from kelex_host.trust.keyring import key_id
from kelex_host.trust.signed_order import message

LIFT = {"on": False}
HOSTILE = []


def hostile(make):
    HOSTILE.append(make)
    return make


def signed_text(key: Ed25519PrivateKey, text: str, at: str = "") -> dict:
    signature = base64.b64encode(key.sign(message(at or topic("lockdown"), text))).decode()
    return {"order": text, "key": key_id(key.public_key().public_bytes_raw()), "signature": signature}


def encode(envelope: dict) -> bytes:
    return json.dumps(envelope).encode()


@hostile
def unsigned(gate: Gate, random: Random) -> bytes:
    return encode(random.choice([LIFT, {"on": True}, {}, LIFT | {"by": "jor-el"}, LIFT | {"key": "x"}]))


@hostile
def forged(gate: Gate, random: Random) -> bytes:
    """By a stranger's key, under the owner's name."""
    mine = signed_text(key_of("stranger"), gate.sign("jor-el", "lockdown", LIFT)["order"])
    return encode(mine | {"key": gate.sign("jor-el", "lockdown", LIFT)["key"]})


@hostile
def random_signature(gate: Gate, random: Random) -> bytes:
    signature = base64.b64encode(random.randbytes(random.choice([0, 1, 63, 64, 65]))).decode()
    return encode(gate.sign("jor-el", "lockdown", LIFT) | {"signature": signature})


@hostile
def unknown_key(gate: Gate, random: Random) -> bytes:
    return encode(signed_text(key_of(f"stranger {random.random()}"), gate.sign("jor-el", "lockdown", LIFT)["order"]))


@hostile
def revoked_key(gate: Gate, random: Random) -> bytes:
    return encode(signed_text(key_of("lost phone"), gate.sign("jor-el", "lockdown", LIFT)["order"]))


@hostile
def replayed(gate: Gate, random: Random) -> bytes:
    """What the owner has ordered before; by now it may also be stale."""
    return encode(gate.overheard)


@hostile
def replayed_with_another_transaction(gate: Gate, random: Random) -> bytes:
    return encode(gate.overheard | {"transaction": f"t{random.random()}"})


@hostile
def stale(gate: Gate, random: Random) -> bytes:
    return encode(gate.sign("jor-el", "lockdown", LIFT, age_s=random.uniform(30.01, 1e9)))


@hostile
def of_the_future(gate: Gate, random: Random) -> bytes:
    return encode(gate.sign("jor-el", "lockdown", LIFT, age_s=-random.uniform(30.01, 1e9)))


@hostile
def under_privileged(gate: Gate, random: Random) -> bytes:
    member = random.choice([member for member, role in ROLES.items() if role != "owner"])
    return encode(gate.sign(member, "lockdown", LIFT))


@hostile
def in_anothers_name(gate: Gate, random: Random) -> bytes:
    member = random.choice([member for member in ROLES if member != "jor-el"])
    return encode(gate.sign(member, "lockdown", LIFT, by="jor-el"))


@hostile
def one_bit_flipped(gate: Gate, random: Random) -> bytes:
    payload = bytearray(encode(gate.sign("jor-el", "lockdown", LIFT)))
    payload[random.randrange(len(payload))] ^= 1 << random.randrange(8)
    return bytes(payload)


@hostile
def for_another_topic(gate: Gate, random: Random) -> bytes:
    at = random.choice(["kelex/house/request/crystal", "kelex/el/house/request/lockdown", "", topic("lockdown") + "/"])
    return encode(signed_text(key_of("jor-el"), gate.sign("jor-el", "lockdown", LIFT)["order"], at or "x"))


@hostile
def with_a_key_twice(gate: Gate, random: Random) -> bytes:
    order = gate.sign("jor-el", "lockdown", LIFT)["order"]
    name, value = random.choice([*json.loads(order).items()])
    return encode(signed_text(key_of("jor-el"), f"{order[:-1]}, {json.dumps(name)}: {json.dumps(value)}}}"))


@hostile
def oversized(gate: Gate, random: Random) -> bytes:
    return encode(gate.sign("jor-el", "lockdown", LIFT | {"reason": "x" * random.randrange(8200, 20_000)}))


@hostile
def not_utf_8(gate: Gate, random: Random) -> bytes:
    payload = bytearray(encode(gate.sign("jor-el", "lockdown", LIFT)))
    at = random.randrange(len(payload))
    return bytes(payload[:at] + random.choice([b"\xff", b"\xc3", b"\xed\xa0\x80"]) + payload[at:])


@hostile
def malformed(gate: Gate, random: Random) -> bytes:
    texts = ["", "[]", "null", "{", "{}", '{"by": "jor-el"}', "[" * 3000, '{"on": false, "counter": 1e999}']
    return encode(signed_text(key_of("jor-el"), random.choice(texts)))


@hostile
def parts_missing(gate: Gate, random: Random) -> bytes:
    envelope = gate.sign("jor-el", "lockdown", LIFT)
    del envelope[random.choice(["order", "key", "signature"])]
    return encode(envelope)


@hostile
def noise(gate: Gate, random: Random) -> bytes:
    return random.randbytes(random.randrange(200))
