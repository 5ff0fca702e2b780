"""The holo-phone with its simulated contacts, in virtual time."""

from __future__ import annotations

import pytest
from host.household.bench import Bench
from kelex_host.bridge.requests import RequestError


def call(bench: Bench, to: str = "Dru Zott", by: str = "jor-el") -> str:
    data = bench.ask("call", to=to, by=by)
    assert data["contact"] == "dru-zod"
    return str(data["call_id"])


def code_of(bench: Bench, verb: str, **fields: object) -> str:
    with pytest.raises(RequestError) as error:
        bench.ask(verb, **fields)
    return error.value.code


@pytest.mark.parametrize("name", ["Dru-Zod", "dru zod", "Dru Zott", "General Zod", "druzod"])
def test_a_misspelt_name_reaches_the_contact_who_answers(bench: Bench, name: str) -> None:
    call(bench, name)
    bench.run(3)
    assert bench.types("call") == ["dialling", "ringing", "active"]
    assert bench.events("active")[0]["by"] == "dru-zod"


def test_a_name_that_could_be_anybody_is_asked(bench: Bench) -> None:
    with pytest.raises(RequestError, match=r"General Dru-Zod"):
        bench.ask("call", to="Brainiac", by="jor-el")
    assert bench.types("call") == []


@pytest.mark.parametrize(("behaviour", "told", "by"), [
    ("refuse", ["dialling", "ringing", "refused"], "dru-zod"),
    ("silent", ["dialling", "ringing", "failed"], "jor-el"),
    ("hangup", ["dialling", "ringing", "active", "ended"], "dru-zod"),
])  # fmt: skip
def test_what_the_other_side_does_is_told(bench: Bench, behaviour: str, told: list[str], by: str) -> None:
    bench.keeper.seen(bench.now, "contact", {"contact": "dru-zod", "behaviour": behaviour, "after_s": 1.0})
    call(bench)
    bench.run(120)
    assert bench.types("call") == told
    log = bench.document("calls")
    assert log["current"] is None
    assert (log["log"][-1]["state"], log["log"][-1]["by"]) == (told[-1], by)


def test_one_call_at_a_time_and_we_may_hang_up(bench: Bench) -> None:
    id = call(bench)
    assert code_of(bench, "call", to="dru-zod", by="lara") == "busy"
    bench.run(3)
    bench.ask("hangup", call_id=id, by="jor-el")
    assert bench.types("call")[-1] == "ended"
    assert code_of(bench, "hangup", call_id=id, by="jor-el") == "unknown_id"
    bench.run(60)
    assert bench.types("call").count("ended") == 1
    call(bench)


def test_a_program_may_speak_for_the_contact(bench: Bench) -> None:
    bench.keeper.seen(bench.now, "contact", {"contact": "dru-zod", "behaviour": "silent", "after_s": 1.0})
    id = call(bench)
    assert code_of(bench, "answer", call_id=id, by="lara") == "not_allowed"
    assert code_of(bench, "answer", call_id=id, by="zod") == "unknown_member"
    bench.ask("answer", call_id=id, by="dru-zod")
    bench.ask("hangup", call_id=id, by="dru-zod")
    assert [(event["event_type"], event["by"]) for event in bench.events("active", "ended")] == [
        ("active", "dru-zod"), ("ended", "dru-zod")]  # fmt: skip


def test_a_call_that_comes_in_is_told_and_answered(bench: Bench) -> None:
    bench.keeper.called(bench.now, bench.phone.call_in(bench.now.mono_s, "in-1", "dru-zod"))
    bench.pump()
    assert bench.events("queued")[0]["text"] == "General Dru-Zod calls."
    bench.ask("answer", call_id="in-1", by="lara")
    assert bench.types("call") == ["ringing", "active"]
