"""What goes to a browser of the figure: only what changed."""

from __future__ import annotations

from host.console.house_told import BODY, NOW, a_house, later, tell
from kelex_host.console.pose import Pose


def test_a_new_page_gets_everything_and_then_nothing() -> None:
    model = a_house()
    pose = Pose.of(model, "kelex", NOW)
    assert pose.since(Pose())["joints"] == BODY["joints"]
    assert Pose.of(model, "kelex", NOW).since(pose) == {}


def test_one_joint_that_moves_is_all_that_is_sent() -> None:
    model = a_house()
    before = Pose.of(model, "kelex", NOW)
    tell(model, "drone/kelex/body", {**BODY, "joints": {**BODY["joints"], "head_pan": 3.0}})
    after = Pose.of(model, "kelex", NOW)
    assert after.since(before) == {"joints": {"head_pan": 3.0}, "ghost": {"head_pan": 3.0}}


def test_an_old_pose_says_that_it_is_old() -> None:
    model = a_house()
    before = Pose.of(model, "kelex", NOW)
    assert Pose.of(model, "kelex", later(60)).since(before) == {"stale": True}


def test_a_drone_that_nobody_knows_is_an_old_one_of_nothing() -> None:
    assert Pose.of(a_house(), "nobody", NOW).stale is True
