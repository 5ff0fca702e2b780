"""Ways to break a drone: what it does though it may not, does not do, or says wrongly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kelex_wire import schema
from kelex_wire.order_gate import TAKEN

from kelex_host.proof.mutants.mutant import Mutant, Patch, Spoil


def obey_an_order_each_time_it_comes(patch: Patch) -> Spoil:
    def spoil(app: Any) -> None:
        gate = app.drone.link.gate

        def take(number: int, record: Any, payload: bytes) -> int:
            gate._expected = (record.order + 1) & 0xFFFF
            gate.orders.append((number, record))
            return TAKEN

        gate.take = take

    return spoil


def leave_the_limits(patch: Patch) -> Spoil:
    def spoil(app: Any) -> None:
        for joint in app.drone.motion.joints:
            joint.least_ticks = lambda target, joint=joint: joint.tail + 1

    return spoil


def go_on_after_a_stop(patch: Patch) -> Spoil:
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


def say_done_of_what_was_stopped(patch: Patch) -> Spoil:
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


def do_not_stop_at_all(patch: Patch) -> Spoil:
    return lambda app: setattr(app.drone.motion, "stop", list)


def stop_resending_events(patch: Patch) -> Spoil:
    def spoil(app: Any) -> None:
        app.drone.link._resend_ms = 1 << 29
        app.drone.link._take_ack = lambda now_ms, ack: None

    return spoil


def sound_in_quiet_mode(patch: Patch) -> Spoil:
    def spoil(app: Any) -> None:
        signals, orders = app.drone.signals, app.drone._orders
        obey = orders[schema.ORDER_TONE]

        def careless(now_ms: int, order: Any) -> None:
            quiet, signals.quiet = signals.quiet, 0
            obey(now_ms, order)
            signals.quiet = quiet

        orders[schema.ORDER_TONE] = careless

    return spoil


def forget_that_it_is_to_be_quiet(patch: Patch) -> Spoil:
    """What he was told is kept for the next start, and not done."""
    return lambda app: setattr(app.drone.signals, "set_quiet", lambda on: None)


def hurry_in_quiet_mode(patch: Patch) -> Spoil:
    return lambda app: setattr(app.drone.motion, "set_quiet", lambda quiet: None)


def forget_gesture_done(patch: Patch) -> Spoil:
    return lambda app: setattr(app.drone.limbs, "_end_gesture", lambda now_ms: app.drone.limbs.gesturing.cancel())


def _events(change: Callable[[int, tuple[Any, ...]], int]) -> Spoil:
    """Let an event that nobody ordered be made so many times."""

    def spoil(app: Any) -> None:
        link = app.drone.link
        notice = link.notice

        def careless(now_ms: int, number: int, *values: Any) -> None:
            for _ in range(change(number, values)):
                notice(now_ms, number, *values)

        link.notice = careless

    return spoil


def tell_the_doorbell_twice(patch: Patch) -> Spoil:
    return _events(lambda number, values: 2 if number == schema.DOORBELL else 1)


def miss_the_doorbell(patch: Patch) -> Spoil:
    return _events(lambda number, values: 0 if number == schema.DOORBELL else 1)


def never_clear_a_fault(patch: Patch) -> Spoil:
    return _events(lambda number, values: 0 if number == schema.FAULT and not values[1] else 1)


def believe_a_sensor_that_is_gone(patch: Patch) -> Spoil:
    return lambda app: setattr(app.drone.sensing._sensors.range, "step", lambda: None)


def leave_the_holodisk_as_it_is(patch: Patch) -> Spoil:
    return lambda app: setattr(app.drone.signals._relay, "switch", lambda on: None)


def leave_the_eye_as_it_is(patch: Patch) -> Spoil:
    return lambda app: setattr(app.drone.signals._pixels, "show", lambda data: None)


def lose_a_credit(patch: Patch) -> Spoil:
    """Of each acknowledgement, the drone misses a few bytes that it might send again."""

    def spoil(app: Any) -> None:
        link = app.drone.link
        take = link._take_ack

        def careless(now_ms: int, ack: Any) -> None:
            before = link._in_flight_bytes
            take(now_ms, ack)
            link._in_flight_bytes += (before - link._in_flight_bytes) // 8

        link._take_ack = careless

    return spoil


MUTANTS = (
    Mutant(lose_a_credit, "at the end"),
    Mutant(obey_an_order_each_time_it_comes, "times, at most"),
    Mutant(leave_the_limits, "jumps"),
    Mutant(go_on_after_a_stop, "was stopped at"),
    Mutant(say_done_of_what_was_stopped, "ended 2 times"),
    Mutant(do_not_stop_at_all, "was stopped at"),
    Mutant(stop_resending_events, "arrived"),
    Mutant(sound_in_quiet_mode, "Hz in quiet mode"),
    Mutant(forget_that_it_is_to_be_quiet, "quiet is told"),
    Mutant(hurry_in_quiet_mode, "too fast for quiet mode"),
    Mutant(forget_gesture_done, "(gesture) ended 0 times"),
    Mutant(tell_the_doorbell_twice, "the doorbell was told"),
    Mutant(miss_the_doorbell, "the doorbell was told"),
    Mutant(never_clear_a_fault, "was never cleared"),
    Mutant(believe_a_sensor_that_is_gone, "faults at the end"),
    Mutant(leave_the_holodisk_as_it_is, "holodisk is told"),
    Mutant(leave_the_eye_as_it_is, "the eye is told"),
)
