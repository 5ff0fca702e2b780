"""Moving him: a slider for each joint, poses, gestures, eye, tones, the holo-disk."""

from __future__ import annotations

from kelex_wire import gestures, tones
from kelex_wire.poses import POSES
from kelex_wire.schema import EYE_EFFECTS

from kelex_host.bridge.colors import COLORS
from kelex_host.console import text
from kelex_host.console.html import Markup, el, join, order
from kelex_host.console.skeleton import Bone


def controls(bones: tuple[Bone, ...]) -> Markup:
    """All of them. They never change: the sliders follow the drone by themselves (`static/page.js`)."""
    by_name = {bone.joint: bone for bone in bones}
    return join(
        el(
            "div",
            [
                _limb(limb, [by_name[joint] for joint in joints if joint in by_name])
                for limb, joints in text.LIMBS.items()
            ],
            cls="k-limbs",
        ),
        el(
            "div",
            _group(text.POSES, [order(text.words(name), "drone", "pose", {"name": name}) for name, _ in POSES]),
            _group(text.GESTURES, [order(name, "drone", "gesture", {"name": name}) for name in gestures.NAMES]),
            _group(text.EYE, [_swatch(name, color) for name, color in COLORS.items()], _effects()),
            _group(text.TONES, [order(text.words(name), "drone", "tone", {"name": name}) for name in tones.NAMES]),
            _group(
                text.HOLODISK,
                order(text.ON, "drone", "holodisk", {"on": True}),
                order(text.OFF, "drone", "holodisk", {"on": False}),
            ),
            cls="k-deeds",
        ),
    )


def _limb(name: str, bones: list[Bone]) -> Markup:
    return el("fieldset", el("legend", name), [_slider(name, bone) for bone in bones], cls="k-limb")


def _slider(limb: str, bone: Bone) -> Markup:
    label = text.JOINTS.get(bone.joint, text.words(bone.joint))
    return el(
        "label",
        el("span", label),
        el(
            "input",
            type="range",
            min=f"{bone.low:g}",
            max=f"{bone.high:g}",
            step=1,
            value=0,
            data_joint=bone.joint,
            aria_label=f"{limb}: {label}",
        ),
        el("output", "0°"),
        cls="k-joint",
    )


def _group(name: str, *children: Markup | list[Markup]) -> Markup:
    return el("div", el("h3", name), el("div", *children, cls="k-buttons"), cls="k-group")


def _swatch(name: str, color: str) -> Markup:
    return order("", "drone", "eye", {"color": name}, cls="k-swatch", style=f"--c:{color}", title=name, aria_label=name)


def _effects() -> list[Markup]:
    return [order(name, "drone", "eye", {"effect": name}) for name in EYE_EFFECTS]
