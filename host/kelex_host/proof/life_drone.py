"""One drone of a life: its body and its cable, what it obeyed, and what it did while it was told to stand still."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from kelex_sim.body import Body
from kelex_sim.cable import Cable
from kelex_sim.house import House
from kelex_sim.kernel import Kernel
from kelex_wire import schema
from kelex_wire.tones import TONES

# What an order asks for: its message's name, and its values after session and number (angles in cdeg, times in ms).
Deed = tuple[str | int | None, ...]
ALARM = dict(TONES)["alarm"]
ALARM_US = sum(note_ms for _, note_ms in ALARM) * 1000 + 100_000  # and some turns of the executive
NAMES = {number: name for number, name, _ in schema.MESSAGES}


class LifeDrone:
    """`received(name, data)` gets what it sends, `plugged(name, whether)` hears of its cable."""

    def __init__(
        self,
        name: str,
        room: str,
        kernel: Kernel,
        house: House,
        randoms: tuple[Random, Random],
        received: Callable[[str, bytes], None],
        plugged: Callable[[str, bool], None],
    ) -> None:
        self.name = name
        self.deeds: list[Deed] = []  # what it really obeyed, in its order
        self.kept: dict[int, int] = {}  # by boot: how many events of earlier ones its flash had for it to tell first
        self.quiet = False  # whether the order that it last obeyed says so
        self.stirred: list[str] = []  # joints that did not stay where a stop had left them
        self._stopped: dict[str, float] | None = None  # the pulses at the last stop, while nothing was begun since
        self._kernel = kernel
        self.body = Body(kernel, house, room, random=randoms[0], output=lambda data: self.cable.up.send(data))
        self.body.pico.started = self._watch_orders
        self.cable = Cable(
            kernel,
            randoms[1],
            to_board=self.body.pico.feed,
            to_host=lambda data: received(name, data),
            plugged=lambda whether: plugged(name, whether),
        )

    def power_cycle(self) -> None:
        """The board loses its power and gets it back."""
        self.cable.unplug(800_000)
        self.body.pico.power_off()
        self._kernel.after(200_000, self.body.pico.power_on)

    def look_at_stopped(self) -> None:
        """Note every joint that was stopped and whose pulse has changed since; one that was let go stays as well."""
        if self._stopped is not None and self.body.pico.running:
            for joint, pulse_us in self._pulses().items():
                if pulse_us not in (0, self._stopped[joint]):
                    self.stirred.append(f"{joint} was stopped at {self._stopped[joint]} us and is at {pulse_us} us")
        self._stopped = None

    def _watch_orders(self, app: Any) -> None:
        """Note what each new firmware obeys. It starts as quiet as its flash has it."""
        drone = app.drone
        self._stopped = None
        self.kept[drone.link.boot] = drone.spool.fill
        self._hush(bool(drone.signals.quiet))
        for number in list(drone._orders):
            drone._orders[number] = self._noted(number, drone._orders[number])
        begin: Callable[..., Any] = drone.motion.begin
        wake: Callable[[int], None] = drone.limbs.wake
        stop: Callable[[int, Any], None] = drone.limbs.order_stop
        alarm: Callable[[int, Any], None] = drone.signals.alarm

        def watched_begin(*of_a_motion: Any) -> Any:
            self.look_at_stopped()
            return begin(*of_a_motion)

        def watched_wake(now_ms: int) -> None:
            self.look_at_stopped()  # a reflex is over: what it had let go creeps back
            wake(now_ms)

        def watched_stop(now_ms: int, order: Any) -> None:
            self.look_at_stopped()
            self.deeds.append(("order_stop",))
            self._stopped = self._pulses()
            stop(now_ms, order)

        def watched_alarm(now_ms: int, notes: Any) -> None:
            if drone.failsafe.active and notes == ALARM:  # nobody else hears the infant then
                self.body.quiet.loud_until_us = self._kernel.now_us + ALARM_US
            alarm(now_ms, notes)

        drone.signals.alarm = watched_alarm
        drone.motion.begin = watched_begin
        drone.limbs.wake = watched_wake
        drone.limbs.order_stop = watched_stop

    def _noted(self, number: int, obey: Callable[[int, Any], None]) -> Callable[[int, Any], None]:
        name = NAMES[number]

        def noted(now_ms: int, order: Any) -> None:
            self.deeds.append((name, *order[2:]))
            obey(now_ms, order)
            if number == schema.ORDER_QUIET:
                self._hush(bool(order.on))

        return noted

    def _hush(self, on: bool) -> None:
        self.quiet = on
        self.body.hush(on)

    def _pulses(self) -> dict[str, float]:
        return {joint: servo.pulse_us for joint, servo in self.body.servos.items()}
