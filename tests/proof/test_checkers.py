"""The checkers, proved by breaking what they check: one that never fails proves nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from kelex_host.bridge import inbound, outbox
from kelex_host.proof.checkers import check
from kelex_host.proof.life import Life
from kelex_host.proof.story import Story

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
        link = app.drone.link

        def take_order(number: int, record: Any) -> None:
            link._expected_order = (record.order + 1) & 0xFFFF
            link.orders.append((number, record))

        link._take_order = take_order

    return spoil


def leave_the_limits(patch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    def spoil(app: Any) -> None:
        for joint in app.drone.motion.joints:
            joint.least_ms = lambda now_ms, target: 1

    return spoil


def stop_resending_events(patch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    def spoil(app: Any) -> None:
        app.drone.link._resend_ms = 1 << 29
        app.drone.link._take_ack = lambda now_ms, ack: None

    return spoil


@pytest.mark.parametrize(
    "sabotage",
    [
        forget_to_drop_repeated_events,
        settle_events_before_the_broker_has_them,
        forget_what_was_on_its_way_to_the_broker,
        publish_nothing_again_on_the_brokers_return,
        obey_an_order_each_time_it_comes,
        leave_the_limits,
        stop_resending_events,
    ],
)
def test_a_broken_system_is_caught_within_a_few_lives(sabotage: Sabotage, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil = sabotage(monkeypatch)
    assert any(_is_caught(seed, spoil) for seed in _SEEDS)


def _is_caught(seed: int, spoil: Callable[[Any], None] | None) -> bool:
    life = Life(seed)
    if spoil:
        watch = life.body.pico.started

        def started(app: Any) -> None:
            watch(app)
            spoil(app)

        life.body.pico.started = started
    life.start()
    life.run(2.0)
    story = Story(life)
    story.play(90.0)
    life.run(20.0)
    return bool(check(story))
