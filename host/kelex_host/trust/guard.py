"""The guard: the one place that a request passes on its way to its effect, whatever way it came.

**Order of the checks.** Signature, text, `by`, freshness, counter, role; only then is the key's counter advanced, and
it is on the disk before the order is obeyed. So nothing that is refused changes anything: a forged counter of 2^53
cannot lock out the owner (as pymavlink's receiver is locked out by one forged packet), and a crash right after the
effect cannot make the order pass again.

**Lock-out.** A forgery costs 0.2 ms, the price of a signature check. We never refuse to check: an attacker who floods
with the owner's key id would otherwise stop the owner's own orders. After FORGERIES_MOST forgeries (bad signatures,
unknown keys) in LOCKOUT_S a topic is locked: its forgers learn no more than that, in one sentence (every request gets
its answer), and alerts.py tells the owner once a minute, however many they are. A valid order passes all the while.

**Restarts, and an older state restored.** Counters survive a restart. If a backup has brought back older ones, the
orders since the backup would pass again, if they were fresh: so an order also has to be issued after this process
started, which costs an honest sender nothing but the orders that were under way at that moment. Uptime is measured by
the clock that never jumps. What remains: an order signed by a clock that is d seconds fast (30 at most) passes twice
if, within d seconds, the house restarted *and* its counters were set back.

**Keys are asked for at each order**, so that a revoked one is dead at once, without a restart.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from kelex_host.bridge.now import Now
from kelex_host.bridge.requests import RequestError
from kelex_host.bridge.verbs import Verb
from kelex_host.errors import TrustError
from kelex_host.trust import roles
from kelex_host.trust.keyring import Key, Keyring
from kelex_host.trust.signed_order import SignedOrder, check_fresh, is_envelope, read_envelope, read_order, verify

FORGERIES = ("bad_signature", "unknown_key")
FORGERIES_MOST = 10
LOCKOUT_S = 60.0
LOCKED = "Too many forged orders came to this topic within a minute: it is locked, and only a valid one passes."


class Refusal(RequestError):
    """An order that did not pass. `key` is the id that it claims."""

    def __init__(self, error: RequestError, topic: str, key: str) -> None:
        super().__init__(error.code, str(error))
        self.topic = topic
        self.key = key


@dataclass(frozen=True, slots=True)
class Passed:
    """A request that may be obeyed: its fields, and the member who signed it; None where nobody had to."""

    fields: dict[str, Any]
    by: str | None = None


class Guard:
    """`members` are their roles by id; `keyring()` gives the keys as they are now and may raise TrustError.

    `counters` are the last accepted ones by key id, `save(counters)` puts them where they survive a power cut and
    raises TrustError where it cannot; `started_s` (mono_s) is when this process began to listen; `also` are names of
    verbs that are guarded by configuration. `free` are names of the house's verbs whose row in the table of roles the
    owner has lifted: `nursery`, for switching the watch off by what cannot sign. `clock` is the real one, for a house
    whose own is faster.
    """

    def __init__(
        self,
        *,
        members: Mapping[str, str],
        keyring: Callable[[], Keyring],
        counters: Mapping[str, int],
        save: Callable[[dict[str, int]], None],
        started_s: float,
        also: Collection[str] = (),
        free: Collection[str] = (),
        clock: Callable[[], Now] | None = None,
    ) -> None:
        self._members = members
        self._keyring = keyring
        self._counters = dict(counters)
        self._save = save
        self._started_s = started_s
        self._also = frozenset(also)
        self._free = frozenset(free)
        self._clock = clock
        # Of each topic: when its count of forgeries began, and the count. Only topics of verbs that exist get here.
        self._forgeries: dict[str, tuple[float, int]] = {}

    def check(self, now: Now, topic: str, verb: Verb, fields: dict[str, Any]) -> Passed:
        """Let a request pass, or raise Refusal.

        A signed request is verified even where it need not be signed: who claims a name has to prove it.
        """
        now = self._clock() if self._clock else now
        claimed = fields.get("key")
        try:
            if is_envelope(fields):
                return self._check_signed(now, topic, verb, fields)
            if self._is_guarded(verb, fields):
                raise RequestError("unsigned", f"'{verb.name}' is guarded: sign it, as `kelex send --as MEMBER` does.")
        except RequestError as error:
            if error.code in FORGERIES and self._count_forgery(now.mono_s, topic) > FORGERIES_MOST:
                error = RequestError(error.code, LOCKED)
            raise Refusal(error, topic, claimed[:64] if isinstance(claimed, str) else "") from None
        return Passed(fields)

    def _is_guarded(self, verb: Verb, fields: dict[str, Any]) -> bool:
        is_free = verb.scope == "house" and verb.name in self._free
        return (verb.guarded or verb.name in self._also) if is_free else roles.is_guarded(verb, fields, self._also)

    def _check_signed(self, now: Now, topic: str, verb: Verb, fields: dict[str, Any]) -> Passed:
        envelope = read_envelope(fields)
        key = self._find(envelope.key)
        verify(topic, envelope, key)
        order = read_order(envelope.order)
        if order.by != key.member:
            raise RequestError(
                "not_allowed", f"The key {key.id} is not one of '{order.by[:64]}'; sign as {key.member}."
            )
        check_fresh(now, order, now.mono_s - self._started_s)
        last = self._counters.get(key.id, 0)
        if order.counter <= last:
            raise RequestError(
                "replayed",
                f"The counter of that key is at {last} already, and the order has {order.counter}; order again.",
            )
        role = self._members[key.member]
        if self._is_guarded(verb, order.fields) and not roles.may_order(role, verb.scope, verb.name, order.fields):
            raise RequestError(
                "not_allowed", f"The role '{role}' of {key.member} does not allow that order; ask the owner."
            )
        self._advance(key, order)
        return Passed(order.fields, key.member)

    def _find(self, id: str) -> Key:
        try:
            key = self._keyring().keys.get(id)
        except TrustError as error:
            raise RequestError("busy", f"No order can be verified now: {error}") from None
        if key is None:
            raise RequestError("unknown_key", f"There is no key '{id[:64]}'; enrol it with `kelex keys enrol`.")
        if key.revoked:
            raise RequestError("unknown_key", f"The key {key.id} of {key.member} was revoked; sign with another one.")
        if key.member not in self._members:
            raise RequestError("unknown_key", f"The key {key.id} is of '{key.member}', who is no member of this house.")
        return key

    def _advance(self, key: Key, order: SignedOrder) -> None:
        """Write ahead: the counter is safe before the order is obeyed, or it is not obeyed."""
        counters = self._counters | {key.id: order.counter}
        try:
            self._save(counters)
        except TrustError as error:
            raise RequestError("busy", f"The order cannot be noted, so it is not obeyed: {error}") from None
        self._counters = counters

    def _count_forgery(self, now_s: float, topic: str) -> int:
        since_s, count = self._forgeries.get(topic, (now_s, 0))
        if now_s - since_s >= LOCKOUT_S:
            since_s, count = now_s, 0
        self._forgeries[topic] = (since_s, count + 1)
        return count + 1


def closed_guard(why: str, also: Collection[str] = ()) -> Guard:
    """A guard that lets no signed order pass, because of `why`: one sentence, which the sender is told."""

    def keyring() -> Keyring:
        raise TrustError(why)

    def save(counters: dict[str, int]) -> None:
        raise TrustError(why)

    return Guard(members={}, keyring=keyring, counters={}, save=save, started_s=0.0, also=also)
