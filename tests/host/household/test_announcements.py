"""Announcements in virtual time: one voice at a time, the most pressing first, until somebody acknowledges."""

from __future__ import annotations

from typing import Any

import pytest
from host.household.bench import Bench
from kelex_host.bridge.requests import RequestError


def told(bench: Bench, id: str) -> list[str]:
    """What happened to an announcement."""
    return [event["event_type"] for event in bench.events(subject="announcement") if event["id"] == id]


def when(bench: Bench, event_type: str) -> list[str]:
    return [event["time"] for event in bench.events(event_type)]


def test_a_routine_one_is_said_once_and_is_done(bench: Bench) -> None:
    id = bench.ask("announce", text="Dinner is ready", to=["lara"])["id"]
    assert bench.document("announcements")["current"]["id"] == id
    bench.run(1.9)
    assert told(bench, id) == ["queued", "started"]
    bench.run(0.2)
    assert told(bench, id) == ["queued", "started", "delivered"]
    bench.run(3600)
    assert told(bench, id) == ["queued", "started", "delivered"]
    assert bench.document("announcements") == {"current": None, "queue": [], "unacknowledged": []}


def test_a_holo_disk_that_somebody_else_switched_on_meanwhile_stays_on(bench: Bench) -> None:
    drone = bench.drones["kelex"]
    for is_held, switched in ((False, [True, False]), (True, [True])):
        drone.orders.clear()
        bench.ask("announce", text="x" * 30, to=["lara"])
        bench.run(1)
        drone.is_disk_held = is_held
        bench.run(10)
        assert [fields["on"] for verb, fields in drone.orders if verb == "holodisk"] == switched


def test_it_lasts_fifteen_characters_a_second(bench: Bench) -> None:
    bench.ask("announce", text="x" * 150, to=["lara"])
    bench.run(9.9)
    assert not bench.events("delivered")
    bench.run(0.2)
    assert bench.events("delivered")


def test_an_urgent_one_interrupts_a_routine_one_which_then_goes_on_where_it_was(bench: Bench) -> None:
    routine = bench.ask("announce", text="x" * 150, to=["lara"])["id"]
    bench.run(4)
    urgent = bench.ask("announce", text="Look!", to=["jor-el"], priority="urgent")["id"]
    assert told(bench, routine)[-1] == "interrupted"
    bench.run(2)
    assert told(bench, routine)[-1] == "resumed"
    bench.ask("ack", by="jor-el")
    bench.run(5.9)
    assert told(bench, routine)[-1] == "resumed"
    bench.run(0.2)
    assert told(bench, routine)[-1] == "delivered"
    assert told(bench, urgent) == ["queued", "started", "delivered", "acknowledged"]


def test_an_important_one_waits_but_goes_before_the_routine_ones(bench: Bench) -> None:
    ids = [bench.ask("announce", text=f"{n}", to=["lara"])["id"] for n in range(2)]
    important = bench.ask("announce", text="2", to=["lara"], priority="important")["id"]
    assert [one["id"] for one in bench.document("announcements")["queue"]] == [important, ids[1]]
    bench.run(10)
    assert [event["id"] for event in bench.events("started")] == [ids[0], important, ids[1]]


def test_an_emergency_interrupts_an_urgent_one_and_no_urgent_one_an_emergency(bench: Bench) -> None:
    urgent = bench.ask("announce", text="x" * 60, to=["lara"], priority="urgent")["id"]
    emergency = bench.ask("announce", text="y" * 60, to=["lara"], priority="emergency")["id"]
    bench.ask("announce", text="z" * 60, to=["lara"], priority="urgent")
    assert told(bench, urgent) == ["queued", "started", "interrupted"]
    assert told(bench, emergency) == ["queued", "started"]
    assert len(bench.events("started")) == 2


def test_unacknowledged_it_is_repeated_and_goes_to_the_next_member_at_home(bench: Bench) -> None:
    id = bench.ask("announce", text="Look!", to=["jor-el"], priority="urgent")["id"]
    bench.run(25)
    assert told(bench, id) == ["queued", "started", "delivered", "started", "repeated", "escalated", "started",
                               "repeated"]  # fmt: skip
    escalated = bench.events("escalated")[0]
    assert (escalated["to"], escalated["address"]) == ("lara", "Sir, ma'am")
    bench.ask("ack", by="lara")
    count = len(bench.told)
    bench.run(7200)
    assert len(bench.told) == count, "nothing more after the acknowledgement"


def test_nobody_is_asked_who_is_away(bench: Bench) -> None:
    bench.ask("presence", member="lara", room=None)
    bench.ask("announce", text="Look!", to=["jor-el"], priority="urgent")
    bench.run(120)
    assert not bench.events("escalated")


def test_the_pauses_between_repetitions_grow(bench: Bench) -> None:
    bench.ask("announce", text="Look!", to=["everyone"], priority="urgent")
    bench.run(3000)
    assert 8 < len(bench.events("started")) < 25


