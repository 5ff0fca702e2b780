"""Quiet mode and its causes, in virtual time. A house with quiet hours lives in Berlin, where clocks are changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from host.household.bench import Bench
from kelex_host.bridge.now import Now
from kelex_host.bridge.requests import RequestError

BERLIN = {"house": {"timezone": "Europe/Berlin"}, "quiet": {"begin": "22:30", "end": "07:00"}}


def at(bench: Bench, text: str) -> None:
    """Be woken at a moment of Berlin's."""
    bench.now = Now(
        bench.now.mono_s, datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin")).timestamp()
    )
    bench.run(0.001)


def test_by_hand_it_holds_until_it_is_switched_off(bench: Bench) -> None:
    bench.online()
    assert bench.ask("quiet", on=True) == {"quiet": True, "causes": ["hand"]}
    bench.run(86_400)
    assert bench.document("mode")["quiet_causes"] == ["hand"]
    assert bench.ask("quiet", on=False) == {"quiet": False, "causes": []}
    assert bench.orders("quiet") == [("quiet", {"on": True}), ("quiet", {"on": False})]
    assert bench.types("quiet") == ["quiet_on", "quiet_off"]


def test_until_a_moment(bench: Bench) -> None:
    until = Now(0.0, bench.now.wall_s + 600).stamp()
    bench.ask("quiet", on=True, until=until)
    bench.run(599)
    assert bench.document("mode")["quiet"]
    bench.run(2)
    assert not bench.document("mode")["quiet"]


@pytest.mark.parametrize("until", ["2001-01-01T00:00:00+00:00", "0001-01-01T00:00:00+23:00"])
def test_until_a_moment_that_is_past_is_refused(bench: Bench, until: str) -> None:
    with pytest.raises(RequestError) as error:
        bench.ask("quiet", on=True, until=until)
    assert error.value.code == "out_of_range"


@pytest.mark.parametrize("night", ["2026-03-28", "2026-06-01", "2026-10-24"])
def test_quiet_hours_begin_and_end_by_the_clock_on_the_wall(make: Callable[..., Bench], night: str) -> None:
    bench = make(BERLIN)
    at(bench, f"{night}T22:29:59")
    assert not bench.document("mode")["quiet"]
    bench.run(2)
    assert bench.document("mode")["quiet_causes"] == ["schedule"]
    bench.run(6.5 * 3600)
    events = bench.events(subject="quiet")
    while len(events) < 2:
        bench.run(600)
        events = bench.events(subject="quiet")
    end = datetime.fromisoformat(events[-1]["time"]).astimezone(ZoneInfo("Europe/Berlin"))
    assert (events[-1]["event_type"], f"{end:%H:%M}") == ("quiet_off", "07:00")


def test_a_clock_that_is_set_right_switches_what_it_should(make: Callable[..., Bench]) -> None:
    bench = make(BERLIN)
    at(bench, "2026-06-01T12:00:00")
    bench.jump(12 * 3600)
    bench.run(60)
    assert bench.document("mode")["quiet_causes"] == ["schedule"]


def test_one_cause_ends_and_the_other_holds(make: Callable[..., Bench]) -> None:
    bench = make(BERLIN)
    at(bench, "2026-06-01T23:00:00")
    bench.ask("quiet", on=True)
    assert bench.ask("quiet", on=False) == {"quiet": True, "causes": ["schedule"]}


def test_a_drone_that_comes_back_is_told_what_holds(bench: Bench) -> None:
    bench.ask("quiet", on=True)
    assert bench.orders("quiet") == []
    bench.online()
    assert bench.orders("quiet") == [("quiet", {"on": True})]
    bench.offline()
    bench.ask("quiet", on=False)
    bench.online()
    assert bench.orders("quiet")[-1] == ("quiet", {"on": False})


def test_only_an_emergency_is_loud(bench: Bench) -> None:
    bench.online()
    bench.ask("quiet", on=True)
    bench.ask("announce", text="Look!", to="lara", priority="urgent")
    bench.run(2.5)
    assert bench.orders("tone") == []
    assert not [effect for effect in bench.effects if type(effect).__name__ == "Speak"]
    bench.ask("announce", text="Fire!", to="lara", priority="emergency")
    bench.run(1)
    assert bench.orders("quiet", "tone") == [
        ("quiet", {"on": True}), ("quiet", {"on": False}), ("tone", {"name": "alarm"})]  # fmt: skip
    bench.ask("ack", by="lara")
    assert bench.orders("quiet")[-1] == ("quiet", {"on": True})


def test_it_survives_a_restart(bench: Bench) -> None:
    bench.ask("quiet", on=True)
    bench.restart()
    assert bench.document("mode")["quiet_causes"] == ["hand"]
