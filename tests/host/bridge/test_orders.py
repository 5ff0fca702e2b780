"""A drone's verb becomes an order on the wire: every verb, at every limit of every field, and back out of the bytes."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kelex_host.bridge import colors, pairing, records, verbs
from kelex_host.bridge.requests import check_fields
from kelex_host.bridge.verbs import RANGES
from kelex_wire import codec, gestures, schema, tones
from kelex_wire.poses import POSES
from wire.joints import targets

# What pairs and unpairs has a key to draw and to keep: see test_pairing.py. What lends the port is not for the drone.
NO_ORDERS = (*pairing.VERBS, verbs.LEND)
DRONE_VERBS = [verb for verb in verbs.VERBS if verb.scope == "drone" and verb.name not in NO_ORDERS]


def settings(**wanted):
    """The values of an order for settings."""
    assert set(wanted) <= {row[0] for row in schema.SETTINGS}
    return tuple(wanted.get(row[0]) for row in schema.SETTINGS)


# Of each verb: requests, and the order that each has to be.
ORDERS = {
    "look": [
        ({"pan": -90, "tilt": 45.0}, (schema.ORDER_MOVE, (0, *targets(head_pan=-9000, head_tilt=4500)))),
        ({"pan": -0.0, "tilt": 1e-9}, (schema.ORDER_MOVE, (0, *targets(head_pan=0, head_tilt=0)))),
    ],
    "move": [
        (
            {"joints": {"right_gripper": 59.99, "head_pan": 0}, "duration_ms": 10},
            (schema.ORDER_MOVE, (10, *targets(right_gripper=5999, head_pan=0))),
        )
    ],
    "pose": [({"name": name}, (schema.ORDER_MOVE, (0, *angles))) for name, angles in POSES],
    "gesture": [
        ({"name": "bow"}, (schema.ORDER_GESTURE, (0, 1))),
        ({"name": "present", "repeat": 10}, (schema.ORDER_GESTURE, (gestures.NAMES.index("present"), 10))),
    ],
    "eye": [
        ({"color": "blue"}, (schema.ORDER_EYE, (0x0000FF, 0))),
        ({"color": "#FFbf00", "effect": "scan"}, (schema.ORDER_EYE, (0xFFBF00, 3))),
    ],
    "tone": [
        ({"name": "chime"}, (schema.ORDER_TONE, (0, 0, 0))),
        ({"frequency_hz": 440, "duration_ms": 500}, (schema.ORDER_TONE, (None, 440, 500))),
    ],
    "holodisk": [({"on": True}, (schema.ORDER_HOLODISK, (1,))), ({"on": False}, (schema.ORDER_HOLODISK, (0,)))],
    "quiet": [({"on": True}, (schema.ORDER_QUIET, (1,))), ({"on": False}, (schema.ORDER_QUIET, (0,)))],
    "stop": [({}, (schema.ORDER_STOP, ()))],
    "identify": [({}, (schema.ORDER_IDENTIFY, ()))],
    "stats": [({}, (schema.ORDER_STATS, ()))],
    "reboot": [({}, (schema.ORDER_REBOOT, ()))],
    "maintenance": [({}, (schema.ORDER_MAINTENANCE, ()))],
    "calibration": [({}, (schema.ORDER_SETTINGS, settings()))],
    "calibrate": [
        (
            {"joint": "left_elbow", "trim": -2.5, "high": 80},
            (schema.ORDER_SETTINGS, settings(trim_left_elbow=-250, high_left_elbow=8000)),
        )
    ],
    "offset": [
        (
            {"temperature": -1.25, "humidity": 3, "range_mm": -12},
            (schema.ORDER_SETTINGS, settings(temperature_offset=-125, humidity_offset=300, range_offset=-12)),
        )
    ],
    "detect": [
        (
            {"near_mm": 1200, "again_s": 60, "hold_s": 900},
            (schema.ORDER_SETTINGS, settings(presence_near=1200, presence_again=60, presence_hold=900)),
        )
    ],
}


def over_the_wire(verb, fields):
    """What the drone reads of a request's order; also checks that the values came over as they were."""
    number, values = records.order_values(verb.name, check_fields(verb, fields))
    read = codec.decode(number, codec.encode(number, 0xFFFFFFFF, 0xFFFF, *values))
    assert tuple(read)[2:] == tuple(values)
    return read


