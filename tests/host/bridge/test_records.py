"""What a drone's records mean in MQTT's words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kelex_host.bridge import records
from kelex_host.bridge.requests import ERROR_CODES
from kelex_wire import codec, schema

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
    assert records.body_document(record(schema.BODY, 5, 1, -4512, 300)) == {
        "joints": {"head_pan": -45.12, "head_tilt": 3.0}, "moving": True,
    }  # fmt: skip


def test_a_granted_move_names_the_joints_that_it_moves():
    granted = record(schema.MOVE_GRANTED, 7, 938, 9000, None)
    assert records.granted_data(granted) == {"duration_ms": 938, "joints": {"head_pan": 90.0}}


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
