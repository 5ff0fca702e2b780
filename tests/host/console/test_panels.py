"""Every panel, made from what a house tells: what a person reads there, and that nothing told becomes markup."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from host.console.house_told import BODY, NOW, a_house, later, tell
from kelex_host.bridge.now import Now
from kelex_host.console.flashing import Flashing
from kelex_host.console.model import Model
from kelex_host.console.skeleton import bones_of
from kelex_host.console.views.panels import PANELS, Look, Sight
from kelex_host.console.views.timeline import why
from kelex_host.hardware.board import parse

BOARD = Path(__file__).parents[3] / "hardware/board.toml"
EVIL = "<script>alert(1)</script>"
INFO = {
    "simulated": True,
    "drones": ["kelex"],
    "configuration": {
        "room": [{"id": "study"}, {"id": "nursery"}],
        "member": [
            {"id": "jor-el", "name": "Jor-El", "role": "owner"},
            {"id": "kal-el", "name": "Kal-El", "role": "infant"},
        ],
        "drone": [{"id": "kelex", "room": "nursery"}],
        "contact": [{"id": "dru-zod"}],
    },
}
MEMBERS = {
    "members": [
        {"id": "jor-el", "name": "Jor-El", "role": "owner", "room": "study"},
        {"id": "kal-el", "name": "Kal-El", "role": "infant", "room": "nursery"},
    ]
}
SENSES = {"temperature": 21.5, "humidity": 44.0, "light": 180, "range": None, "presence": True, "faults": ["range"]}


@pytest.fixture
def house() -> Model:
    model = a_house()
    tell(model, "house/info", INFO)
    tell(model, "house/members", MEMBERS)
    tell(model, "house/nursery", {"infant": "awake", "crying": False})
    tell(model, "drone/kelex/senses", SENSES)
    return model


def panel(model: Model, name: str, now: Now = NOW, flashing: Flashing | None = None, **look: Any) -> str:
    return PANELS[name].make(Sight(model, Look("kelex", **look), now, [12.0, 14.0], flashing or Flashing()))


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).strip()


@pytest.mark.parametrize("name", PANELS)
def test_a_panel_is_there_before_anything_was_told(name: str) -> None:
    assert isinstance(panel(Model("kelex", ["kelex"]), name), str)


@pytest.mark.parametrize("name", PANELS)
def test_a_panel_depends_on_nothing_that_changes_by_itself_within_a_moment(house: Model, name: str) -> None:
    sight = Sight(house, Look("kelex"), NOW, [], Flashing())
    assert PANELS[name].depends(sight) == PANELS[name].depends(sight)


def test_a_room_shows_who_is_in_it_and_its_air_as_the_drone_there_senses_it(house: Model) -> None:
    shown = text(panel(house, "household"))
    assert "Nursery 21.5 °C 44 % · 180 lx Kal-El awake Kelex" in shown
    assert "Study no sensor here Jor-El" in shown


def test_the_air_of_other_rooms_is_that_of_the_simulated_house(house: Model) -> None:
    rooms = {"study": {"celsius": 19.0, "humidity": 40.0, "lux": 100.0}, "nursery": {"celsius": 5.0}}
    tell(house, "world/response/truth", {"data": {"rooms": rooms}})
    shown = text(panel(house, "household"))
    assert "Study 19.0 °C" in shown
    assert "Nursery 21.5 °C" in shown


def test_air_that_is_not_sensed_any_more_is_as_old_as_it_is(house: Model) -> None:
    tell(house, "drone/kelex/availability", "offline")
    shown = panel(house, "household", later(20))
    assert "Nursery 21.5 °C 44 % · 180 lx 20 s old" in text(shown)
    assert "k-past" in shown


def test_quiet_by_hand_can_be_ended_and_else_begun(house: Model) -> None:
    tell(house, "house/mode", {"quiet": True, "quiet_causes": ["infant_asleep"]})
    assert "Quiet on" in text(panel(house, "household"))
    tell(house, "house/mode", {"quiet": True, "quiet_causes": ["infant_asleep", "hand"]})
    assert "Quiet off" in text(panel(house, "household"))
    assert "Quiet on" not in text(panel(house, "household"))


def test_an_infant_that_cries_is_seen_to(house: Model) -> None:
    tell(house, "house/nursery", {"infant": "awake", "crying": True})
    tell(house, "house/alerts/cry", {"id": "cry", "text": "Kal-El cries.", "severity": "severe"})
    shown = text(panel(house, "household"))
    assert "Kal-El crying" in shown
    assert "Kal-El cries." in shown


def test_an_announcement_can_be_acknowledged_and_is_there_once(house: Model) -> None:
    one = {"id": "a1", "text": "Kal-El cries.", "priority": "urgent", "status": "waiting", "address": "Sir"}
    tell(house, "house/announcements", {"current": one, "queue": [], "unacknowledged": [one]})
    html = panel(house, "tidings")
    assert html.count("Kal-El cries.") == 1
    assert "&quot;verb&quot;:&quot;ack&quot;,&quot;fields&quot;:{&quot;id&quot;:&quot;a1&quot;}" in html


def test_a_visitor_can_be_let_in_until_he_is_answered(house: Model) -> None:
    council = {"visitor_id": "v1", "who": "Council", "reason": "General Zod"}
    tell(house, "house/visitors", {"waiting": [council]}, retained=True)
    assert "Council is at the door General Zod" in text(panel(house, "tidings"))
    assert "&quot;verb&quot;:&quot;accept&quot;,&quot;fields&quot;:{&quot;visitor_id&quot;:&quot;v1&quot;}" in panel(
        house, "tidings"
    )
    tell(house, "house/visitors", {"waiting": []})
    assert "Council" not in panel(house, "tidings")


def test_a_project_shows_how_much_of_it_is_done(house: Model) -> None:
    ship = {"title": "The ship", "status": "building", "progress": 0.5, "steps_done": ["a"], "steps_left": ["b"]}
    tell(house, "house/projects/ship", {**ship, "to_buy": {"plate": 2}})
    shown = text(panel(house, "tidings"))
    assert "The ship building · 1 of 2 steps lacking: 2 plate" in shown


def test_the_timeline_shows_what_fits_the_filter(house: Model) -> None:
    tell(house, "house/event/nursery", {"event_id": "e1", "event_type": "woke", "severity": "info"})
    tell(house, "drone/kelex/event/body", {"event_id": "e2", "event_type": "move_done", "severity": "info"})
    assert "nursery: woke" in text(panel(house, "timeline"))
    assert "woke" not in panel(house, "timeline", words="move done")
    assert "Nothing yet" in panel(house, "timeline", least="severe")


def test_why_tells_the_chain_and_its_rules() -> None:
    chain = [{"what": "announcement/queued", "rule": "news of that severity is announced", "data": {"text": "Zod"}}]
    assert "announcement: queued text Zod because of: news of that severity" in text(why({"chain": chain}))


def test_a_faulty_channel_is_said_to_be_faulty_and_old_ones_say_how_old(house: Model) -> None:
    assert "Range faulty" in text(panel(house, "senses"))
    assert "old" not in text(panel(house, "senses"))
    assert "60 s old" in text(panel(house, "senses", later(60)))


def test_levers_are_there_only_with_a_simulated_house_and_know_its_people(house: Model) -> None:
    html = panel(house, "world")
    assert 'data-verb="cry"' in html
    assert 'data-verb="truth"' not in html
    assert '<option value="kal-el">' in html
    tell(house, "house/info", {**INFO, "simulated": False})
    assert panel(house, "world") == ""


def test_how_fast_time_runs_is_a_lever_where_it_can_be_changed_and_else_the_page_says_what_it_takes(
    house: Model,
) -> None:
    assert "begin the house with `kelex up --speed 10`" in text(panel(house, "world"))
    assert 'data-verb="speed"' not in panel(house, "world")
    tell(house, "house/info", {**INFO, "speed": 120.0})
    assert "at 120 times our pace" in text(panel(house, "world"))
    assert 'data-verb="speed"' in panel(house, "world")


def test_what_he_keeps_of_his_body_is_asked_for_and_then_shown_with_what_changes_it(house: Model) -> None:
    assert "&quot;verb&quot;:&quot;calibration&quot;" in panel(house, "calibration")
    kept = {
        "joints": {"head_pan": {"trim": 2.5, "low": -90.0, "high": 90.0}},
        "offsets": {"temperature": -1.5, "humidity": 0.0, "range_mm": 4},
    }
    html = panel(house, "calibration", calibration={"kelex": kept})
    assert "Head pan +2.5°, from -90° to 90°" in text(html)
    assert "Temperature -1.5 °C" in text(html)
    assert 'data-scope="drone" data-verb="calibrate"' in html
    assert 'data-scope="drone" data-verb="offset"' in html


def test_calibration_leads_from_joint_to_joint_and_shows_how_far_it_is(house: Model) -> None:
    bones = bones_of(parse(BOARD.read_text("utf-8")).joints)
    kept = {bone.joint: {"trim": 2.5, "low": -90.0, "high": 90.0} for bone in bones}
    known = {"kelex": {"joints": kept, "offsets": {}}}

    def shown(*measured: str) -> str:
        look = Look("kelex", calibration=known, measured=measured)
        return PANELS["calibration"].make(Sight(house, look, NOW, [], Flashing(), bones))

    first, second, *_ = (bone.joint for bone in bones)
    html = shown()
    assert f"Joint 1 of 8: {first.replace('_', ' ')}" in text(html)
    assert "&quot;trim&quot;:2.75" in html
    assert f"Joint 2 of 8: {second.replace('_', ' ')}" in text(shown(first))
    assert 'max="8" value="1"' in shown(first)
    html = shown(*kept)
    assert "Every joint is calibrated" in text(html)
    assert 'max="8" value="8"' in html


def test_what_is_gone_is_said_with_its_age_and_with_what_is_the_matter(house: Model) -> None:
    assert "k-trouble" not in panel(house, "status")
    tell(house, "drone/kelex/availability", "offline")
    assert "kelex is offline: what you see is 9 s old" in text(panel(house, "status", later(9)))
    house.broker_lost("No broker answers at 127.0.0.1:1883.")
    shown = text(panel(house, "status", later(12)))
    assert "No broker answers at 127.0.0.1:1883. The house is offline: what you see is 12 s old." in shown


def test_nothing_that_a_house_tells_becomes_markup(house: Model) -> None:
    tell(house, "house/alerts/x", {"id": EVIL, "text": EVIL, "severity": EVIL, "time": EVIL})
    tell(house, "house/projects/x", {"title": EVIL, "variant": EVIL, "status": EVIL, "to_buy": {EVIL: EVIL}})
    tell(house, "house/announcements", {"current": {"id": EVIL, "text": EVIL, "priority": EVIL, "status": EVIL}})
    tell(house, "house/calls", {"current": {"call_id": EVIL, "contact": EVIL, "state": EVIL}})
    tell(house, "house/visitors", {"waiting": [{"visitor_id": EVIL, "who": EVIL, "reason": EVIL}, EVIL]})
    tell(house, "house/mode", {"quiet": True, "quiet_causes": [EVIL], "evacuation": EVIL})
    tell(house, "house/members", {"members": [{"id": EVIL, "name": EVIL, "room": "study", "role": EVIL}]})
    tell(house, "house/health", {"queued": EVIL, "drones": {EVIL: {"identity": EVIL, "link": {EVIL: EVIL}}}})
    tell(house, "house/event/x", {"event_id": EVIL, "event_type": EVIL, "severity": EVIL, EVIL: EVIL, "time": EVIL})
    tell(house, "drone/kelex/body", {**BODY, "pose": EVIL, "gesture": EVIL})
    tell(house, "drone/kelex/senses", {"temperature": EVIL, "sound": [EVIL]})
    configuration = {"room": [{"id": EVIL}], "member": [{"id": EVIL, "name": EVIL}], "contact": [{"id": EVIL}]}
    tell(house, "house/info", {**INFO, "configuration": configuration})
    for name in PANELS:
        assert "<script" not in panel(house, name), name
    assert "<script" not in why({"chain": [{"what": EVIL, "rule": EVIL, "data": {EVIL: EVIL}, "time": EVIL}]})


def test_an_update_shows_what_is_said_and_how_far_it_is_and_no_button_to_begin_another(house: Model) -> None:
    flashing = Flashing()
    assert panel(house, "firmware", flashing=flashing).count("disabled") == 3  # no key is unlocked
    assert "disabled" not in panel(house, "firmware", flashing=flashing, unlocked="jor-el")
    flashing.start("kelex")
    flashing.begin("sending", 400)
    flashing.advance(100)
    shown = panel(house, "firmware", flashing=flashing, unlocked="jor-el")
    assert 'value="100" max="400"' in shown
    assert "25 %" in shown
    assert "<button" not in shown
    flashing.finish("Kelex 1 runs, and is well.")
    shown = panel(house, "firmware", flashing=flashing, unlocked="jor-el")
    assert "Kelex 1 runs, and is well." in shown
    assert "<progress" not in shown


def test_what_a_board_says_while_it_is_updated_is_no_markup(house: Model) -> None:
    flashing = Flashing()
    flashing.start("kelex")
    flashing.say(EVIL)
    assert EVIL not in panel(house, "firmware", flashing=flashing)