def test_it_expires(bench: Bench) -> None:
    bench.ask("announce", text="x" * 150, to=["lara"])
    late = bench.ask("announce", text="Rain is coming", to=["lara"], ttl_s=5)["id"]
    bench.run(60)
    assert told(bench, late) == ["queued", "expired"]
    urgent = bench.ask("announce", text="Look!", to=["lara"], priority="urgent", ttl_s=600)["id"]
    bench.run(1200)
    assert told(bench, urgent)[-1] == "expired"
    assert not bench.document("announcements")["unacknowledged"]


def test_acknowledging_stops_what_is_being_said_at_once(bench: Bench) -> None:
    long = bench.ask("announce", text="x" * 600, to=["lara"])["id"]
    next_ = bench.ask("announce", text="y", to=["lara"])["id"]
    bench.run(1)
    assert bench.ask("ack", by="lara") == {"id": long}
    assert told(bench, long) == ["queued", "started", "acknowledged"]
    assert told(bench, next_) == ["queued", "started"]


@pytest.mark.parametrize(("fields", "code"), [
    ({"by": "zod"}, "unknown_member"),
    ({"by": "lara"}, "unknown_id"),
    ({"by": "lara", "id": "a999"}, "unknown_id"),
])  # fmt: skip
def test_what_cannot_be_acknowledged(bench: Bench, fields: dict[str, Any], code: str) -> None:
    with pytest.raises(RequestError) as error:
        bench.ask("ack", **fields)
    assert error.value.code == code


def test_the_second_acknowledgement_is_told_that_it_is_settled(bench: Bench) -> None:
    id = bench.ask("announce", text="Look!", to=["lara"], priority="urgent")["id"]
    bench.ask("ack", by="lara", id=id)
    with pytest.raises(RequestError, match="settled already"):
        bench.ask("ack", by="lara", id=id)


def test_more_than_a_house_can_say_is_refused(bench: Bench) -> None:
    for number in range(200):
        bench.ask("announce", text=f"{number}", to=["lara"])
    with pytest.raises(RequestError) as error:
        bench.ask("announce", text="one more", to=["lara"])
    assert error.value.code == "busy"


def test_all_that_waited_is_still_said_after_a_restart(bench: Bench) -> None:
    first = bench.ask("announce", text="x" * 150, to=["lara"])["id"]
    urgent = bench.ask("announce", text="Look!", to=["jor-el"], priority="urgent")["id"]
    bench.restart()
    bench.run(14)
    assert told(bench, first)[-1] == "delivered"
    assert told(bench, urgent)[-1] in ("repeated", "delivered")
    bench.ask("ack", by="lara", id=urgent)


def test_the_same_transaction_says_it_once_even_over_a_restart(bench: Bench) -> None:
    first = bench.ask("announce", transaction="t1", text="Dinner", to=["lara"])
    assert bench.ask("announce", transaction="t1", text="Dinner", to=["lara"]) == first
    bench.restart()
    assert bench.ask("announce", transaction="t1", text="Dinner", to=["lara"]) == first
    assert len(bench.events("queued")) == 1
    bench.run(601)
    assert bench.ask("announce", transaction="t1", text="Dinner", to=["lara"]) != first


def test_a_transaction_that_is_taken_answers_nothing_else_even_over_a_restart(bench: Bench) -> None:
    bench.ask("announce", transaction="t1", text="Dinner", to=["lara"])
    bench.restart()
    with pytest.raises(RequestError, match="belongs to another request"):
        bench.ask("announce", transaction="t1", text="Supper", to=["lara"])
    assert len(bench.events("queued")) == 1


@pytest.mark.parametrize("year", [-1, 1])
def test_a_clock_that_jumps_by_a_year_changes_no_deadline(bench: Bench, year: int) -> None:
    bench.ask("announce", text="x" * 150, to=["lara"])
    bench.jump(year * 365 * 86_400)
    bench.run(9.9)
    assert bench.notices == [
        f"The clock jumped 365 days {'ahead' if year > 0 else 'back'}: quiet hours go by it, and all that was to come "
        "after some time still comes after that time."
    ]
    assert not bench.events("delivered")
    bench.run(0.2)
    assert bench.events("delivered")


def test_hours_that_pass_at_once_in_a_day_that_is_played_are_no_jump_of_the_clock(bench: Bench) -> None:
    bench.jump(3 * 3600)
    bench.keeper.pass_hours(3 * 3600)
    bench.run(5)
    assert bench.notices == []


def test_every_event_of_it_has_the_requests_transaction_and_its_cause(bench: Bench) -> None:
    bench.ask("announce", transaction="t9", text="Look!", to=["jor-el"], priority="urgent")
    bench.run(30)
    events = bench.events(subject="announcement")
    assert {event["transaction"] for event in events} == {"t9"}
    assert {event["cause"] for event in bench.events("escalated")} == {bench.events("queued")[0]["event_id"]}
