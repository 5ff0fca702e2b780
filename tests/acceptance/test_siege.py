"""Ten thousand hostile guarded orders over MQTT, at a running house: none is obeyed, and afterwards a good one is."""

from __future__ import annotations

import json
import time
from pathlib import Path
from random import Random
from typing import Any

from acceptance.conftest import port_of
from acceptance.household import Client, Kelex, until
from host.trust.gate import ROLES, key_of, topic
from host.trust.hostile import HOSTILE, LIFT, encode
from kelex_host.bridge.now import Now
from kelex_host.shells.trust_store import TrustStore
from kelex_host.trust.alerts import KINDS
from kelex_host.trust.keyring import key_id
from kelex_host.trust.signing import next_counter, sign

ORDERS = 10_000
LOCKDOWN = topic("lockdown")
LATE_S = 600.0  # later than that, no order arrives here
ANSWERED = "kelex/house/response/lockdown"


class Besieger:
    """Makes hostile orders as `host.trust.hostile` wants its gate: it can do whatever an attacker could, and more.

    The keys are the members' own, which are known here, so that each forgery is as near to a good order as can be.
    """

    def __init__(self) -> None:
        self._counter = 0
        self.overheard: dict[str, Any] = {}

    def sign(self, member: str, verb: str, fields: dict[str, Any], *, by: str = "", age_s: float = 0.0) -> Any:
        """An envelope with the next counter, issued so long ago; or so far in the future that it is that on arrival."""
        self._counter = next_counter(self._counter, time.time())
        wall_s = time.time() - (age_s if age_s >= 0 else age_s - LATE_S)
        issued = Now(0.0, min(max(wall_s, 0.0), 4e9))
        return sign(topic(verb), fields, by=by or member, key=key_of(member), now=issued, counter=self._counter)


def enrolled(home: Path) -> None:
    """Every member's key; and one of the owner's that is lost, and revoked."""
    lost = key_of("lost phone").public_key().public_bytes_raw()
    store = TrustStore(home)
    for member in ROLES:
        public = key_of(member).public_key().public_bytes_raw()
        store.change(lambda keyring, member=member, public=public: keyring.enrol(member, "phone", public))
    store.change(lambda keyring: keyring.enrol("jor-el", "lost phone", lost).revoke(key_id(lost)))


def members() -> str:
    """The household of `host.trust.gate`, as kelex.toml has it."""
    return "".join(f'[[member]]\nid = "{id}"\nname = "{id}"\nrole = "{role}"\n' for id, role in ROLES.items())


def locked(client: Client) -> bool:
    """Whether the house says that it is locked down."""
    return client.document("kelex/house/mode").get("lockdown") is True


def answered(client: Client) -> int:
    """How many answers there were."""
    return sum(topic == ANSWERED for topic, _, _ in client.seen)


def test_of_ten_thousand_hostile_orders_none_is_obeyed_and_afterwards_a_good_one_is(home: Path, tell: Any) -> None:
    (home / "kelex.toml").write_text(members())
    enrolled(home)
    house, besieger, random = Kelex(home, "up"), Besieger(), Random(11)
    client = Client(port_of(house))
    until(lambda: client.document("kelex/house/mode"), "the house's mode")

    # Two good ones before: the first is overheard, and worth nothing afterwards.
    besieger.overheard = besieger.sign("jor-el", "lockdown", LIFT)
    client.send(LOCKDOWN, encode(besieger.overheard))
    client.send(LOCKDOWN, encode(besieger.sign("jor-el", "lockdown", {"on": True})))
    until(lambda: locked(client), "the lockdown")
    before, begun_s = until(lambda: len(client.responses(ANSWERED)) == 2 and 2, "two answers"), time.monotonic()
    lifted = len(client.events("lifted"))

    orders = ((LOCKDOWN, HOSTILE[number % len(HOSTILE)](besieger, random)) for number in range(ORDERS))
    client.send_all(orders)
    until(lambda: len(client.seen) > 2 * ORDERS and answered(client) == before + ORDERS, "an answer to each")
    took_s = time.monotonic() - begun_s
    answers = client.responses(ANSWERED)[before:]
    assert {answer["status"] for answer in answers} == {"error"}
    assert len(answers) == ORDERS
    assert locked(client)
    assert len(client.events("lifted")) == lifted
    alerts = client.events("order_refused")
    assert 0 < len(alerts) <= len(KINDS) * (took_s / 60 + 2)

    client.send(LOCKDOWN, encode(besieger.sign("jor-el", "lockdown", LIFT)))
    until(lambda: not locked(client), "the lockdown's end, by a good order")
    codes = sorted({json.dumps(answer["error"]["code"]) for answer in answers})
    tell(f"{ORDERS} hostile orders over MQTT: 0 obeyed, {len(codes)} kinds of refusal, {len(alerts)} alerts")
    client.close()
    house.stop()
