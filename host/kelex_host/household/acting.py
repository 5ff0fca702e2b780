"""What the household does: orders to its drones, calls, words, once it is written down why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kelex_host.bridge.now import Now
from kelex_host.bridge.outbox import Outbox
from kelex_host.bridge.reply import Reply
from kelex_host.bridge.requests import RequestError
from kelex_host.household.beside import Beside
from kelex_host.household.calls import use
from kelex_host.household.facts import Input
from kelex_host.household.phone import Report, Telephone
from kelex_host.household.phone_simulated import SimulatedPhone
from kelex_host.household.ports import Drone
from kelex_host.household.turn import Effect, Forget, Order, Phone

# When a simulated contact answers where nobody says so.
CONTACT_S = 2.0


class Acting:
    """`hear(now, input)` is told what came of it; `act(now, effect)` does what nobody else here does."""

    def __init__(
        self,
        telephone: Telephone | None,
        beside: Beside,
        act: Callable[[Now, Effect], None],
        hear: Callable[[Now, Input], Any],
    ) -> None:
        self._telephone = telephone
        self._beside = beside
        self._act = act
        self._hear = hear

    def attach(self, outbox: Outbox, drones: Mapping[str, Drone], forget: Callable[[str], None]) -> None:
        """Say where it goes; once, before anything else. `forget(drone)` clears what is retained of one."""
        self._outbox = outbox
        self._drones = drones
        self._forget = forget

    def act(self, now: Now, effects: Sequence[Effect]) -> None:
        """Do all that, in its order."""
        for effect in effects:
            if isinstance(effect, Order):
                self._order(now, effect)
            elif isinstance(effect, Phone) and self._telephone:
                self.called(now, use(self._telephone, now.mono_s, effect))
            elif isinstance(effect, Forget):
                self._forget(effect.drone)
            elif not self._beside.speak(now.mono_s, effect):
                self._act(now, effect)
        self.send()

    def send(self) -> None:
        """Publish what is for others beside the house."""
        for message in self._beside.take():
            self._outbox.put(message)

    def called(self, now: Now, reports: Sequence[Report]) -> None:
        """A telephone tells what has become of calls."""
        for report in reports:
            told = {name: getattr(report, name) for name in report.__struct_fields__}
            self._hear(now, Input("phone", "report", told))

    def behave(self, now: Now, contact: str, behaviour: str, after_s: float | None) -> None:
        """So a simulated contact behaves from now on."""
        if isinstance(self._telephone, SimulatedPhone):
            self._telephone.behave(now.mono_s, contact, behaviour, after_s or CONTACT_S)

    def step(self, now: Now) -> None:
        """Do what time asks for."""
        if self._telephone:
            self.called(now, self._telephone.step(now.mono_s))
        self._beside.step(now.mono_s)

    def due_s(self) -> float:
        """When `step` next has something to do (mono_s)."""
        return min(self._beside.due_s(), self._telephone.due_s() if self._telephone else float("inf"))

    def _order(self, now: Now, order: Order) -> None:
        def failed(now: Now, error: RequestError) -> None:
            self._hear(now, Input("order", "failed", {"drone": order.drone, "verb": order.verb, "code": error.code}))

        drone = self._drones[order.drone]
        if order.verb == "holodisk" and not order.fields["on"] and drone.is_disk_held:
            return  # somebody wants it on, whatever was presented meanwhile
        try:
            drone.request(now, order.verb, order.fields, Reply(None, lambda now, data: None, failed))
        except RequestError as error:
            failed(now, error)
