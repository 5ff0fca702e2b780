"""A house's directory with all that a crystal may hold, and what of it counts."""

from __future__ import annotations

import json
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from host.memory.facts import many
from kelex_host.memory.crystal import Contents, save
from kelex_host.memory.journal import Journal
from kelex_host.memory.marks import Snapshot
from kelex_host.shells.enrolment import make_key
from kelex_host.shells.key_files import key_path, read_private
from kelex_host.shells.safe_file import replace_file
from kelex_host.shells.trust_store import TrustStore

PASSPHRASE = "rosebud, the sled"
FAST = 14  # the least that a header may say: the tests open hundreds of crystals
FACTS = 60


def furnish(home: Path, facts: int = FACTS, first: int = 1) -> Ed25519PrivateKey:
    """Fill a home; the owner's key."""
    make_key(home, "jor-el")
    make_key(home, "lara", "a passphrase")
    replace_file(home / "kelex.toml", b'[house]\nbase = "kelex/el"\n')
    replace_file(home / "secrets.toml", b'mqtt = "sesame"\n')
    replace_file(home / "pairings" / "kelex.key", b"00" * 32 + b"\n")
    replace_file(home / "drones" / "kelex.json", b'{"quiet": false}')
    TrustStore(home).save_counters({"a": 7})
    journal = Journal(home / "journal.db")
    added = journal.append(many(facts, first))
    journal.mark_published(range(1, facts - 4))
    for at in (facts // 3, facts // 2):
        journal.save_snapshot(Snapshot(added[at].sequence, {"lockdown": True, "at": at}))
    journal.close()
    return owner_key(home)


def owner_key(home: Path) -> Ed25519PrivateKey:
    return read_private(key_path(home, "jor-el"))


def saved(path: Path, home: Path, **changes) -> Contents:
    options = {"signer": None, "saved_at": "2026-01-31T12:00:00.000+00:00", "kelex": "0.1.0", "log2_n": FAST}
    options |= changes
    signer = options.pop("signer") or owner_key(home)
    return save(path, home, options.pop("passphrase", PASSPHRASE), signer, **options)


def memory(home: Path) -> dict:
    """All that the house in that directory knows."""
    found: dict = {
        name: (home / name).read_bytes() if (home / name).exists() else None
        for name in ("kelex.toml", "secrets.toml", "drones/kelex.json", "pairings/kelex.key", "keys/lara.pem")
    }
    store = TrustStore(home)
    found["keys"] = {key.id: (key.member, key.revoked) for key in store.keyring().keys.values()}
    found["counters"] = store.counters()
    if (home / "journal.db").exists():
        journal = Journal(home / "journal.db")
        found["facts"] = [fact.event_id for fact in journal.facts()]
        found["sequences"] = [fact.sequence for fact in journal.facts()]
        found["unpublished"] = [fact.sequence for fact in journal.unpublished()]
        found["snapshot"] = json.dumps(journal.snapshot().state) if journal.snapshot() else None
        assert journal.notices == []
        journal.close()
    return found
