"""The figure: what hangs on the skeleton, as turned profiles. Its measures follow from the bones' lengths.

A `Shell` is a profile of (radius, height) points turned about an axis of its joint: `along` z it stands up, along x it
lies forward, with the height counted from `at_mm`. `squash` narrows it sideways (x, y, z), so that a circle becomes an
oval. `look` names the material; `static/figure.js` knows what each is in light and in dark.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, pi, sin

from kelex_host.console.skeleton import Bone, Vector

Profile = tuple[tuple[float, float], ...]
NO_SQUASH: Vector = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Shell:
    """One part. `joint` is empty for the trunk."""

    joint: str
    profile: Profile
    look: str
    at_mm: Vector = (0.0, 0.0, 0.0)
    along: str = "z"
    squash: Vector = NO_SQUASH


def ellipse(radius: float, low: float, high: float, steps: int = 24) -> Profile:
    """An oval from `low` to `high`, `radius` at its middle."""
    middle, half = (low + high) / 2, (high - low) / 2
    return tuple((radius * sin(pi * i / steps), middle - half * cos(pi * i / steps)) for i in range(steps + 1))


def capsule(radius: float, end_radius: float, length: float, steps: int = 8) -> Profile:
    """A rod from 0 to `length` with round ends, `radius` here and `end_radius` there."""
    here = [(radius * sin(pi / 2 * i / steps), -radius * cos(pi / 2 * i / steps)) for i in range(steps + 1)]
    there = [
        (end_radius * cos(pi / 2 * i / steps), length + end_radius * sin(pi / 2 * i / steps)) for i in range(steps + 1)
    ]
    return (*here, *there)


def ring(radius: float, thickness: float, height: float, steps: int = 12) -> Profile:
    """A torus, or a hoop of an oval section, about the axis at `height`."""
    return tuple(
        (radius + thickness * cos(2 * pi * i / steps), height + thickness * sin(2 * pi * i / steps))
        for i in range(steps + 1)
    )


def trunk(bones: dict[str, Bone]) -> Iterator[Shell]:
    """The body: a tall shell that narrows to the drive it hovers on."""
    neck = bones["head_pan"].mount_mm[2]
    shoulder = bones["left_shoulder"].mount_mm
    wide = shoulder[1] - 15
    yield Shell("", _trunk_profile(neck, wide), "shell", squash=(0.86, 1, 1))
    yield Shell("", ring(wide * 0.985, 1.6, shoulder[2] - 34), "trim", squash=(0.86, 1, 1))
    yield Shell("", ring(wide * 0.60, 1.4, 26), "trim", squash=(0.86, 1, 1))
    yield Shell("", ring(wide * 0.44, 3.2, neck - 9), "trim")
    yield Shell("", ellipse(wide * 0.36, -14, 14), "drive", squash=(0.86, 1, 1))
    yield Shell("", ((0, -13), (wide * 0.30, -12), (wide * 0.62, -58), (wide * 0.62, -58)), "plume")
    for side in (1, -1):
        yield Shell("", ellipse(21, -19, 19), "shell", at_mm=(0, side * (shoulder[1] - 8), shoulder[2]), along="y")
        yield Shell("", ring(19, 1.5, 0), "trim", at_mm=(0, side * (shoulder[1] - 3), shoulder[2]), along="y")
    # The projector of the holo-disk sits on his chest.
    chest = wide * 0.86 * 0.90
    yield Shell("", ((0, 0), (13, 0), (13, 2), (10, 3.2), (0, 3.2)), "trim", (chest, 0, shoulder[2] - 52), "x")
    yield Shell("", ((0, 3.3), (8.5, 3.3), (7, 5), (0, 5.6)), "lens", (chest, 0, shoulder[2] - 52), "x")
    yield Shell("", ((6, 6), (58, 128)), "beam", (chest, 0, shoulder[2] - 52), "x")
    yield Shell("", ring(58, 0.8, 128), "beam", (chest, 0, shoulder[2] - 52), "x")


def _trunk_profile(neck: float, wide: float) -> Profile:
    return (
        (0, -2), (wide * 0.36, 0), (wide * 0.52, 10), (wide * 0.68, 34), (wide * 0.84, 62), (wide * 0.96, 92),
        (wide, 112), (wide * 0.99, 126), (wide * 0.92, 142), (wide * 0.76, neck - 24), (wide * 0.52, neck - 14),
        (wide * 0.40, neck - 8), (wide * 0.36, neck),
    )  # fmt: skip


def head(bones: dict[str, Bone]) -> Iterator[Shell]:
    """Neck, dome, visor and the eye."""
    neck = bones["head_pan"].link_mm
    yield Shell("head_pan", ((0, -4), (14, -4), (12, neck * 0.5), (14, neck), (0, neck)), "joint")
    yield Shell("head_pan", ring(14.5, 1.6, 4), "trim")
    yield Shell("head_tilt", ellipse(36, -16, 58), "shell", at_mm=(2, 0, 0), squash=(1.06, 0.9, 1))
    yield Shell("head_tilt", ellipse(29, -23, 23), "visor", at_mm=(19, 0, 20), along="x", squash=(1, 0.94, 0.74))
    yield Shell("head_tilt", ring(10.5, 1.6, 0), "trim", at_mm=(41, 0, 20), along="x")
    yield Shell("head_tilt", ellipse(9, -5, 5), "eye", at_mm=(40.5, 0, 20), along="x")
    yield Shell("head_tilt", ellipse(24, -6, 6), "halo", at_mm=(40, 0, 20), along="x")
    yield Shell("head_tilt", ring(33, 1.4, 31), "trim", at_mm=(2, 0, 0), squash=(1.06, 0.9, 1))
    for side in (1, -1):
        yield Shell("head_tilt", ellipse(13, -5, 5), "trim", at_mm=(-2, side * 31, 18), along="y")
        yield Shell("head_tilt", ellipse(10, -5, 5), "joint", at_mm=(-2, side * 33, 18), along="y")


def arm(bones: dict[str, Bone], side: str) -> Iterator[Shell]:
    """Upper arm, forearm and the fingers, which `gripper` spreads."""
    upper, fore = bones[f"{side}_shoulder"].link_mm, bones[f"{side}_elbow"].link_mm
    yield Shell(f"{side}_shoulder", capsule(12, 8.5, upper), "joint", along="x")
    yield Shell(f"{side}_shoulder", ellipse(14.5, 6, upper - 8), "shell", along="x")
    yield Shell(f"{side}_elbow", ellipse(11.5, -11.5, 11.5), "trim", along="y")
    yield Shell(f"{side}_elbow", capsule(8.5, 7, fore), "joint", along="x")
    yield Shell(f"{side}_elbow", ellipse(13, 6, fore - 2), "shell", along="x")
    yield Shell(f"{side}_gripper", ellipse(9, -7, 7), "trim", along="x")
    reach = bones[f"{side}_gripper"].link_mm
    for finger in ("a", "b"):
        yield Shell(f"{side}_gripper/{finger}", capsule(4.2, 2.0, reach - 8), "joint", along="x", squash=(1, 0.8, 1.25))


def shells(bones: tuple[Bone, ...]) -> list[Shell]:
    """The whole figure. A gripper's two fingers, `/a` and `/b`, turn against each other by half its angle."""
    by_name = {bone.joint: bone for bone in bones}
    return [*trunk(by_name), *head(by_name), *arm(by_name, "left"), *arm(by_name, "right")]
