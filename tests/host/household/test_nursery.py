"""The nursery watch, in virtual time."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from host.household.bench import Bench
from kelex_host.bridge.requests import RequestError


def said(bench: Bench) -> list[str]:
    return [event["text"] for event in bench.events("queued")]


def test_crying_opens_an_episode_tells_the_first_at_home_and_closes(bench: Bench) -> None:
    bench.drone_event("cry", "cry_started")
    bench.drone_event("cry", "cry_started")
    assert bench.types("nursery") == ["cry_started"]
    assert bench.document("nursery")["crying"]
    assert bench.document("alerts/nursery-crying")
    queued = bench.events("queued")[0]
    assert (queued["text"], queued["to"], queued["priority"]) == ("Kal-El is crying.", ["jor-el"], "urgent")
    bench.run(25)
    assert bench.events("escalated")[0]["to"] == "lara"
    bench.drone_event("cry", "cry_ended")
    assert bench.types("nursery") == ["cry_started", "cry_ended"]
    assert bench.document("alerts/nursery-crying") is None
    count = len(bench.events())
    bench.run(3600)
    assert len(bench.events()) == count, "nobody is told of a cry that is over"


def test_who_is_away_is_not_woken_first(bench: Bench) -> None:
    bench.ask("presence", member="jor-el", room=None)
    bench.drone_event("cry", "cry_started")
    assert bench.events("queued")[0]["to"] == ["lara"]


def test_he_is_soothed_before_anybody_is_told_where_that_is_configured(make: Callable[..., Bench]) -> None:
    bench = make({"nursery": {"soothe_s": 60}})
    bench.online()
    bench.drone_event("cry", "cry_started")
    assert bench.orders("tone") == [("tone", {"name": "lullaby"})]
    assert said(bench) == []
    bench.run(59)
    bench.drone_event("cry", "cry_ended")
    bench.run(600)
    assert said(bench) == [], "it was enough"
    bench.drone_event("cry", "cry_started")
    bench.run(61)
    assert said(bench) == ["Kal-El is still crying."]


def test_sleep_makes_the_house_quiet_and_waking_ends_that(bench: Bench) -> None:
    bench.ask("nursery", infant="asleep")
    assert bench.document("mode")["quiet_causes"] == ["infant_asleep"]
    bench.drone_event("cry", "cry_started")
    assert bench.types("nursery") == ["asleep", "cry_started", "woke"]
    assert not bench.document("mode")["quiet"]


def test_the_air_has_limits_with_hysteresis(bench: Bench) -> None:
    for celsius in (21.0, 26.0, 26.1, 27.0, 26.2, 25.9, 26.3, 25.6):
        bench.senses(temperature=celsius)
    assert bench.types("nursery") == ["too_hot"], "it does not flap around the limit"
    assert bench.document("alerts/nursery-climate")
    bench.senses(temperature=25.5)
    bench.senses(temperature=17.9)
    assert bench.types("nursery") == ["too_hot", "comfortable", "too_cold"]
    assert said(bench) == ["It is too warm for Kal-El: 26.1 degrees.", "It is too cold for Kal-El: 17.9 degrees."]


def test_a_faulty_sensor_says_nothing_and_another_rooms_air_does_not_matter(make: Callable[..., Bench]) -> None:
    bench = make({"drone": [{"id": "kelex", "room": "nursery"}, {"id": "kryo", "room": "hall"}]})
    bench.senses(temperature=None)
    bench.senses("kryo", temperature=40.0)
    assert bench.types("nursery") == []


def test_the_limits_can_be_set_and_the_watch_switched_off(bench: Bench) -> None:
    assert bench.ask("nursery", limits={"high": 30})["limits"] == {"low": 18.0, "high": 30}
    bench.senses(temperature=29.0)
    bench.ask("nursery", watch=False)
    bench.senses(temperature=40.0)
    bench.drone_event("cry", "cry_started")
    assert bench.types("nursery") == ["limits_set", "watch_off"]
    bench.restart()
    assert bench.document("nursery")["watch"] is False
    with pytest.raises(RequestError) as error:
        bench.ask("nursery", limits={"low": 31})
    assert error.value.code == "out_of_range"


def test_why_were_we_woken(bench: Bench) -> None:
    cry = bench.drone_event("cry", "cry_started")
    chain = bench.ask("why", event_id=bench.events("started")[0]["event_id"])["chain"]
    assert [link["what"] for link in chain] == [
        "announcement/started", "announcement/queued", "nursery/cry_started", "cry/cry_started"]  # fmt: skip
    assert chain[-1]["event_id"] == cry
    assert chain[1]["rule"] == "Somebody has to see to an infant that cries."
