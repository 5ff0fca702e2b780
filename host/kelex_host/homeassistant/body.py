"""A drone's body: numbers for its joints, a select for its pose, buttons for gestures, stop and identify, its eye."""

from __future__ import annotations

from collections.abc import Iterator

from kelex_wire import gestures, tones
from kelex_wire.poses import POSES
from kelex_wire.schema import EYE_EFFECTS

from kelex_host.bridge.topics import Topics
from kelex_host.bridge.verbs import RANGES
from kelex_host.homeassistant.device import Component, entity, template, titled, truth, value

_GESTURE_ICONS = {"wave": "mdi:hand-wave", "point": "mdi:hand-pointing-right", "alert": "mdi:alert"}
# What Home Assistant's light sends: one payload with all that is asked for, as its JSON lights have it.
_EYE_ON = (
    "{% set ns = namespace(order={'state': 'ON'}) %}"
    "{% if red is defined %}{% set ns.order = dict(ns.order, color={'r': red, 'g': green, 'b': blue}) %}{% endif %}"
    "{% if brightness is defined %}{% set ns.order = dict(ns.order, brightness=brightness) %}{% endif %}"
    "{% if effect is defined %}{% set ns.order = dict(ns.order, effect=effect) %}{% endif %}"
    "{{ ns.order | to_json }}"
)


def components(topics: Topics, drone: str) -> Iterator[Component]:
    """All of it, for one drone."""
    state = topics.drone(drone, "body")

    def order(name: str) -> str:
        return topics.drone(drone, f"set/{name}")

    for joint, (low, high) in RANGES.items():
        yield entity(
            joint,
            "number",
            titled(joint),
            state_topic=state,
            value_template=value(f"joints.{joint}"),
            command_topic=order(joint),
            min=low,
            max=high,
            step=0.1,
            mode="slider",
            unit_of_measurement="°",
            icon="mdi:robot-industrial",
        )
    poses = [name for name, _ in POSES]
    pose = {"state_topic": state, "value_template": value("pose"), "command_topic": order("pose"), "options": poses}
    yield entity("pose", "select", "Pose", icon="mdi:human-handsup", **pose)
    for gesture in gestures.NAMES:
        press = {"command_topic": order("gesture"), "payload_press": gesture}
        icon = _GESTURE_ICONS.get(gesture, "mdi:robot")
        yield entity(f"gesture_{gesture}", "button", titled(gesture), icon=icon, **press)
    for tone in tones.NAMES:
        press = {"command_topic": order("tone"), "payload_press": tone}
        yield entity(f"tone_{tone}", "button", f"Tone {tone}", icon="mdi:music-note", **press)
    yield entity("stop", "button", "Stop", command_topic=order("stop"), icon="mdi:stop")
    yield entity("identify", "button", "Identify", command_topic=order("identify"), device_class="identify")
    yield _eye(state, order("eye"))
    for switch, icon in (("holodisk", "mdi:projector"), ("quiet", "mdi:volume-off")):
        options = truth(switch) | {"payload_on": "ON", "payload_off": "OFF"}
        options |= {"state_on": "True", "state_off": "False"}
        yield entity(
            switch, "switch", titled(switch), state_topic=state, command_topic=order(switch), icon=icon, **options
        )
    yield entity("moving", "binary_sensor", "Moving", state_topic=state, device_class="moving", **truth("moving"))
    yield entity(
        "gesture",
        "sensor",
        "Gesture",
        state_topic=state,
        value_template="{{ value_json.gesture or 'none' }}",
        device_class="enum",
        options=["none", *gestures.NAMES],
    )
    yield entity(
        "failsafe",
        "binary_sensor",
        "Failsafe",
        state_topic=state,
        device_class="problem",
        entity_category="diagnostic",
        **truth("failsafe"),
    )


def _eye(state: str, order: str) -> Component:
    """The eye: black is off, and its brightness is that of its brightest colour."""
    options = {
        f"{name}_template": template(f"value_json.eye.color[{at}:{at + 2}] | int(base=16)")
        for name, at in (("red", 1), ("green", 3), ("blue", 5))
    }
    return entity(
        "eye",
        "light",
        "Eye",
        schema="template",
        state_topic=state,
        state_template="{{ 'off' if value_json.eye.color == '#000000' else 'on' }}",
        effect_template=template("value_json.eye.effect if value_json is defined else 'steady'"),
        effect_list=list(EYE_EFFECTS),
        command_topic=order,
        command_on_template=_EYE_ON,
        command_off_template="{{ {'state': 'OFF'} | to_json }}",
        icon="mdi:eye",
        **options,
    )
