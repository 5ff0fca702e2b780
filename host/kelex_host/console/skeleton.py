"""The body's joints as a tree of turning points, from `hardware/board.toml`: the forward kinematics of the page.

x is forward, y to his left, z up; lengths in millimetres, angles in degrees. A joint's turning point lies at `mount_mm`
of its parent's, and what hangs on it turns about `axis` of that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import cos, radians, sin

from kelex_host.hardware.board import Joint

Vector = tuple[float, float, float]
Matrix = tuple[Vector, Vector, Vector]

# "Up" is positive for what turns about y (see board.toml's `positive`), and by the right-hand rule it is negative.
SIGN = {"x": 1, "y": -1, "z": 1}
IDENTITY: Matrix = ((1, 0, 0), (0, 1, 0), (0, 0, 1))


@dataclass(frozen=True, slots=True)
class Bone:
    """One joint with what hangs on it. `parent` is empty for those that sit on the trunk.

    `zero` and `positive` say in words how it is at 0 degrees, and where more degrees lead.
    """

    joint: str
    parent: str
    axis: str
    mount_mm: Vector
    link_mm: float
    low: float
    high: float
    zero: str = ""
    positive: str = ""


def bones_of(joints: Iterable[Joint]) -> tuple[Bone, ...]:
    """The bones, each behind its parent."""
    left = {
        joint.joint: Bone(
            joint.joint,
            joint.parent,
            joint.axis,
            (joint.mount_mm[0], joint.mount_mm[1], joint.mount_mm[2]),
            joint.link_mm,
            joint.low,
            joint.high,
            joint.zero,
            joint.positive,
        )
        for joint in joints
    }
    ordered: dict[str, Bone] = {}
    while left:
        ready = [bone for bone in left.values() if not bone.parent or bone.parent in ordered]
        if not ready:
            break  # a circle: `kelex hardware check` says so, and the page shows the rest
        for bone in ready:
            ordered[bone.joint] = left.pop(bone.joint)
    return tuple(ordered.values())


def rotation(axis: str, degrees: float) -> Matrix:
    """The rotation of a joint about its axis, by its own sense of positive."""
    c, s = cos(radians(SIGN[axis] * degrees)), sin(radians(SIGN[axis] * degrees))
    if axis == "x":
        return ((1, 0, 0), (0, c, -s), (0, s, c))
    if axis == "y":
        return ((c, 0, s), (0, 1, 0), (-s, 0, c))
    return ((c, -s, 0), (s, c, 0), (0, 0, 1))


def tips(bones: Iterable[Bone], angles: Mapping[str, float]) -> dict[str, Vector]:
    """Where the end of each link is, from the middle of the trunk's base."""
    frames: dict[str, tuple[Vector, Matrix]] = {"": ((0.0, 0.0, 0.0), IDENTITY)}
    ends: dict[str, Vector] = {}
    for bone in bones:
        origin, turned = frames[bone.parent]
        origin = _add(origin, _apply(turned, bone.mount_mm))
        turned = _multiply(turned, rotation(bone.axis, angles.get(bone.joint, 0.0)))
        frames[bone.joint] = origin, turned
        # The head's neck stands up; every other link goes forward at 0 degrees.
        link = (0.0, 0.0, bone.link_mm) if bone.joint == "head_pan" else (bone.link_mm, 0.0, 0.0)
        ends[bone.joint] = _add(origin, _apply(turned, link))
    return ends


def _apply(matrix: Matrix, vector: Vector) -> Vector:
    x, y, z = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return x, y, z


def _multiply(a: Matrix, b: Matrix) -> Matrix:
    columns = tuple(zip(*b, strict=True))
    first, second, third = ((_dot(row, columns[0]), _dot(row, columns[1]), _dot(row, columns[2])) for row in a)
    return first, second, third


def _dot(a: Vector, b: tuple[float, ...]) -> float:
    return sum(one * other for one, other in zip(a, b, strict=True))


def _add(a: Vector, b: Vector) -> Vector:
    return a[0] + b[0], a[1] + b[1], a[2] + b[2]
