"""What a drone's records mean in MQTT's words."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kelex_host.bridge import records
from kelex_host.bridge.colors import color_number, is_color
from kelex_host.bridge.gateway import encode_json
from kelex_host.bridge.requests import ERROR_CODES
from kelex_wire import codec, gestures, schema
from kelex_wire.poses import POSES
from wire.every_message import limits
from wire.joints import NAMES, positions, targets

EVENTS = [row for row in schema.MESSAGES if row[0] in records.EVENTS]
SUBJECTS = ("body", "presence", "touch", "door", "doorbell", "fault", "cry", "alarm", "reflex", "firmware")
# A reading of each channel on the wire, and what the document makes of it in the contract's units.
READINGS = {
    "temperature": (2153, 21.53),  # °C
    "humidity": (4507, 45.07),  # %
    "light": (180, 180),  # lx
    "sound": (-5425, -54.25),  # dB
    "range": (1600, 1600),  # mm
    "tremor": (1250, 1.25),  # m/s²
    "battery_voltage": (8150, 8.15),  # V
    "battery_level": (90, 90),  # %
    "servo_current": (64, 0.064),  # A
    "presence": (1, True),
    "touch": (0, False),
    "door": (1, True),
    "doorbell": (0, False),
}
# What may be faulty without being a channel.
PARTS = {"servos": 1}


def record(number, *values):
    return codec.message(number).record(*values)


def senses(parts=0, **readings):
    """A `senses` record of READINGS, but for the ones given."""
    wire = {name: wire for name, (wire, _) in READINGS.items()}
    assert set(readings) <= set(wire)
    return record(schema.SENSES, 5, *(wire | readings).values(), parts)


def body(angles, **more):
    """A `body` record at rest, with everything off but for what is given."""
    state = dict.fromkeys(("moving", "quiet", "failsafe", "holodisk", "eye_color", "eye_effect"), 0) | {"gesture": None}
    assert set(more) <= set(state)
    fields = {**state, **more, **dict(zip(NAMES, angles, strict=True)), "time_ms": 5}
    names = codec.message(schema.BODY).record._fields
    return record(schema.BODY, *(fields[name] for name in names))


def test_the_readings_here_are_those_of_every_channel_and_every_part():
    assert tuple(READINGS) == tuple(name for name, *_ in schema.CHANNELS)
    assert tuple(PARTS) == schema.PARTS


def test_the_senses_are_told_in_their_units_without_the_drones_clock():
    told = {name: value for name, (_, value) in READINGS.items()}
    document = records.senses_document(senses())
    assert document == told | {"faults": []}
    assert {name: type(value) for name, value in document.items() if name != "faults"} == {
        name: type(value) for name, value in told.items()
    }


@pytest.mark.parametrize(("name", "code", "unit", "low", "high"), schema.CHANNELS, ids=lambda field: str(field))
def test_every_channel_is_told_at_both_its_limits_and_as_null(name, code, unit, low, high):
    scale = {"cC": 100, "c%": 100, "cdB": 100, "mm/s2": 1000, "mV": 1000, "mA": 1000}.get(unit, 1)
    for wire in (low, high):
        document = records.senses_document(senses(**{name: wire}))
        assert document[name] == (wire / scale if unit else bool(wire))
        assert document["faults"] == []
    faulty = records.senses_document(senses(**{name: None}))
    assert faulty[name] is None
    assert faulty["faults"] == [name]
    assert {k: v for k, v in faulty.items() if k not in (name, "faults")} == {
        k: v for k, (_, v) in READINGS.items() if k != name
    }


def test_faulty_channels_are_null_and_named_in_their_order():
    document = records.senses_document(senses(temperature=None, presence=None))
    assert (document["temperature"], document["presence"]) == (None, None)
    assert document["faults"] == ["temperature", "presence"]


def test_a_faulty_part_is_named_and_takes_no_channel_with_it():
    for name, bit in PARTS.items():
        document = records.senses_document(senses(parts=bit))
        assert document["faults"] == [name]
        assert name not in document
        assert document["temperature"] == 21.53
    assert records.senses_document(senses(parts=1, range=None))["faults"] == ["range", "servos"]


def test_zero_and_absence_are_values_and_no_faults():
    zeros = dict.fromkeys(READINGS, 0)
    document = records.senses_document(senses(**zeros))
    assert [document[name] for name in READINGS] == [0] * len(READINGS)
    assert document["presence"] is document["door"] is False
    assert document["faults"] == []


def test_the_body_is_told_in_degrees():
    assert records.body_document(body(positions(head_pan=-4512, left_gripper=300), moving=1)) == {
        "joints": {**dict.fromkeys(NAMES, 0), "head_pan": -45.12, "left_gripper": 3.0}, "moving": True, "pose": None,
        "gesture": None, "eye": {"color": "#000000", "effect": "steady"}, "holodisk": False, "quiet": False,
        "failsafe": False,
    }  # fmt: skip


@pytest.mark.parametrize("switch", ["moving", "quiet", "failsafe", "holodisk"])
def test_each_switch_of_the_body_is_told_as_itself_and_no_other(switch):
    document = records.body_document(body(positions(), **{switch: 1}))
    assert [name for name, value in document.items() if value is True] == [switch]


@pytest.mark.parametrize(("number", "name"), list(enumerate(gestures.NAMES)))
def test_the_body_names_the_gesture_that_it_makes(number, name):
    assert records.body_document(body(positions(), gesture=number))["gesture"] == name


@pytest.mark.parametrize(("number", "effect"), list(enumerate(schema.EYE_EFFECTS)))
@pytest.mark.parametrize(
    ("color", "text"), [(0, "#000000"), (0x0000FF, "#0000ff"), (0x010203, "#010203"), (0xFFFFFF, "#ffffff")]
)
def test_the_bodys_eye_has_a_colour_and_an_effect(number, effect, color, text):
    eye = records.body_document(body(positions(), eye_color=color, eye_effect=number))["eye"]
    assert eye == {"color": text, "effect": effect}
    assert is_color(text)
    assert color_number(text) == color


@pytest.mark.parametrize(("name", "angles"), POSES)
def test_a_body_in_a_pose_says_which_and_a_centidegree_beside_it_says_none(name, angles):
    assert records.body_document(body(angles))["pose"] == name
    for joint in range(len(angles)):
        beside = list(angles)
        beside[joint] += 1
        assert records.body_document(body(beside))["pose"] is None


def test_a_granted_move_names_the_joints_that_it_moves():
    granted = record(schema.MOVE_GRANTED, 7, 938, *targets(right_elbow=9000))
    assert records.verdict_data(schema.MOVE_GRANTED, granted) == {"duration_ms": 938, "joints": {"right_elbow": 90.0}}


def test_a_stop_says_where_every_joint_stays():
    stopped = record(schema.STOPPED, 7, *positions(head_tilt=-1234))
    joints = {**dict.fromkeys(NAMES, 0), "head_tilt": -12.34}
    assert records.verdict_data(schema.STOPPED, stopped) == {"duration_ms": 0, "joints": joints}


@pytest.mark.parametrize("number", [schema.ACCEPTED, schema.IDENTIFIED])
def test_what_is_accepted_says_how_long_it_takes_where_it_takes_time(number):
    assert records.verdict_data(number, record(number, 7, 480)) == {"duration_ms": 480}
    assert records.verdict_data(number, record(number, 7, 0)) == {}


def test_the_figures_are_the_same_in_a_verdict_as_in_telemetry():
    figures = (1000, 2, 180_000, 4, 5, 6, 7, 8)
    wanted = dict(zip([name for name, *_ in schema._STATS], figures, strict=False)) | {"reset_cause": "watchdog"}
    wanted |= {"orders_forged": 9, "paired": True, "spooled": 10, "flash_writes": 11, "flash_faults": 12}
    wanted |= {
        "slot": "slot_b",
        "firmware": "0012abcd",
        "trial": False,
        "rolled_back": "bad_starts",
        "bus_recoveries": 13,
    }
    more = (3, 9, 1, 10, 11, 12, 1, 0x12ABCD, 0, 3, 13)
    told = record(schema.STATS_TOLD, 7, *figures, *more)
    assert records.verdict_data(schema.STATS_TOLD, told) == wanted
    assert records.stats_document(record(schema.STATS, 5, *figures, *more)) == wanted


def test_no_version_was_given_up_where_none_was():
    assert records.stats_document(record(schema.STATS, 5, *[0] * 19))["rolled_back"] is None


def test_a_version_that_was_given_up_is_told_with_why_and_what_runs_instead():
    told = records.event_document(schema.ROLLED_BACK, record(schema.ROLLED_BACK, 1, 5, 1, 0, 3))
    firmware = {"given_up": "slot_b", "slot": "slot_a", "why": "bad_starts"}
    assert told == ("firmware", {"event_type": "rolled_back", "severity": "moderate", **firmware})


@pytest.mark.parametrize(("cause", "name"), [(1, "power_on"), (3, "watchdog"), (0, "unknown"), (255, "unknown")])
def test_a_reset_has_a_cause(cause, name):
    assert records.stats_document(record(schema.STATS, 5, *[0] * 8, cause, *[0] * 10))["reset_cause"] == name


@pytest.mark.parametrize(
    "row",
    [row for row in schema.MESSAGES if schema.kind_of(row[0]) == schema.VERDICT and row[0] != schema.REFUSED],
    ids=lambda row: row[1],
)
def test_every_verdict_becomes_data_that_json_carries(row):
    for edge in (0, 1):
        values = [limits(field)[edge] for field in row[2]]
        data = records.verdict_data(row[0], record(row[0], *values))
        assert json.loads(encode_json(data)) == data
        assert "order" not in data


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
    for edge in (0, 1):
        values = [limits(field)[edge] for field in row[2]]
        subject, document = records.event_document(row[0], record(row[0], *values))
        assert subject in SUBJECTS
        assert document["event_type"]
        assert document["severity"] in ("info", "minor", "moderate", "severe", "extreme")
        assert not {"number", "time_ms", "order", "on", "deed", "seen", "of"} & set(document)
        assert json.loads(encode_json(document)) == document


def test_a_movement_that_nothing_has_confirmed_is_a_type_of_its_own():
    told = records.event_document(schema.PRESENCE, record(schema.PRESENCE, 1, 5, schema.SEEN.index("motion")))
    assert told == ("presence", {"event_type": "motion", "severity": "info"})


@pytest.mark.parametrize(
    ("number", "subject", "off", "on"),
    [
        (schema.PRESENCE, "presence", "cleared", "detected"),
        (schema.TOUCH, "touch", "released", "touched"),
        (schema.DOOR, "door", "closed", "opened"),
    ],
)
def test_what_is_switched_is_two_types_of_one_subject(number, subject, off, on):
    told = [records.event_document(number, record(number, 1, 5, switch)) for switch in (0, 1)]
    assert told == [
        (subject, {"event_type": off, "severity": "info"}), (subject, {"event_type": on, "severity": "info"}),
    ]  # fmt: skip


def test_the_door_button_is_the_contracts_event():
    told = records.event_document(schema.DOORBELL, record(schema.DOORBELL, 1, 5))
    assert told == ("doorbell", {"event_type": "pressed", "severity": "info"})


@pytest.mark.parametrize(("of", "name"), list(enumerate([*READINGS, *PARTS])))
def test_a_fault_names_its_channel_or_part_and_is_graver_than_its_end(of, name):
    raised = records.event_document(schema.FAULT, record(schema.FAULT, 1, 5, of, 1))
    cleared = records.event_document(schema.FAULT, record(schema.FAULT, 1, 5, of, 0))
    assert raised == ("fault", {"event_type": "raised", "severity": "moderate", "part": name})
    assert cleared == ("fault", {"event_type": "cleared", "severity": "info", "part": name})


@pytest.mark.parametrize(
    ("alarm", "level", "reading", "told"),
    [("too_hot", "severe", 3105, 31.05), ("tremor", "extreme", 4200, 4.2), ("host_silent", "minor", 3, 3)],
)
def test_an_alarm_is_as_grave_as_its_level_and_its_reading_is_in_the_contracts_unit(alarm, level, reading, told):
    number = [name for name, _ in schema.ALARMS].index(alarm)
    values = number, 1, schema.LEVELS.index(level), reading, 7
    subject, document = records.event_document(schema.ALARM, record(schema.ALARM, 1, 5, *values))
    assert subject == "alarm"
    assert document == {
        "event_type": "raised", "severity": level, "alarm": alarm, "level": level, "reading": told, "lasted_s": 7,
    }  # fmt: skip


@pytest.mark.parametrize(("number", "deed"), list(enumerate(schema.DEEDS)))
def test_a_deed_is_the_type_of_an_event_of_the_body(number, deed):
    told = records.event_document(schema.DID, record(schema.DID, 1, 5, 7, number))
    assert told == ("body", {"event_type": deed, "severity": "info"})


@pytest.mark.parametrize("number", [schema.GESTURE_STARTED, schema.GESTURE_DONE, schema.GESTURE_INTERRUPTED])
@pytest.mark.parametrize(("place", "name"), list(enumerate(gestures.NAMES)))
def test_a_gestures_events_name_it(number, place, name):
    subject, document = records.event_document(number, record(number, 1, 5, 7, place))
    assert (subject, document["gesture"]) == ("body", name)


def test_no_two_events_of_one_subject_share_a_type():
    told = []
    for row in EVENTS:
        switched = {field[0]: field[4] for field in row[2] if field[0] in ("on", "deed")}
        for value in range(max(switched.values(), default=0) + 1):
            values = [value if field[0] in switched else limits(field)[1] for field in row[2]]
            subject, document = records.event_document(row[0], record(row[0], *values))
            told.append((subject, document["event_type"]))
    assert len(told) == len(set(told))


def test_a_refused_move_says_why_in_the_contracts_word():
    for place, reason in enumerate(schema.REFUSALS):
        _, document = records.event_document(schema.MOVE_REFUSED, record(schema.MOVE_REFUSED, 1, 5, 7, place))
        assert document["reason"] == reason


# Events of an earlier boot

ALARM = (0, 1, 2, 3105, 0)


def earlier(message, *values):
    padding = [None] * (schema.EARLIER_VALUES - len(values))
    return record(schema.EARLIER, 1, 5, 7, 42, 60_000, message, *values, *padding)


def test_an_event_of_an_earlier_boot_is_told_as_it_was_under_the_id_that_it_had():
    subject, document = records.told_event("kelex", 9, schema.EARLIER, earlier(schema.ALARM, *ALARM))
    original = records.told_event("kelex", 7, schema.ALARM, record(schema.ALARM, 42, 60_000, *ALARM))
    assert (subject, document) == (original[0], original[1] | {"earlier_boot": True})
    assert document["event_id"] == "kelex-7-42"


@pytest.mark.parametrize("values", [(0, 1), (99, 1, 2, 3, 4), (0, 1, 2, 70_000, 0)])
def test_one_that_makes_no_sense_is_none(values):
    assert records.told_event("kelex", 9, schema.EARLIER, earlier(schema.ALARM, *values)) is None


def test_one_within_another_is_none():
    assert records.told_event("kelex", 9, schema.EARLIER, earlier(schema.EARLIER, 0, 1)) is None
