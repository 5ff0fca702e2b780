"""What the page knows, from nothing but MQTT messages."""

from __future__ import annotations

import pytest
from host.console.house_told import BODY, NOW, a_house, later, tell
from kelex_host.console.model import PAYLOAD_BYTES_MOST, Model


def test_a_drone_is_live_once_it_told_itself_and_old_when_it_tells_nothing_for_a_while() -> None:
    model = a_house()
    drone = model.drones["kelex"]
    assert model.live(drone, later(5))
    assert not model.live(drone, later(7))


def test_a_drone_whose_time_runs_slower_than_ours_may_be_silent_for_longer() -> None:
    model = a_house()
    tell(model, "house/info", {"speed": 0.1})
    assert model.live(model.drones["kelex"], later(50))
    assert not model.live(model.drones["kelex"], later(70))


@pytest.mark.parametrize("topic", ["house/availability", "drone/kelex/availability"])
def test_nothing_is_live_once_the_house_or_the_drone_is_offline(topic: str) -> None:
    model = a_house()
    tell(model, topic, "offline")
    assert not model.live(model.drones["kelex"], NOW)


def test_nothing_is_live_once_the_broker_is_gone_and_what_was_retained_is_asked_for_again() -> None:
    model = a_house()
    tell(model, "house/alerts/a1", {"id": "a1", "text": "It burns.", "severity": "severe"})
    model.broker_lost("The broker is gone.")
    assert not model.live(model.drones["kelex"], NOW)
    assert model.problem == "The broker is gone."
    assert model.alerts  # still shown, as old
    model.broker_connected()
    assert model.alerts == {}  # the broker tells again what still holds


def test_what_is_retained_is_as_old_as_it_says() -> None:
    model = Model("kelex", ["kelex"])
    tell(model, "drone/kelex/body", {**BODY, "time": NOW.stamp(NOW.mono_s - 60)}, retained=True)
    assert model.drones["kelex"].body.age_s(NOW) == pytest.approx(60, abs=0.01)


def test_an_alert_is_there_until_its_topic_is_empty() -> None:
    model = a_house()
    tell(model, "house/alerts/a1", {"id": "a1", "text": "It burns.", "severity": "severe"})
    assert model.alerts["a1"]["text"] == "It burns."
    tell(model, "house/alerts/a1", "")
    assert model.alerts == {}


def test_an_event_that_comes_twice_is_there_once() -> None:
    model = a_house()
    for _ in range(2):
        tell(model, "house/event/nursery", {"event_id": "e1", "event_type": "woke", "severity": "info"})
    assert [entry.id for entry in model.timeline] == ["e1"]


@pytest.mark.parametrize(
    "payload", ["", "nonsense", "[1]", "null", '{"joints": 3}', "[" * 100_000, '{"joints": {"head_pan": "x"}}']
)
@pytest.mark.parametrize(
    "topic",
    [
        "house/info",
        "house/event/x",
        "house/alerts/a",
        "world/response/truth",
        "drone/kelex/body",
        "drone/kelex/response/look",
    ],
)
def test_nonsense_on_any_topic_is_left_alone(topic: str, payload: str) -> None:
    model = a_house()
    tell(model, topic, payload)
    assert model.drones["kelex"].joints() in ({}, BODY["joints"])


def test_what_is_too_large_is_not_even_read() -> None:
    model = a_house()
    tell(model, "house/info", {"drones": ["kelex", "other"], "x": "x" * PAYLOAD_BYTES_MOST})
    assert list(model.drones) == ["kelex"]


def test_the_ghost_is_where_the_answer_to_an_order_says_and_goes_when_the_drone_rests() -> None:
    model = a_house()
    drone = model.drones["kelex"]
    tell(model, "drone/kelex/response/look", {"status": "ok", "data": {"joints": {"head_pan": 30.0}}})
    assert drone.ghost()["head_pan"] == 30.0
    assert drone.joints()["head_pan"] == 0.0
    tell(model, "drone/kelex/body", {**BODY, "moving": True, "joints": {"head_pan": 12.0}})
    assert drone.ghost()["head_pan"] == 30.0
    tell(model, "drone/kelex/body", {**BODY, "joints": {"head_pan": 30.0}})
    assert drone.ghost() == drone.joints()


def test_a_stop_forgets_where_it_was_to_go() -> None:
    model = a_house()
    drone = model.drones["kelex"]
    tell(model, "drone/kelex/response/look", {"status": "ok", "data": {"joints": {"head_pan": 30.0}}})
    tell(model, "drone/kelex/response/stop", {"status": "ok", "data": {"joints": {"head_pan": 4.0, "head_tilt": 1.0}}})
    assert drone.ghost()["head_pan"] == 4.0


def test_a_simulated_drone_is_shown_as_its_servos_really_stand_while_that_is_new() -> None:
    model = a_house()
    tell(model, "world/response/truth", {"data": {"drones": {"kelex": {"servos": {"head_pan": {"angle": 7.5}}}}}})
    assert model.drones["kelex"].joints() == {"head_pan": 7.5}
    tell(model, "drone/kelex/body", BODY, later(2))
    assert model.drones["kelex"].joints() == BODY["joints"]