def edges(field):
    """Values of a field at the edges of what it may be."""
    if field.kind == "angles":
        lows = {joint: low for joint, (low, _) in RANGES.items()}
        highs = {joint: high for joint, (_, high) in RANGES.items()}
        return [lows, highs, *({joint: angle} for joint, pair in RANGES.items() for angle in pair)]
    if field.kind == "boolean":
        return [True, False]
    if field.kind == "color":
        return [*colors.COLORS, "#000000", "#ffffff", "#FFFFFF", "#010203"]
    return list(field.choices) or [field.low, field.high]


def requests_at_the_limits(verb):
    """Every combination of a verb's fields at their edges, those that may be missing missing as well."""
    for group in verb.one_of or (tuple(field.name for field in verb.fields),):
        fields = [field for field in verb.fields if field.name in group]
        choices = [edges(field) + [None] * (not field.required and not verb.one_of) for field in fields]
        for values in itertools.product(*choices):
            yield {field.name: value for field, value in zip(fields, values, strict=True) if value is not None}


def test_every_verb_of_a_drone_has_an_order_here():
    assert set(ORDERS) == {verb.name for verb in DRONE_VERBS}


@pytest.mark.parametrize("verb", DRONE_VERBS, ids=lambda verb: verb.name)
def test_every_verb_of_a_drone_is_the_order_that_it_has_to_be(verb):
    for fields, (number, values) in ORDERS[verb.name]:
        assert records.order_values(verb.name, check_fields(verb, fields)) == (number, values)
        assert over_the_wire(verb, fields)


@pytest.mark.parametrize("verb", DRONE_VERBS, ids=lambda verb: verb.name)
def test_every_verb_crosses_the_wire_at_the_limits_of_its_fields(verb):
    for fields in requests_at_the_limits(verb):
        over_the_wire(verb, fields)


def test_no_two_names_are_the_same_order():
    for verb, names in (("gesture", gestures.NAMES), ("tone", tones.NAMES), ("pose", [name for name, _ in POSES])):
        orders = [over_the_wire(verbs.BY_NAME["drone", verb], {"name": name}) for name in names]
        assert len({tuple(order) for order in orders}) == len(names)


@given(st.sampled_from(sorted(RANGES)), st.data())
def test_any_angle_within_a_joints_range_arrives_to_a_hundredth(joint, data):
    low, high = RANGES[joint]
    angle = data.draw(st.floats(low, high) | st.integers(int(low), int(high)))
    order = over_the_wire(verbs.BY_NAME["drone", "move"], {"joints": {joint: angle}})
    assert abs(getattr(order, joint) / 100 - angle) <= 0.005 + 1e-9
    assert [name for name in RANGES if getattr(order, name) is not None] == [joint]


@given(st.integers(tones.HZ_LEAST, tones.HZ_MOST), st.integers(1, tones.MS_MOST))
def test_any_note_arrives_as_it_was_asked_for(hz, ms):
    order = over_the_wire(verbs.BY_NAME["drone", "tone"], {"frequency_hz": hz, "duration_ms": ms})
    assert (order.name, order.frequency_hz, order.duration_ms) == (None, hz, ms)


@given(st.integers(0, 0xFFFFFF), st.sampled_from([*schema.EYE_EFFECTS, None]))
def test_any_colour_arrives_as_it_was_asked_for(color, effect):
    fields = {"color": f"#{color:06x}"} | ({"effect": effect} if effect else {})
    order = over_the_wire(verbs.BY_NAME["drone", "eye"], fields)
    assert (order.color, schema.EYE_EFFECTS[order.effect]) == (color, effect or "steady")
