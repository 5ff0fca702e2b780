"""Ways to break the bridge: what it forgets, loses, repeats, or says too early."""

from __future__ import annotations

from typing import Any

from kelex_host.bridge import gateway, inbound, outbox
from kelex_host.bridge.request_desk import RequestDesk
from kelex_host.bridge.transactions import Transactions
from kelex_host.proof.mutants.mutant import Mutant, Patch


def forget_to_drop_repeated_events(patch: Patch) -> None:
    def careless(self: inbound.Inbound, number: int, *, accepting: bool) -> bool:
        self.event_seen = max(self.event_seen, number)
        return True

    patch.setattr(inbound.Inbound, "is_new_event", careless)


def settle_events_before_the_broker_has_them(patch: Patch) -> None:
    careful = inbound.Inbound.is_new_event

    def careless(self: inbound.Inbound, number: int, *, accepting: bool) -> bool:
        is_new = careful(self, number, accepting=accepting)
        self.settle(self.event_seen)
        return is_new

    patch.setattr(inbound.Inbound, "is_new_event", careless)


def forget_what_was_on_its_way_to_the_broker(patch: Patch) -> None:
    def lost(self: outbox.Outbox, at_s: float) -> None:
        self._connected = False
        self._in_flight.clear()

    patch.setattr(outbox.Outbox, "lost", lost)


def publish_nothing_again_on_the_brokers_return(patch: Patch) -> None:
    patch.setattr(outbox.Outbox, "connected", lambda self: setattr(self, "_connected", True))


def answer_nobody(patch: Patch) -> None:
    patch.setattr(RequestDesk, "_respond", lambda *of_a_request: None)


def answer_everybody_twice(patch: Patch) -> None:
    respond = RequestDesk._respond

    def twice(self: RequestDesk, *of_a_request: Any) -> None:
        respond(self, *of_a_request)
        respond(self, *of_a_request)

    patch.setattr(RequestDesk, "_respond", twice)


def forget_the_transactions(patch: Patch) -> None:
    patch.setattr(Transactions, "begin", lambda *of_a_request: True)


def forget_whose_an_order_is(patch: Patch) -> None:
    patch.setattr(gateway, "_TRANSACTIONS_KEPT", 0)


MUTANTS = (
    Mutant(forget_to_drop_repeated_events, "arrived"),
    Mutant(settle_events_before_the_broker_has_them, "arrived"),
    Mutant(forget_what_was_on_its_way_to_the_broker, "arrived"),
    Mutant(publish_nothing_again_on_the_brokers_return, "at the end"),
    Mutant(answer_nobody, "answered 0 times"),
    Mutant(answer_everybody_twice, "answered 2 times"),
    Mutant(forget_the_transactions, "was obeyed 2 times"),
    Mutant(forget_whose_an_order_is, "does not say whose"),
)
