"""A tremor as the household tells of it: by the drones' own alarm, with its class, its peak and how long it lasted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from host.household.bench import Bench
from kelex_host.household.tremors import CALM_MS, SILENT_MS

CALM_S, SILENT_S = CALM_MS / 1000 + 1, SILENT_MS / 1000 + 1


def shakes(bench: Bench, level: str, reading: float, **more: Any) -> None:
    """A drone's alarm is raised, or graver than before."""
    bench.drone_event(
        "alarm", "raised", alarm="tremor", severity=level, level=level, reading=reading, lasted_s=0, **more
    )


def rests(bench: Bench, reading: float, lasted_s: int, **more: Any) -> None:
    """A drone's alarm is over."""
    bench.drone_event("alarm", "cleared", alarm="tremor", level="severe", reading=reading, lasted_s=lasted_s, **more)


def hazards(bench: Bench) -> list[tuple[Any, ...]]:
    """What was told of hazards: what, how grave, how hard."""
    told = [event for event in bench.events("raised") + bench.events("cleared") if event.get("kind") == "tremor"]
    return [(event["event_type"], event["level"], event["peak"]) for event in told]


def said(bench: Bench) -> list[str]:
    return [event["text"] for event in bench.events("queued")]


def test_the_drones_alarm_raises_the_hazard_and_everyone_hears_of_its_class_peak_and_end(bench: Bench) -> None:
    shakes(bench, "moderate", 1.2)
    shakes(bench, "extreme", 4.5)
    assert hazards(bench) == [("raised", "moderate", 1.2), ("raised", "extreme", 4.5)]
    assert bench.document("alerts/hazard-tremor")["severity"] == "extreme"
    bench.run(6)
    rests(bench, 4.7, 6)
    bench.run(CALM_S)
    (over,) = (event for event in bench.events("cleared") if "kind" in event)
    assert (over["kind"], over["level"], over["peak"], over["lasted_s"]) == ("tremor", "extreme", 4.7, 6)
    assert bench.document("alerts/hazard-tremor") is None
    told = bench.document("announcements")
    left = [one["text"] for one in (told["current"], *told["queue"], *told["unacknowledged"]) if one]
    assert left == ["The tremor is over: extreme, 4.7 m/s² at most, 6 s long."], "that it shakes is told no more"
    assert said(bench) == [
        "Hazard: tremor in the nursery, moderate: 1.2 m/s².",
        "Hazard: tremor in the nursery, extreme: 4.5 m/s².",
        "The tremor is over: extreme, 4.7 m/s² at most, 6 s long.",
    ]


def test_what_the_accelerometer_reads_is_no_hazard(bench: Bench) -> None:
    """Steps and the drone's own joints shake it as hard as a tremor does; that is the drone's to judge."""
    for tremor in (0.1, 1.0, 4.5, 30.0):
        bench.senses(tremor=tremor)
    bench.run(CALM_S)
    assert bench.types("hazard") == []


def test_other_alarms_of_a_drone_are_no_tremor(bench: Bench) -> None:
    bench.drone_event("alarm", "raised", alarm="host_silent", level="minor", reading=3, lasted_s=0)
    bench.drone_event("alarm", "cleared", alarm="host_silent", level="minor", reading=9, lasted_s=9)
    assert bench.types("hazard") == []


def test_a_faint_tremor_is_an_alert_and_disturbs_nobody(bench: Bench) -> None:
    shakes(bench, "minor", 0.4)
    rests(bench, 0.4, 3)
    assert bench.document("alerts/hazard-tremor")["severity"] == "minor"
    bench.run(CALM_S)
    assert bench.types("hazard") == ["raised", "cleared"]
    assert said(bench) == []


def test_aftershocks_belong_to_it(bench: Bench) -> None:
    for reading in (2.5, 2.1, 2.2):
        shakes(bench, "severe", reading)
        bench.run(4)
        rests(bench, reading, 4)
        bench.run(10)
    bench.run(CALM_S)
    assert hazards(bench) == [("raised", "severe", 2.5), ("cleared", "severe", 2.5)]
    assert bench.events("cleared")[-1]["lasted_s"] == 32


def test_it_is_over_when_no_drone_feels_it_any_more(make: Callable[..., Bench]) -> None:
    bench = make({"drone": [{"id": "kelex", "room": "nursery"}, {"id": "kelor", "room": "hall"}]})
    shakes(bench, "severe", 3.0)
    shakes(bench, "moderate", 1.0, drone="kelor")
    rests(bench, 3.0, 2)
    bench.run(CALM_S)
    assert bench.types("hazard") == ["raised"]
    rests(bench, 1.1, 21, drone="kelor")
    bench.run(CALM_S)
    assert hazards(bench) == [("raised", "severe", 3.0), ("cleared", "severe", 3.0)]


@pytest.mark.parametrize("restarts", [False, True])
def test_the_last_alarm_of_a_drone_that_falls_silent_ends_after_a_minute_of_it(bench: Bench, restarts: bool) -> None:
    bench.online()
    shakes(bench, "severe", 3.0)
    if restarts:
        bench.restart()  # and no drone answers
    else:
        bench.offline()
    bench.run(SILENT_S - 3)
    assert bench.types("hazard") == ["raised"]
    bench.run(3)
    assert bench.types("hazard") == ["raised", "cleared"]


def test_a_cable_that_is_out_for_a_while_ends_nothing(bench: Bench) -> None:
    bench.online()
    shakes(bench, "severe", 3.0)
    bench.offline()
    bench.run(SILENT_S / 2)
    bench.online()
    bench.run(SILENT_S)
    assert bench.types("hazard") == ["raised"]
    rests(bench, 3.0, 95)
    bench.run(CALM_S)
    assert bench.types("hazard") == ["raised", "cleared"]


def test_a_drone_that_started_anew_feels_nothing_and_what_it_felt_before_is_past(bench: Bench) -> None:
    bench.online(boot=1)
    shakes(bench, "severe", 3.0)
    bench.offline()
    bench.run(5)
    bench.online(boot=2)
    bench.run(0.1)
    assert bench.types("hazard") == ["raised", "cleared"]
    shakes(bench, "severe", 3.0, earlier_boot=True)
    assert bench.types("hazard") == ["raised", "cleared"]


def test_who_told_of_it_by_hand_ends_it_by_hand_and_hears_when_it_is_graver(bench: Bench) -> None:
    bench.ask("hazard", kind="tremor", level="moderate")
    shakes(bench, "extreme", 5.0)
    rests(bench, 5.0, 2)
    bench.run(CALM_S)
    assert bench.types("hazard") == ["raised", "raised"]
    bench.ask("hazard", kind="tremor", level="none")
    assert bench.types("hazard") == ["raised", "raised", "cleared"]
