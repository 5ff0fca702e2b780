"""The checkers, proved by breaking what they check: one that never fails proves nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from kelex_host.bridge import gateway, inbound, outbox
from kelex_host.bridge.request_desk import RequestDesk
from kelex_host.bridge.transactions import Transactions
from kelex_host.proof.checkers import check
from kelex_host.proof.life import Life
from kelex_host.proof.story import live
from kelex_wire import schema
from kelex_wire.order_gate import TAKEN

_SEEDS = range(12)
Sabotage = Callable[[pytest.MonkeyPatch], Callable[[Any], None] | None]


def forget_to_drop_repeated_events(patch: pytest.MonkeyPatch) -> None:
    def careless(self: inbound.Inbound, number: int, *, accepting: bool) -> bool:
        self.event_seen = max(self.event_seen, number)
        return True

    patch.setattr(inbound.Inbound, "is_new_event", careless)


def settle_events_before_the_broker_has_them(patch: pytest.MonkeyPatch) -> None:
    careful = inbound.Inbound.is_new_event

    def careless(self: inbound.Inbound, number: int, *, accepting: bool) -> bool:
        is_new = careful(self, number, accepting=accepting)
        self.settle(self.event_seen)
        return is_new

    patch.setattr(inbound.Inbound, "is_new_event", careless)


def forget_what_was_on_its_way_to_the_broker(patch: pytest.MonkeyPatch) -> None:
    def lost(self: outbox.Outbox) -> None:
        self._connected = False
        self._in_flight.clear()

    patch.setattr(outbox.Outbox, "lost", lost)


def publish_nothing_again_on_the_brokers_return(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(outbox.Outbox, "connected", lambda self: setattr(self, "_connected", True))


def obey_an_order_each_time_it_comes(patch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    def spoil(app: Any) -> None:
        gate = app.drone.link.gate

        def take(number: int, record: Any, payload: bytes) -> int:
            gate._expected = (record.order + 1) & 0xFFFF
            gate.orders.append((number, record))
            return TAKEN

        gate.take = take

    return spoil


def leave_the_limits(patch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    def spoil(app: Any) -> None:
        for joint in app.drone.motion.joints:
            joint.least_ticks = lambda target, joint=joint: joint.tail + 1

    return spoil


def go_on_after_a_stop(patch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    def spoil(app: Any) -> None:
        motion = app.drone.motion
        stop = motion.stop
        for joint in motion.joints:
            joint.halt = lambda: None

        def careless() -> Any:
            moving, interrupted = motion.moving, stop()
            motion.moving = moving
            return interrupted

        motion.stop = careless

    return spoil


def say_done_of_what_was_stopped(patch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    def spoil(app: Any) -> None:
        motion = app.drone.motion
        stop = motion.stop

        def careless() -> Any:
            owners = [joint.owner for joint in motion.joints]
            interrupted = stop()
            for joint, owner in zip(motion.joints, owners, strict=True):
                joint.owner = owner
            return interrupted

        motion.stop = careless

    return spoil


def do_not_stop_at_all(patch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    return lambda app: setattr(app.drone.motion, "stop", list)


def stop_resending_events(patch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    def spoil(app: Any) -> None:
        app.drone.link._resend_ms = 1 << 29
        app.drone.link._take_ack = lambda now_ms, ack: None

    return spoil


def answer_nobody(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(RequestDesk, "_respond", lambda *of_a_request: None)


def answer_everybody_twice(patch: pytest.MonkeyPatch) -> None:
    respond = RequestDesk._respond

    def twice(self: RequestDesk, *of_a_request: Any) -> None:
        respond(self, *of_a_request)
        respond(self, *of_a_request)

    patch.setattr(RequestDesk, "_respond", twice)


def forget_the_transactions(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Transactions, "begin", lambda *of_a_request: True)


def forget_whose_an_order_is(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(gateway, "_TRANSACTIONS_KEPT", 0)


def sound_in_quiet_mode(patch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    def spoil(app: Any) -> None:
        signals, orders = app.drone.signals, app.drone._orders
        obey = orders[schema.ORDER_TONE]

        def careless(now_ms: int, order: Any) -> None:
            quiet, signals.quiet = signals.quiet, 0
            obey(now_ms, order)
            signals.quiet = quiet

        orders[schema.ORDER_TONE] = careless

    return spoil


def forget_that_it_is_to_be_quiet(patch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    def spoil(app: Any) -> None:
        signals = app.drone.signals
        signals.order_quiet = lambda now_ms, order: None

    return spoil


def hurry_in_quiet_mode(patch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    return lambda app: setattr(app.drone.motion, "set_quiet", lambda quiet: None)


def forget_gesture_done(patch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    return lambda app: setattr(app.drone.limbs, "_end_gesture", lambda now_ms: app.drone.limbs.gesturing.cancel())


def _events(change: Callable[[int, tuple[Any, ...]], int]) -> Callable[[Any], None]:
    """Let an event that nobody ordered be made so many times."""

    def spoil(app: Any) -> None:
        link = app.drone.link
        notice = link.notice

        def careless(now_ms: int, number: int, *values: Any) -> None:
            for _ in range(change(number, values)):
                notice(now_ms, number, *values)

        link.notice = careless

    return spoil


def tell_the_doorbell_twice(patch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    return _events(lambda number, values: 2 if number == schema.DOORBELL else 1)


def miss_the_doorbell(patch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    return _events(lambda number, values: 0 if number == schema.DOORBELL else 1)


def never_clear_a_fault(patch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    return _events(lambda number, values: 0 if number == schema.FAULT and not values[1] else 1)


def believe_a_sensor_that_is_gone(patch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    return lambda app: setattr(app.drone.sensing._sensors.range, "step", lambda: None)


def leave_the_holodisk_as_it_is(patch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    return lambda app: setattr(app.drone.signals._relay, "switch", lambda on: None)


def leave_the_eye_as_it_is(patch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    return lambda app: setattr(app.drone.signals._pixels, "show", lambda data: None)


@pytest.mark.parametrize(
    ("sabotage", "verdict"),
    [
        (forget_to_drop_repeated_events, "arrived"),
        (settle_events_before_the_broker_has_them, "arrived"),
        (forget_what_was_on_its_way_to_the_broker, "arrived"),
        (publish_nothing_again_on_the_brokers_return, "at the end"),
        (obey_an_order_each_time_it_comes, "times, at most"),
        (leave_the_limits, "jumps"),
        (go_on_after_a_stop, "was stopped at"),
        (say_done_of_what_was_stopped, "ended 2 times"),
        (do_not_stop_at_all, "was stopped at"),
        (stop_resending_events, "arrived"),
        (answer_nobody, "answered 0 times"),
        (answer_everybody_twice, "answered 2 times"),
        (forget_the_transactions, "was obeyed 2 times"),
        (forget_whose_an_order_is, "does not say whose"),
        (sound_in_quiet_mode, "Hz in quiet mode"),
        (forget_that_it_is_to_be_quiet, "quiet is told"),
        (hurry_in_quiet_mode, "too fast for quiet mode"),
        (forget_gesture_done, "(gesture) ended 0 times"),
        (tell_the_doorbell_twice, "the doorbell was told"),
        (miss_the_doorbell, "the doorbell was told"),
        (never_clear_a_fault, "was never cleared"),
        (believe_a_sensor_that_is_gone, "faults at the end"),
        (leave_the_holodisk_as_it_is, "holodisk is told"),
        (leave_the_eye_as_it_is, "the eye is told"),
    ],
)
def test_a_broken_system_is_caught_within_a_few_lives(
    sabotage: Sabotage, verdict: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil = sabotage(monkeypatch)
    assert any(verdict in sentence for seed in _SEEDS for sentence in sentences(seed, spoil))


def sentences(seed: int, spoil: Callable[[Any], None] | None) -> list[str]:
    """What the checkers say of a life whose every board is spoilt as it starts."""
    life = Life(seed)
    if spoil:
        watch = life.body.pico.started

        def started(app: Any) -> None:
            watch(app)
            spoil(app)

        life.body.pico.started = started
    return check(live(seed, life=life))
