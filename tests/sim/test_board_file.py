"""`hardware/board.toml` says what the board is; whoever repeats it has to agree with it."""

import ast
import tomllib
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from kelex_drone import board
from kelex_drone.joint import QUIET_SHARE
from kelex_sim import limits, wiring
from kelex_sim.body import Body
from kelex_sim.chips import ina219, servo
from kelex_sim.house import example_house
from kelex_sim.kernel import Kernel
from kelex_wire import codec, schema

ROOT = Path(__file__).parents[2]
TRUTH = tomllib.loads((ROOT / "hardware" / "board.toml").read_text())
PARTS, OUTPUTS, SERVO, SERVOS = TRUTH["parts"], TRUTH["outputs"], TRUTH["servo"], TRUTH["servos"]
# Each pin by the name that the firmware and the simulator give it.
PINS = {
    "TOUCH_PIN": PARTS["touch"]["pin"],
    "PIR_PIN": PARTS["pir"]["pin"],
    "DOOR_PIN": PARTS["door"]["pin"],
    "DOORBELL_PIN": PARTS["doorbell"]["pin"],
    "EYE_PIN": OUTPUTS["eye"]["pin"],
    "BUZZER_PIN": OUTPUTS["buzzer"]["pin"],
    "HOLODISK_PIN": OUTPUTS["holodisk"]["pin"],
    "MICROPHONE_PIN": PARTS["microphone"]["adc"],
    "LIGHT_PIN": PARTS["light"]["adc"],
    "BATTERY_PIN": PARTS["battery"]["adc"],
}
ADDRESSES = {part["model"]: part["address"] for part in PARTS.values() if part.get("bus") == "i2c"}


def constants(path):
    """A driver's constants. It imports `machine`, so its text is read."""
    found = {}
    for node in ast.parse((ROOT / "firmware/lib/kelex_drone/drivers" / path).read_text()).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            found[node.targets[0].id] = node.value.value
    return found


def pins_named(module):
    return {name: value for name, value in vars(module).items() if name.endswith("_PIN")}


def test_the_firmwares_pins_and_addresses_are_the_boards():
    said = {"bus": board.I2C_BUS, "sda": board.I2C_SDA, "scl": board.I2C_SCL, "hz": board.I2C_HZ}
    assert said == TRUTH["i2c"]
    assert pins_named(board) == PINS
    assert {name: getattr(board, f"{name}_ADDRESS") for name in ADDRESSES} == ADDRESSES
    assert OUTPUTS["eye"]["pixels"] == board.EYE_PIXELS


def test_the_simulated_pins_and_addresses_are_the_boards():
    assert pins_named(wiring) == PINS
    assert (TRUTH["i2c"]["bus"], TRUTH["i2c"]["sda"], TRUTH["i2c"]["scl"]) == (
        wiring.I2C_BUS,
        wiring.I2C_SDA,
        wiring.I2C_SCL,
    )
    assert {part.model: part.address for part in wiring.PARTS if part.address} == ADDRESSES


def test_the_simulated_parts_are_the_boards_with_their_channels():
    expected = {name: (part["model"], tuple(part["senses"])) for name, part in PARTS.items()}
    assert {part.name: (part.model, part.channels) for part in wiring.PARTS} == expected


def test_the_firmwares_pulses_are_the_boards():
    assert SERVO["hz"] == board.SERVO_HZ
    assert SERVO["centre_us"] * 1000 == board.SERVO_CENTRE_NS
    assert SERVO["us_per_quarter_turn"] * 1000 == board.SERVO_QUARTER_NS


def test_the_simulated_pulses_are_the_boards():
    assert servo.CENTRE_US == limits.CENTRE_US == SERVO["centre_us"]
    assert servo.US_PER_DEGREE == limits.US_PER_DEGREE == pytest.approx(SERVO["us_per_quarter_turn"] / 90)


def test_the_firmwares_currents_are_the_boards():
    keys = ("idle_most_ma", "moving_most_ma", "turning_least_ma", "slack_ma")
    assert {key: SERVO[key] for key in keys} == {key: getattr(board, f"SERVO_{key.upper()}") for key in keys}


def test_a_sound_simulated_servo_stays_within_the_boards_currents_and_a_stalled_one_does_not():
    assert SERVO["idle_most_ma"] >= servo.HOLDING_A * 1000
    assert SERVO["turning_least_ma"] <= servo.TURNING_A * 1000 <= SERVO["moving_most_ma"]
    assert SERVO["moving_most_ma"] + SERVO["slack_ma"] < servo.STALLED_A * 1000


