"""`hardware/board.toml` says what the board is; whoever repeats it has to agree with it."""

import tomllib
from pathlib import Path

import pytest
from kelex_drone import board
from kelex_sim import body, limits
from kelex_sim.chips import servo
from kelex_wire import codec, schema

TRUTH = tomllib.loads((Path(__file__).parents[2] / "hardware" / "board.toml").read_text())
SERVOS = TRUTH["servos"]


def test_the_firmwares_pins_are_the_boards():
    i2c, parts = TRUTH["i2c"], TRUTH["parts"]
    said = {"bus": board.I2C_BUS, "sda": board.I2C_SDA, "scl": board.I2C_SCL, "hz": board.I2C_HZ}
    assert said == i2c
    assert parts["climate"]["address"] == board.SHT31_ADDRESS
    assert parts["pir"]["pin"] == board.PIR_PIN
    assert parts["touch"]["pin"] == board.TOUCH_PIN


def test_the_firmwares_pulses_are_the_boards():
    truth = TRUTH["servo"]
    assert truth["hz"] == board.SERVO_HZ
    assert truth["centre_us"] * 1000 == board.SERVO_CENTRE_NS
    assert truth["us_per_quarter_turn"] * 1000 == board.SERVO_QUARTER_NS


def test_the_firmwares_joints_are_the_boards_in_hundredths():
    expected = tuple(
        (joint["pin"], *(100 * joint[key] for key in ("low", "high", "speed", "acceleration"))) for joint in SERVOS
    )
    assert expected == board.SERVOS


def test_the_wires_joints_are_the_boards_in_the_same_order():
    assert tuple((joint["joint"], 100 * joint["low"], 100 * joint["high"]) for joint in SERVOS) == schema.JOINTS


def test_the_simulated_body_is_the_board():
    parts = TRUTH["parts"]
    assert parts["pir"]["pin"] == body.PIR_PIN
    assert (TRUTH["i2c"]["bus"], parts["climate"]["address"]) == (body.SHT31_BUS, body.SHT31_ADDRESS)
    assert servo.CENTRE_US == limits.CENTRE_US == TRUTH["servo"]["centre_us"]
    assert servo.US_PER_DEGREE == limits.US_PER_DEGREE == pytest.approx(TRUTH["servo"]["us_per_quarter_turn"] / 90)


def test_the_watched_limits_are_the_boards():
    keys = ("joint", "pin", "low", "high", "speed")
    assert tuple(limits.ServoLimit(*(joint[key] for key in keys)) for joint in SERVOS) == limits.SERVOS


def test_no_two_parts_share_a_pin():
    pins = [joint["pin"] for joint in SERVOS] + [TRUTH["i2c"]["sda"], TRUTH["i2c"]["scl"]]
    pins += [part["pin"] for part in TRUTH["parts"].values() if "pin" in part]
    assert len(set(pins)) == len(pins)


def test_every_channel_that_a_part_senses_is_on_the_wire():
    channels = {channel for part in TRUTH["parts"].values() for channel in part.get("senses", ())}
    assert channels == set(codec.message(schema.SENSES).record._fields) - {"time_ms"}
