"""One drone's pairing key at its host: drawn, kept before it is sent, and settled once the drone has it.

Between sending a new key and hearing that the drone took it, anything may happen: power cut, cable pulled, kill -9.
So until then both are kept, the new one first. A host that finds two of them asks the drone a question under one, and
under the other if that is refused. (To find out about a first key is no matter: an unpaired drone overlooks tags.)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from kelex_wire import schema
from kelex_wire.tags import key_words

from kelex_host.bridge.host_link import HostLink
from kelex_host.bridge.now import Now
from kelex_host.bridge.reply import Reply
from kelex_host.bridge.requests import RequestError
from kelex_host.errors import TrustError

VERBS = ("pair", "unpair")
# What says that the drone surely did not do it.
_DEFINITE = ("expired", "busy", "unknown_verb", "wrong_type", "out_of_range")


class Pairings(Protocol):
    """Where a house has its pairing keys. What cannot be read or written raises TrustError."""

    def keys(self, drone: str) -> tuple[bytes, ...]:
        """A drone's keys, the newest first; none, one, or two while it is not known which one the drone has."""

    def keep(self, drone: str, keys: tuple[bytes, ...]) -> None:
        """Put these in their place, where they survive a power cut."""

    def draw(self) -> bytes:
        """A new key: 32 bytes that nobody can guess."""


class Pairing:
    """`ask(now, number, values, reply)` sends an order to the drone; `notice(text)` tells a person one sentence."""

    def __init__(
        self,
        drone: str,
        link: HostLink,
        pairings: Pairings | None,
        ask: Callable[[Now, int, tuple[Any, ...], Reply], None],
        notice: Callable[[str], None],
    ) -> None:
        self._drone = drone
        self._link = link
        self._pairings = pairings
        self._ask = ask
        self._notice = notice
        self._keys: tuple[bytes, ...] = ()
        self._said_paired: bool | None = None
        if pairings is not None:
            try:
                self._keys = pairings.keys(drone)
            except TrustError as error:
                notice(f"{drone}: {error} Then restart; until then its orders are not tagged.")
        link.session.pairing = next(iter(self._keys), None)

    def request(self, now: Now, verb: str, reply: Reply) -> None:
        """`pair` or `unpair`, by a member who may. Raises RequestError."""
        if self._pairings is None:
            raise RequestError("not_allowed", "This house keeps no pairing keys; start it with `kelex up`.")
        if verb == "unpair":
            done = self._when_done((), reply)
            self._ask(now, schema.ORDER_UNPAIR, (), Reply(reply.transaction, done, reply.error))
            return
        if len(self._keys) > 1:
            raise RequestError("busy", f"Which key '{self._drone}' has is still being found out; try again later.")
        before, key = self._keys, self._pairings.draw()
        self._keep((key, *before))

        def refused(now: Now, error: RequestError) -> None:
            if error.code in _DEFINITE:
                self._keep(before)
            else:
                self._link.session.pairing = key  # it may have it, then nothing else will do; else see `came_online`
            reply.error(now, error)

        try:
            done = self._when_done((key,), reply)
            self._ask(now, schema.ORDER_PAIR, key_words(key), Reply(reply.transaction, done, refused))
        except RequestError:
            self._keep(before)
            raise

    def came_online(self, now: Now) -> None:
        """Find out which of two keys the drone has."""
        if len(self._keys) > 1:
            self._ask(now, schema.ORDER_STATS, (), Reply(None, self._found, self._not_found))

    def hear(self, paired: bool) -> None:
        """The drone says whether it is paired; tell a person where that is not what its host thinks."""
        ours = self._link.session.pairing is not None
        if paired == self._said_paired or paired == ours:
            return
        self._said_paired = paired
        mend = f"`kelex keys pair {self._drone}`"
        if paired:
            self._notice(f"{self._drone}: is paired with another host; unpair it with its touch pad held, then {mend}.")
        else:
            self._notice(f"{self._drone}: is not paired any more, and obeys every host on its cable; mend it: {mend}.")

    def _when_done(self, keys: tuple[bytes, ...], reply: Reply) -> Callable[[Now, dict[str, Any]], None]:
        """The drone did it: these keys hold, from the session on that is asked for now."""

        def done(now: Now, data: dict[str, Any]) -> None:
            self._settle(keys)
            self._link.renew(now.mono_s, next(iter(keys), None))
            reply.ok(now, data)

        return done

    def _found(self, now: Now, data: dict[str, Any]) -> None:
        if self._link.session.pairing is not None:
            self._settle((self._link.session.pairing,))

    def _not_found(self, now: Now, error: RequestError) -> None:
        if error.code == "not_allowed":  # the link asks for a new session by itself: that will be under the other
            self._keys = (*self._keys[1:], self._keys[0])
            self._link.session.pairing = self._keys[0]

    def _keep(self, keys: tuple[bytes, ...]) -> None:
        """Raises RequestError."""
        assert self._pairings is not None
        try:
            self._pairings.keep(self._drone, keys)
        except TrustError as error:
            raise RequestError("busy", f"The pairing key cannot be kept, so nothing is changed: {error}") from None
        self._keys = keys

    def _settle(self, keys: tuple[bytes, ...]) -> None:
        self._said_paired = None
        try:
            self._keep(keys)
        except RequestError as error:
            self._keys = keys
            self._notice(f"{self._drone}: {error}")