def test_quiet_mode_is_the_boards_wherever_it_is_repeated():
    speed, acceleration = Fraction(SERVO["quiet_speed"]), Fraction(SERVO["quiet_acceleration"])
    assert Fraction(1, QUIET_SHARE) == speed == Fraction(limits.QUIET_SPEED).limit_denominator(100)
    assert Fraction(1, QUIET_SHARE) == acceleration


def test_the_battery_is_the_boards():
    battery = PARTS["battery"]
    assert tuple(map(tuple, battery["curve"])) == board.BATTERY_CURVE
    assert tuple((round(1000 * volts), level) for volts, level in wiring.BATTERY_CURVE) == board.BATTERY_CURVE
    assert battery["divider"] == wiring.BATTERY_RATIO == constants("analogue.py")["BATTERY_RATIO"]


def test_the_light_sensor_is_the_boards():
    light, driver = PARTS["light"], constants("analogue.py")
    assert (driver["LIGHT_DARK_MV"], driver["LIGHT_UV_PER_LUX"]) == (light["dark_mv"], light["uv_per_lux"])
    assert light["dark_mv"] == pytest.approx(wiring.LIGHT_DARK_V * 1000)
    assert light["uv_per_lux"] == pytest.approx(wiring.LIGHT_V_PER_LUX * 1e6)
    # Both follow from the resistors: a live zero through 100 kOhm into 10 kOhm, and 0.5 uA to a lux into both.
    load, zero = light["load_ohm"], light["live_zero_ohm"]
    assert light["dark_mv"] == pytest.approx(3300 * load / (load + zero))
    assert light["uv_per_lux"] == pytest.approx(0.5 * load * zero / (load + zero), rel=0.001)


def test_the_shunt_is_the_boards():
    # The driver takes 10 uV of shunt voltage for 0.1 mA, which is so at 0.1 ohm only.
    assert PARTS["current"]["shunt_ohm"] == ina219.SHUNT_OHMS == 0.1


def test_the_firmwares_joints_are_the_boards_in_hundredths():
    keys = ("low", "high", "speed", "acceleration", "jerk")
    assert tuple((joint["pin"], *(100 * joint[key] for key in keys)) for joint in SERVOS) == board.SERVOS
    assert tuple(int(joint.get("balanced", False)) for joint in SERVOS) == board.BALANCED


def test_the_wires_joints_are_the_boards_in_the_same_order():
    assert tuple((joint["joint"], 100 * joint["low"], 100 * joint["high"]) for joint in SERVOS) == schema.JOINTS


def test_the_watched_limits_are_the_boards():
    keys = ("joint", "pin", "low", "high", "speed")
    assert tuple(limits.ServoLimit(*(joint[key] for key in keys)) for joint in SERVOS) == limits.SERVOS


def test_no_two_parts_share_a_pin():
    pins = [joint["pin"] for joint in SERVOS] + [TRUTH["i2c"]["sda"], TRUTH["i2c"]["scl"], *PINS.values()]
    assert len(set(pins)) == len(pins)


def test_every_part_with_a_pin_is_in_the_list_of_pins():
    for part in [*PARTS.values(), *OUTPUTS.values()]:
        assert part.get("bus") == "i2c" or part.get("pin", part.get("adc")) in PINS.values(), part


def test_every_channel_that_a_part_senses_is_on_the_wire():
    channels = {channel for part in PARTS.values() for channel in part["senses"]}
    assert channels == set(codec.message(schema.SENSES).record._fields) - {"time_ms", "parts"}


def test_a_simulated_body_has_every_part_at_its_place_and_nothing_else():
    body = Body(Kernel(), example_house(), "nursery", random=Random(1), output=lambda data: None)
    assert set(body.board.chips(TRUTH["i2c"]["bus"])) == set(ADDRESSES.values())
    assert set(body.parts.contacts) == {PARTS[name]["pin"] for name in ("pir", "touch", "door", "doorbell")}
    assert set(body.parts.analogue) == {PARTS[name]["adc"] for name in ("light", "microphone", "battery")}
    assert set(body.parts.faults) == set(PARTS) | {joint["joint"] for joint in SERVOS} | {wiring.BUS, wiring.CLOCK}
