"""Presence and the briefing, in virtual time."""

from __future__ import annotations

from host.household.bench import Bench


def texts(bench: Bench, member: str) -> list[str]:
    return [item["text"] for item in bench.ask("brief", member=member)["items"]]


def test_where_everybody_is_is_known_and_told(bench: Bench) -> None:
    bench.ask("presence", member="lara", room="nursery")
    bench.ask("presence", member="lara", room=None)
    bench.ask("presence", member="lara", room="hall")
    assert bench.types("presence") == ["moved", "departed", "arrived"]
    assert bench.document("mode")["occupied"]
    for member in ("jor-el", "lara", "kal-el"):
        bench.ask("presence", member=member, room=None)
    assert not bench.document("mode")["occupied"]
    assert {one["room"] for one in bench.document("members")["members"]} == {None}


def test_what_happened_before_the_departure_or_after_the_return_is_not_told(bench: Bench) -> None:
    bench.ask("news", title="before")
    bench.ask("presence", member="lara", room=None)
    bench.ask("news", title="meanwhile")
    bench.ask("presence", member="lara", room="hall")
    bench.ask("news", title="after")
    assert texts(bench, "lara") == ["News: meanwhile"]
    assert texts(bench, "jor-el") == []


def test_the_gravest_comes_first_and_of_equals_the_earlier(bench: Bench) -> None:
    bench.ask("presence", member="lara", room=None)
    for title, severity in (("a", "minor"), ("b", "extreme"), ("c", "moderate"), ("d", "minor")):
        bench.ask("news", title=title, severity=severity)
    bench.ask("presence", member="lara", room="hall")
    assert texts(bench, "lara") == ["News: b", "News: c", "News: a", "News: d"]
    assert texts(bench, "lara") == [], "each thing once"


def test_at_the_arrival_it_is_said_once(bench: Bench) -> None:
    for title in ("one", "two"):
        bench.ask("presence", member="lara", room=None)
        bench.ask("news", title=title)
        bench.ask("presence", member="lara", room="hall")
        bench.run(30)
    said = [event["text"] for event in bench.events("queued")]
    assert said == ["Welcome home. While you were away: News: one.", "Welcome home. While you were away: News: two."]


def test_what_was_said_at_an_arrival_is_not_told_again_after_the_next_absence(bench: Bench) -> None:
    bench.ask("presence", member="lara", room=None)
    bench.ask("news", title="one")
    bench.ask("presence", member="lara", room="hall")
    bench.ask("presence", member="lara", room=None)
    bench.ask("news", title="two")
    assert texts(bench, "lara") == ["News: two"]


def test_an_infant_is_told_nothing(bench: Bench) -> None:
    bench.ask("presence", member="kal-el", room=None)
    bench.ask("news", title="one")
    assert texts(bench, "kal-el") == []


def test_the_doorbell_and_a_lost_drone_are_told(bench: Bench) -> None:
    bench.online()
    bench.ask("presence", member="lara", room=None)
    bench.drone_event("doorbell", "pressed")
    bench.offline()
    assert texts(bench, "lara") == ["The drone kelex could not be reached.", "Somebody at the door came."]


def test_a_drones_event_that_comes_again_is_one_event(bench: Bench) -> None:
    told = {"event_type": "pressed", "severity": "info", "event_id": "kelex-1-7", "time": bench.now.stamp()}
    bench.ask("presence", member="lara", room=None)
    for _ in range(2):
        bench.keeper.event(bench.now, "kelex", "doorbell", dict(told), ("kelex", 1, 7))
        bench.pump()
        bench.restart()
    bench.keeper.event(bench.now, "kelex", "doorbell", dict(told), ("kelex", 1, 7))
    bench.pump()
    assert texts(bench, "lara") == ["Somebody at the door came."]
    assert len(bench.events("pressed")) == 1
    assert bench.drones["kelex"].settled == [7, 7, 7]


def test_a_thousand_missed_things_leave_the_gravest(bench: Bench) -> None:
    bench.ask("presence", member="lara", room=None)
    bench.ask("news", title="grave", severity="moderate")
    for number in range(1000):
        bench.ask("news", title=f"{number}")
    told = texts(bench, "lara")
    assert len(told) == 200
    assert told[0] == "News: grave"
