"""S6, S14: the host dies in the middle of a cry. The drone's tone sounds, and the event arrives once afterwards."""

from __future__ import annotations

import json

import pytest
from kelex_host.proof.life import DRONE
from proof.watched_life import WatchedLife

# Of a cry's start: what the contract of the story allows.
TONE_WITHIN_S = 10.0


@pytest.mark.parametrize("dies_after_s", [0.1, 1.0, 2.0, 4.0, 6.0])
def test_the_tone_sounds_within_ten_seconds_of_the_crys_start_and_the_cry_is_told_once(dies_after_s: float) -> None:
    life = WatchedLife()
    began_us = life.kernel.now_us
    life.ask("world", "cry", seconds=40)
    life.run(dies_after_s)
    life.ask("world", "unplug", drone=DRONE, seconds=60)
    life.run_until(lambda: life.body.parts.buzzer.hz > 0, TONE_WITHIN_S)
    assert life.kernel.now_us - began_us <= TONE_WITHIN_S * 1e6
    assert life.body.parts.eye.brightest == "#ff0000"
    life.run(70)
    assert life.body.parts.buzzer.hz == 0
    cries = [json.loads(m.payload) for m in life.broker.log if m.topic == f"kelex/drone/{DRONE}/event/cry"]
    assert [cry["event_type"] for cry in cries] == ["cry_started", "cry_ended"]
    assert len({cry["event_id"] for cry in cries}) == 2


def test_a_reboot_while_the_host_is_away_loses_none_and_doubles_none() -> None:
    life = WatchedLife()
    life.ask("world", "cry", seconds=8)
    life.run(0.1)
    life.ask("world", "unplug", drone=DRONE, seconds=40)
    life.run(20)
    life.body.pico.power_off()
    life.run(0.2)
    life.body.pico.power_on()
    life.run(40)
    cries = [json.loads(m.payload) for m in life.broker.log if m.topic == f"kelex/drone/{DRONE}/event/cry"]
    assert [cry["event_type"] for cry in cries] == ["cry_started", "cry_ended"]
    assert all(cry["earlier_boot"] for cry in cries)
    assert not life.body.pico.crashes
