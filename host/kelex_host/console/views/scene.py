"""The 3D scene: the figure twice, as it is and, as a ghost, as it is ordered to be. `static/figure.js` moves both."""

from __future__ import annotations

from math import pi
from pathlib import Path
from typing import Any

from nicegui import ui
from nicegui.elements.scene.scene_object3d import Object3D

from kelex_host.console.figure import Shell, shells
from kelex_host.console.skeleton import Bone

STATIC = Path(__file__).parents[1] / "static"
UNITS_PER_MM = 0.01
LIFT = 0.95
# A ghost needs no eye and no light.
SOLID = ("shell", "joint", "trim", "visor")


class Lathe(Object3D, component=STATIC / "lathe.js"):
    """A turned part: points of radius and height, in units of the scene."""

    def __init__(self, profile: list[list[float]]) -> None:
        super().__init__(profile)


def scene(bones: tuple[Bone, ...]) -> Any:
    """The scene's element, with everything in it."""
    view = ui.scene(
        grid=False,
        fps=30,
        background_color="#000000",
        camera=ui.scene.perspective_camera(fov=34, near=0.1, far=60),
        click_events=[],
    )
    view.move_camera(5.9, 2.7, 2.9, 0, 0, 2.05, duration=0)
    parts = shells(bones)
    with view:
        for name, prefix in (("body", "joint"), ("ghost", "aim")):
            # Not seen before the figure is whole (`static/figure.js`): without a graphics card each picture costs much.
            with view.group().visible(False).with_name(name).move(0, 0, LIFT):
                _hang(view, bones, parts, "", prefix)
    return view


def _hang(view: Any, bones: tuple[Bone, ...], parts: list[Shell], joint: str, prefix: str) -> None:
    """What is on a joint (the trunk: empty), and the joints on it."""
    for part in parts:
        if part.joint == joint:
            _shell(part, prefix)
    fingers = sorted({part.joint for part in parts if part.joint.startswith(joint + "/")}) if joint else []
    for finger in fingers:
        with view.group().with_name(f"{prefix}:{joint}:{finger.rsplit('/', 1)[1]}"):
            for part in parts:
                if part.joint == finger:
                    _shell(part, prefix)
    for bone in bones:
        if bone.parent == joint:
            x, y, z = (UNITS_PER_MM * value for value in bone.mount_mm)
            # Fingers turn against each other in groups of their own; what they hang on stays.
            turning = not any(part.joint.startswith(bone.joint + "/") for part in parts)
            group = view.group().with_name(f"{prefix}:{bone.joint}" if turning else f"fixed:{bone.joint}")
            with group.move(x, y, z):
                _hang(view, bones, parts, bone.joint, prefix)


def _shell(part: Shell, prefix: str) -> None:
    if prefix == "aim" and part.look not in SOLID:
        return
    look = part.look if prefix == "joint" else "ghost"
    x, y, z = (UNITS_PER_MM * value for value in part.at_mm)
    turned = Lathe([[UNITS_PER_MM * radius, UNITS_PER_MM * height] for radius, height in part.profile])
    turned.with_name(f"look:{look}").move(x, y, z)
    if part.along == "x":
        turned.rotate(0, pi / 2, 0)
        # The squash is told in the joint's own directions, the scale in the turned part's.
        turned.scale(part.squash[2], part.squash[1], part.squash[0])
    elif part.along == "y":
        turned.rotate(-pi / 2, 0, 0)
        turned.scale(part.squash[0], part.squash[2], part.squash[1])
    else:
        turned.scale(*part.squash)
