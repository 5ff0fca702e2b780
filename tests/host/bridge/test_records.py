"""What a drone's records mean in MQTT's words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kelex_host.bridge import records
from kelex_host.bridge.requests import ERROR_CODES
from kelex_host.bridge.verbs import VERBS
from kelex_wire import codec, schema
from kelex_wire.poses import POSES
from wire.joints import NAMES, positions, targets

EVENTS = [row for row in schema.MESSAGES if schema.kind_of(row[0]) == schema.EVENT]


def record(number, *values):
    return codec.message(number).record(*values)


def test_the_senses_are_told_in_their_units_without_the_drones_clock():
    assert records.senses_document(record(schema.SENSES, 5, 2153, 4507, 1)) == {
        "temperature": 21.53, "humidity": 45.07, "presence": True, "faults": [],
    }  # fmt: skip


def test_a_faulty_channel_is_null_and_named():
    document = records.senses_document(record(schema.SENSES, 5, None, 4507, None))
    assert (document["temperature"], document["presence"]) == (None, None)
    assert document["faults"] == ["temperature", "presence"]


def test_zero_and_absence_are_values_and_no_faults():
    document = records.senses_document(record(schema.SENSES, 5, 0, 0, 0))
    assert (document["temperature"], document["humidity"], document["presence"]) == (0, 0, False)
    assert document["faults"] == []


def test_the_body_is_told_in_degrees():
    assert records.body_document(record(schema.BODY, 5, 1, *positions(head_pan=-4512, left_gripper=300))) == {
        "joints": {**dict.fromkeys(NAMES, 0), "head_pan": -45.12, "left_gripper": 3.0}, "moving": True, "pose": None,
    }  # fmt: skip


@pytest.mark.parametrize(("name", "angles"), POSES)
def test_a_body_in_a_pose_says_which_and_a_centidegree_beside_it_says_none(name, angles):
    assert records.body_document(record(schema.BODY, 5, 0, *angles))["pose"] == name
    for joint in range(len(angles)):
        beside = list(angles)
        beside[joint] += 1
        assert records.body_document(record(schema.BODY, 5, 0, *beside))["pose"] is None


def test_a_granted_move_names_the_joints_that_it_moves():
    granted = record(schema.MOVE_GRANTED, 7, 938, *targets(right_elbow=9000))
    assert records.verdict_data(granted) == {"duration_ms": 938, "joints": {"right_elbow": 90.0}}


def test_a_stop_says_where_every_joint_stays():
    stopped = record(schema.STOPPED, 7, *positions(head_tilt=-1234))
    joints = {**dict.fromkeys(NAMES, 0), "head_tilt": -12.34}
    assert records.verdict_data(stopped) == {"duration_ms": 0, "joints": joints}


def test_every_verb_of_a_drone_is_an_order_that_the_wire_carries():
    fields = {
        "look": {"pan": -90, "tilt": 45.0, "duration_ms": None},
        "move": {"joints": {"right_gripper": 59.99, "head_pan": 0}, "duration_ms": 10},
        "pose": {"name": "safe", "duration_ms": None},
        "stop": {},
    }
    orders = {
        "look": (schema.ORDER_MOVE, (0, *targets(head_pan=-9000, head_tilt=4500))),
        "move": (schema.ORDER_MOVE, (10, *targets(right_gripper=5999, head_pan=0))),
        "pose": (schema.ORDER_MOVE, (0, *dict(POSES)["safe"])),
        "stop": (schema.ORDER_STOP, ()),
    }
    assert set(orders) == {verb.name for verb in VERBS if verb.scope == "drone"}
    for verb, (number, values) in orders.items():
        assert records.order_values(verb, fields[verb]) == (number, values)
        codec.encode(number, 1, 1, *values)


@given(st.integers(-9000, 9000))
def test_hundredths_survive_the_way_to_degrees_and_back(value):
    assert records.hundredths(records.degrees(value)) == value


@pytest.mark.parametrize("reason", range(len(schema.REFUSALS)))
def test_every_refusal_has_a_code_of_the_contract_and_a_sentence(reason):
    code, sentence = records.refusal(record(schema.REFUSED, 7, reason))
    assert code == schema.REFUSALS[reason]
    assert code in ERROR_CODES
    assert sentence.endswith(".")


@pytest.mark.parametrize("row", EVENTS, ids=lambda row: row[1])
def test_every_event_of_the_schema_has_a_subject_a_type_and_a_severity(row):
    values = [1 if field[3] is None else field[4] for field in row[2]]
    subject, document = records.event_document(row[0], record(row[0], *values))
    assert subject in ("body", "presence")
    assert document["event_type"]
    assert document["severity"] in ("info", "minor", "major", "critical")
    assert not {"number", "time_ms", "order"} & set(document)


def test_presence_is_two_types_of_one_subject():
    told = [records.event_document(schema.PRESENCE, record(schema.PRESENCE, 1, 5, present)) for present in (1, 0)]
    assert [(subject, document["event_type"]) for subject, document in told] == [
        ("presence", "detected"), ("presence", "cleared"),
    ]  # fmt: skip


def test_a_refused_move_says_why_in_the_contracts_word():
    _, document = records.event_document(schema.MOVE_REFUSED, record(schema.MOVE_REFUSED, 1, 5, 7, 0))
    assert document["reason"] == "out_of_range"
