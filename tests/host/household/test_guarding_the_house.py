"""Visitors, hazards, evacuation and lockdown, in virtual time."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations, product

import pytest
from host.household.bench import Bench
from kelex_host.bridge.requests import RequestError
from kelex_host.household.evacuation import INTERLOCKS


def code_of(bench: Bench, verb: str, **fields: object) -> str:
    """The code with which a request is refused."""
    with pytest.raises(RequestError) as error:
        bench.ask(verb, **fields)
    return error.value.code


def said(bench: Bench) -> list[str]:
    return [event["text"] for event in bench.events("queued")]


def test_a_summons_reaches_its_member_and_is_accepted(bench: Bench) -> None:
    data = bench.ask(
        "visitor", who="The Council", reason="It's about General Zod!", urgency="urgent", **{"for": "jor-el"}
    )
    queued = bench.events("queued")[0]
    assert queued["text"] == "The Council wants to see you: It's about General Zod!"
    assert (queued["to"], queued["priority"]) == (["jor-el"], "urgent")
    bench.restart()
    (waiting,) = bench.document("visitors")["waiting"]
    assert waiting["visitor_id"] == data["visitor_id"]
    assert (waiting["who"], waiting["reason"]) == ("The Council", "It's about General Zod!")
    bench.ask("accept", visitor_id=data["visitor_id"], by="jor-el")
    assert bench.types("visitor") == ["arrived", "announced", "accepted"]
    assert bench.types("announcement")[-1] == "acknowledged"
    assert bench.document("visitors") == {"waiting": []}
    assert code_of(bench, "decline", visitor_id=data["visitor_id"], by="jor-el") == "unknown_id"


def test_who_is_not_answered_goes(bench: Bench) -> None:
    bench.ask("visitor", who="Somebody")
    bench.run(700)
    assert bench.types("visitor") == ["arrived", "announced", "expired"]


def test_a_ring_is_a_visitor_and_a_second_ring_the_same_one(bench: Bench) -> None:
    bench.drone_event("doorbell", "pressed")
    bench.run(5)
    bench.drone_event("doorbell", "pressed")
    assert bench.types("visitor") == ["arrived", "announced"]
    bench.run(60)
    bench.drone_event("doorbell", "pressed")
    assert bench.types("visitor").count("arrived") == 2


def test_a_visitor_for_nobody_we_know(bench: Bench) -> None:
    assert code_of(bench, "visitor", who="X", **{"for": "zod"}) == "unknown_member"


def test_a_hazard_by_hand_is_told_and_cleared_by_hand_alone(bench: Bench) -> None:
    bench.ask("hazard", kind="gas", level="severe", room="hall")
    assert said(bench) == ["Hazard: gas in the hall, severe."]
    assert bench.document("alerts/hazard-gas")["severity"] == "severe"
    bench.ask("hazard", kind="gas", level="none")
    assert bench.types("hazard") == ["raised", "cleared"]
    assert bench.document("alerts/hazard-gas") is None
    assert code_of(bench, "hazard", kind="gas", level="none") == "unknown_id"
    assert code_of(bench, "hazard", kind="gas", level="minor", room="cellar") == "unknown_room"


def still_told(bench: Bench) -> list[str]:
    return [one.text for one in bench.keeper._house.state.announcements.values()]


def test_what_is_told_of_a_hazard_is_as_it_is_now_and_nothing_once_it_is_over(bench: Bench) -> None:
    bench.ask("announce", text="Hazard: gas drill tomorrow.", to="jor-el", priority="urgent")
    bench.ask("hazard", kind="gas", level="severe", room="hall")
    bench.ask("hazard", kind="gas", level="extreme", room="hall")
    assert still_told(bench) == ["Hazard: gas drill tomorrow.", "Hazard: gas in the hall, extreme."]
    bench.ask("hazard", kind="gas", level="none")
    assert still_told(bench) == ["Hazard: gas drill tomorrow."]


def test_a_flat_battery_is_a_hazard_until_it_is_charged_well(bench: Bench) -> None:
    for level in (40.0, 14.0, 16.0, 13.0):
        bench.senses(battery_level=level)
    bench.run(30)
    bench.senses(battery_level=20.0)
    assert bench.types("hazard") == ["raised"]
    bench.senses(battery_level=30.0)
    assert bench.types("hazard") == ["raised", "cleared"]


def test_nothing_is_launched_while_an_interlock_is_open_in_whatever_order(make: Callable[..., Bench]) -> None:
    bench = make()
    bench.ask("evacuate", action="begin")
    for order in permutations(("launch", *INTERLOCKS)):
        for item in order[: order.index("launch")]:
            bench.ask("evacuate", action="check", item=item)
        ready = order[-1] == "launch"
        if ready:
            assert bench.ask("evacuate", action="launch")["stage"] == "launched"
            assert code_of(bench, "evacuate", action="abort") == "not_allowed"
        else:
            assert code_of(bench, "evacuate", action="launch") == "not_allowed"
            assert bench.events("launch_refused")[-1]["open"] == [
                item for item in INTERLOCKS if item in order[order.index("launch") :]]  # fmt: skip
            bench.ask("evacuate", action="abort")
        bench.ask("evacuate", action="begin")


DEEDS = ("infant", "crystal", "hatch", "opened", "closed", "abort", "begin", "launch")


@pytest.mark.parametrize("first", DEEDS)
def test_no_sequence_of_events_launches_with_an_open_interlock(first: str) -> None:
    for rest in product(DEEDS, repeat=3):
        bench = Bench()
        bench.ask("evacuate", action="begin")
        begun, closed, door_open = True, set(), False
        for deed in (first, *rest, "launch"):
            try:
                if deed in INTERLOCKS:
                    bench.ask("evacuate", action="check", item=deed)
                    assert begun
                    assert not (deed == "hatch" and door_open)
                    closed.add(deed)
                elif deed in ("opened", "closed"):
                    bench.drone_event("door", deed)
                    door_open = deed == "opened"
                    closed -= {"hatch"} if door_open else set()
                else:
                    bench.ask("evacuate", action=deed)
                    if deed == "launch":
                        assert begun
                        assert closed == set(INTERLOCKS)
                    begun = deed == "begin"
                    closed = set() if deed != "launch" else closed
            except RequestError:
                continue


def test_an_evacuation_survives_a_restart(bench: Bench) -> None:
    bench.ask("evacuate", action="begin")
    bench.ask("evacuate", action="check", item="infant")
    bench.restart()
    assert bench.document("mode")["evacuation"] == "begun"
    assert bench.ask("evacuate", action="check", item="hatch")["open"] == ["crystal"]


def test_lockdown_puts_arms_to_rest_tells_everyone_and_is_told_to_a_drone_that_comes_back(bench: Bench) -> None:
    bench.online()
    bench.ask("lockdown", on=True, reason="a hostile drone", signed_by="lara")
    assert bench.document("mode")["lockdown"]
    bench.run(2)
    assert bench.orders("pose", "gesture") == [("pose", {"name": "safe"})], "and no gesture leads it out of that pose"
    assert said(bench) == ["The house is locked down: a hostile drone."]
    assert bench.events("locked")[0]["by"] == "lara"
    bench.offline()
    bench.online()
    assert len(bench.orders("pose")) == 2
    bench.restart()
    assert bench.document("mode")["lockdown"]
    assert bench.document("alerts/lockdown")
    bench.ask("lockdown", on=False, signed_by="jor-el")
    assert not bench.document("mode")["lockdown"]
    assert bench.document("alerts/lockdown") is None


def test_a_lockdown_is_told_as_it_is_now_and_no_more_once_it_is_lifted(bench: Bench) -> None:
    bench.ask("announce", text="The house is locked down: on Sundays.", to="jor-el", priority="urgent")
    bench.ask("lockdown", on=True, reason="a drill", signed_by="lara")
    bench.ask("lockdown", on=True, reason="a hostile drone", signed_by="lara")
    theirs, ours = "The house is locked down: on Sundays.", "The house is locked down: a hostile drone."
    assert still_told(bench) == [theirs, ours]
    bench.ask("lockdown", on=False, signed_by="jor-el")
    assert still_told(bench) == [theirs]


@pytest.mark.parametrize("sensor", ["presence", "range"])
def test_an_approach_to_an_empty_house_locks_it_where_that_is_configured(
    make: Callable[..., Bench], sensor: str
) -> None:
    for configured in (False, True):
        bench = make({"lockdown": {"when_away": configured}})
        for somebody_at_home in (True, False):
            if not somebody_at_home:
                for member in ("jor-el", "lara", "kal-el"):
                    bench.ask("presence", member=member, room=None)
            if sensor == "presence":
                bench.drone_event("presence", "detected")
            else:
                bench.senses(range=500)
                bench.senses(range=400)
            assert bench.types("lockdown") == (["locked"] if configured and not somebody_at_home else [])
