"""The director alone: what it sends, what it waits for, what it tells."""

from __future__ import annotations

import json
from typing import Any

from kelex_host.bridge.now import Now
from kelex_host.bridge.topics import Topics
from kelex_host.story.acts import At, Explain, Moment, Say, Scene, Until, Wait, ask, order
from kelex_host.story.director import Director
from kelex_host.story.outgoing import PassHours, Send

START_S = 1_700_373_600.0  # six in the morning, in UTC
EVENT = "kelex/house/event/nursery"


class Stage:
    """A director with a clock to turn, and all that it told."""

    def __init__(self, *scenes: Any, shows: tuple[str, ...] = ()) -> None:
        self.told: list[str] = []
        self.now = Now(0.0, START_S)
        moments = [Moment(f"S{i}", "A moment", scene, shows) for i, scene in enumerate(scenes, 1)]
        self.director = Director(moments, Topics("kelex"), self.told.append, self._sign, patience_s=5.0)

    def _sign(self, topic: str, fields: dict[str, Any], member: str) -> dict[str, Any]:
        return {"order": json.dumps(fields), "signed_by": member, "transaction": fields["transaction"]}

    def step(self, seconds: float = 0.0) -> list[Send | PassHours]:
        self.now = Now(self.now.mono_s + seconds, self.now.wall_s + seconds)
        return self.director.step(self.now)

    def event(self, event_type: str, **fields: Any) -> None:
        event = {"event_type": event_type, "event_id": f"house-1-{len(self.told)}-{event_type}", **fields}
        self.director.hear(self.now, EVENT, json.dumps({"time": "2023-11-19T06:00:01+00:00", **event}).encode())

    def answer(self, verb: str, number: int, **document: Any) -> None:
        payload = json.dumps({"transaction": f"story-{number}", "status": "ok", **document}).encode()
        self.director.hear(self.now, f"kelex/house/response/{verb}", payload)


def asleep() -> Scene:
    answer = yield ask("nursery", infant="asleep")
    yield Say(f"Kelex answers {answer.get('status')}.")
    came = yield Until("nursery/asleep")
    yield Say("He sleeps." if came else "He does not sleep.")


def test_a_scene_asks_hears_the_answer_and_waits_for_what_follows() -> None:
    stage = Stage(asleep)
    (sent,) = stage.step()
    assert isinstance(sent, Send)
    assert (sent.topic, json.loads(sent.payload)) == (
        "kelex/house/request/nursery",
        {"infant": "asleep", "transaction": "story-1"},
    )
    stage.event("asleep")  # it may come before the answer
    stage.answer("nursery", 1)
    stage.step()
    assert stage.director.finished
    assert [line.strip() for line in stage.told] == [
        "S1   A moment", "06:00:01  The infant sleeps.", "Kelex answers ok.", "He sleeps."]  # fmt: skip
    assert stage.director.missing == []


def test_what_never_comes_is_said_and_the_day_goes_on() -> None:
    stage = Stage(asleep)
    stage.step()
    stage.step(5.0)
    stage.step(65.0)
    assert stage.director.finished
    assert stage.director.missing == ["S1: the answer to nursery", "S1: nursery/asleep"]
    assert stage.told[-1].strip() == "He does not sleep."


def test_of_an_event_it_asks_why_and_tells_the_two_together() -> None:
    def scene() -> Scene:
        yield Wait(60)

    stage = Stage(scene)
    stage.step()
    stage.event("woke", cause="house-1-1")
    stage.event("cry_ended")
    (sent,) = stage.step()
    assert isinstance(sent, Send)
    assert sent.topic == "kelex/house/request/why"
    assert len(stage.told) == 1, "it waits for the answer, and what is behind it waits with it"
    stage.answer("why", 1, data={"chain": [{"rule": "Who cries is awake."}]})
    stage.step()
    assert [line.strip() for line in stage.told[1:]] == [
        "06:00:01  The infant is awake.",
        "because: Who cries is awake.",
        "06:00:01  The infant is calm again.",
    ]


def test_where_time_begins_to_run_faster_an_answer_has_all_the_time_anew() -> None:
    stage = Stage(asleep)
    stage.step()
    stage.director.be_patient(stage.now, 5_000.0)
    stage.step(4_000.0)
    stage.answer("nursery", 1)
    stage.step()
    stage.director.be_patient(stage.now, 5.0)
    stage.step(64.0)
    stage.event("asleep")
    stage.step()
    assert stage.director.missing == []


def test_hours_in_which_nothing_happens_are_to_be_passed() -> None:
    def scene() -> Scene:
        yield At(7, 30)
        yield Say("Breakfast.")
        yield At(5)
        yield Say("The next day.")

    stage = Stage(scene)
    assert stage.step() == [PassHours(START_S + 5400)]
    stage.step(60)
    assert stage.told[-1] != "          Breakfast."
    stage.director.hours_have_passed()
    assert stage.step(5340) == [PassHours(START_S + 23 * 3600)]
    assert stage.told[-1] == "          Breakfast."


def test_an_order_is_signed_and_an_explanation_is_told_link_by_link() -> None:
    def scene() -> Scene:
        yield order("lockdown", on=True)
        yield Explain("nursery/woke")

    stage = Stage(scene)
    (sent,) = stage.step()
    assert isinstance(sent, Send)
    assert json.loads(sent.payload)["signed_by"] == "jor-el"
    stage.event("woke")
    stage.answer("lockdown", 1)
    (sent,) = stage.step()
    assert isinstance(sent, Send)
    assert json.loads(sent.payload)["event_id"].endswith("-woke")
    chain = [
        {"what": "nursery/woke", "rule": "Who cries is awake.", "data": {}, "time": "2023-11-19T06:00:01+00:00"},
        {"what": "cry/cry_started", "rule": "It came from outside.", "data": {}, "time": "2023-11-19T06:00:00+00:00"},
    ]
    stage.answer("why", 2, data={"chain": chain})
    stage.step()
    assert "because: Who cries is awake." in stage.told[-2]
    assert "The drone hears an infant cry." in stage.told[-1]


def test_the_same_event_is_told_once_and_what_is_no_event_is_left_alone() -> None:
    def scene() -> Scene:
        yield Wait(60)

    stage = Stage(scene)
    stage.step()
    payload = json.dumps({"event_type": "woke", "event_id": "house-1-1", "time": "2023-11-19T06:00:01+00:00"}).encode()
    for said in (payload, payload, b"{oops", b"[1]", b'{"transaction": 7}'):
        stage.director.hear(stage.now, EVENT, said)
    stage.step()
    assert len(stage.told) == 2
