"""The body's geometry, against where a person with a ruler would find the tips."""

from __future__ import annotations

from pathlib import Path

import pytest
from kelex_host.console.figure import shells
from kelex_host.console.skeleton import Bone, bones_of, tips
from kelex_host.hardware.board import parse

BONES = bones_of(parse((Path(__file__).parents[3] / "hardware" / "board.toml").read_text("utf-8")).joints)


def test_every_joint_stands_behind_what_it_hangs_on() -> None:
    seen = [""]
    for bone in BONES:
        assert bone.parent in seen
        seen.append(bone.joint)
    assert len(BONES) == 8


def test_an_arm_straight_forward_reaches_as_far_as_its_links_are_long() -> None:
    assert tips(BONES, {})["left_gripper"] == pytest.approx((70 + 60 + 45, 55, 140))


def test_a_shoulder_turned_up_lifts_the_arm_straight_up() -> None:
    assert tips(BONES, {"right_shoulder": 90})["right_gripper"] == pytest.approx((0, -55, 140 + 175))


def test_an_elbow_turned_up_lifts_the_forearm_alone() -> None:
    assert tips(BONES, {"left_elbow": 90})["left_gripper"] == pytest.approx((70, 55, 140 + 105))


def test_a_head_turned_to_his_left_looks_to_his_left() -> None:
    ends = tips(BONES, {"head_pan": 90, "head_tilt": 0})
    assert ends["head_tilt"] == pytest.approx((0, 20, 180 + 35))


def test_a_head_tilted_up_looks_up() -> None:
    x, _, z = tips(BONES, {"head_tilt": 45})["head_tilt"]
    assert x > 0
    assert z > 180 + 35


def test_joints_in_a_circle_are_left_out_rather_than_waited_for() -> None:
    assert bones_of([]) == ()
    circle = parse(
        (Path(__file__).parents[3] / "hardware" / "board.toml")
        .read_text("utf-8")
        .replace('parent = "left_shoulder"', 'parent = "left_gripper"')
    ).joints
    assert {bone.joint for bone in bones_of(circle)} == {bone.joint for bone in BONES} - {"left_elbow", "left_gripper"}


def test_every_part_of_the_figure_hangs_on_a_joint_that_there_is() -> None:
    joints = {bone.joint for bone in BONES} | {""}
    assert {part.joint.partition("/")[0] for part in shells(BONES)} == joints


def test_a_bone_is_a_plain_value() -> None:
    assert isinstance(BONES[0], Bone)
