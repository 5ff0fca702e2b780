"""What `check` finds: each rule by a board that breaks it, with a sentence that names both parts and the mend."""

import dataclasses
import itertools
import re

import msgspec
import pytest
from kelex_host.hardware.board import Board, parse
from kelex_host.hardware.check import FIRMWARE_RULES, RULES, check

# rule, table (or the line that begins a [[servos]]), line, its replacement, what the sentence says
BROKEN = [
    (
        "pins_are_not_shared",
        "parts.door",
        "pin = 14",
        "pin = 15",
        "touch (TTP223) and door (reed contact) are both on GPIO 15; put one of them on GPIO 0",
    ),
    (
        "pins_are_not_shared",
        "parts.touch",
        "pin = 15",
        "pin = 4",
        "I2C's SDA (climate, range, motion, current) and touch (TTP223) are both on GPIO 4",
    ),
    (
        "pins_are_free_on_a_pico",
        "parts.touch",
        "pin = 15",
        "pin = 25",
        "touch (TTP223) is on GPIO 25, which the Raspberry Pi Pico uses for its LED",
    ),
    (
        "analogue_parts_are_on_adc_pins",
        "parts.light",
        "adc = 27",
        "adc = 20",
        "GPIO 20 of the Raspberry Pi Pico has no ADC (GPIO 26, 27 and 28 have); use GPIO 27",
    ),
    (
        "bus_pins_are_of_the_bus",
        "i2c",
        "sda = 4",
        "sda = 2",
        "GPIO 2 of the Raspberry Pi Pico, which can only be I2C1's SDA; use GPIO 0",
    ),
    (
        "bus_pins_are_of_the_bus",
        "i2c",
        "bus = 0",
        "bus = 1",
        "which climate (SHT31) is on, is GPIO 4 of the Raspberry Pi Pico, which can only be I2C0's SDA",
    ),
    (
        "pulses_do_not_disturb_each_other",
        "outputs.buzzer",
        "pin = 18",
        "pin = 22",
        "buzzer (passive buzzer) on GPIO 22 and head_pan (MG90S) on GPIO 6 are the same PWM output, slice 3 channel A",
    ),
    (
        "pulses_do_not_disturb_each_other",
        'joint = "head_pan"',
        "pin = 6",
        "pin = 19",
        "buzzer (passive buzzer) on GPIO 18 and head_pan (MG90S) on GPIO 19 share PWM slice 1, which has one frequency",
    ),
    (
        "addresses_differ",
        "parts.current",
        "address = 0x40",
        "address = 0x44",
        "climate (SHT31) and current (INA219) both have address 0x44; set climate to 0x45",
    ),
    (
        "addresses_are_possible",
        "parts.range",
        "address = 0x29",
        "address = 0x30",
        "range (VL53L0X), on the bus of the Raspberry Pi Pico, cannot have address 0x30; use 0x29",
    ),
    (
        "addresses_are_possible",
        "parts.range",
        "address = 0x29",
        "address = 0x7a",
        "has address 0x7a, which I2C reserves",
    ),
    (
        "lines_rise_in_time",
        "parts.motion",
        "pull_up_ohm",
        "pull_up_ohm = 1_000",
        "769 Ω together, the least is 967 Ω; take those off motion (MPU6050)",
    ),
    (
        "lines_rise_in_time",
        "limits",
        "bus_pf",
        "bus_pf = 400",
        "with 400 pF the most is 885 Ω; use stronger ones at climate (SHT31), or shorter wires",
    ),
    (
        "lines_rise_in_time",
        "i2c",
        "hz = 400_000",
        "hz = 1_000_000",
        "the Raspberry Pi Pico runs I2C at 1000000 Hz, climate (SHT31) and its like at 400000",
    ),
    (
        "supplies_fit",
        "servo",
        'rail = "servo"',
        'rail = "3v3"',
        "head_pan (MG90S) needs 4.8 V to 6 V, and the Raspberry Pi Pico gives 3.3 V on 3v3; use rail 5v or servo",
    ),
    (
        "supplies_fit",
        "parts.climate",
        'rail = "3v3"',
        'rail = "4v5"',
        "climate (SHT31) is on a rail '4v5' that nothing feeds; use battery, 5v, servo, 3v3",
    ),
    (
        "supplies_fit",
        "parts.microphone",
        'rail = "3v3"',
        'rail = "battery"',
        "microphone (MAX4466) needs 2.4 V to 5.5 V, and pack_fuse (blade fuse 7.5 A) gives 6 V to 8.4 V",
    ),
    (
        "regulators_get_what_they_need",
        "support.bec",
        "supply_mv",
        "supply_mv = [7000, 25_000]",
        "bec (BEC 5 V 8 A) needs 7 V to 25 V, and pack_fuse (blade fuse 7.5 A) gives 6 V to 8.4 V on battery",
    ),
    (
        "regulators_get_what_they_need",
        "rails.5v",
        'source = "bec"',
        'source = "ubec"',
        "comes from 'ubec', which is no part",
    ),
    (
        "inputs_are_within_the_picos",
        "parts.touch",
        'rail = "3v3"',
        'rail = "5v"',
        "touch (TTP223) puts 5 V onto GPIO 15 of the Raspberry Pi Pico, which takes 3.3 V at most; supply it from 3v3",
    ),
    (
        "inputs_are_within_the_picos",
        "parts.motion",
        'rail = "3v3"',
        'rail = "5v"',
        "motion (MPU6050) puts 5 V onto the I2C bus of the Raspberry Pi Pico",
    ),
    (
        "inputs_are_within_the_picos",
        "parts.battery",
        "upper_ohm = 30_000",
        "upper_ohm = 10_000",
        "battery (2S lithium-ion) puts 4.2 V onto GPIO 28 of the Raspberry Pi Pico",
    ),
    (
        "dividers_divide_as_stated",
        "parts.battery",
        "upper_ohm = 30_000",
        "upper_ohm = 33_000",
        "battery (2S lithium-ion) divides what the Raspberry Pi Pico measures by 4.3, and says 4; make upper_ohm 30000",
    ),
    (
        "levels_are_understood",
        "outputs.eye",
        "through",
        "",
        "eye (WS2812B) takes 3.5 V and more for high, and the Raspberry Pi Pico gives 3.3 V; put a level shifter",
    ),
    ("levels_are_understood", "outputs.eye", "through", 'through = "shiftr"', "by 'shiftr', which is no part"),
    (
        "ends_of_lines_are_felt",
        "parts.door",
        "end_of_line_ohm",
        "end_of_line_ohm = 47_000",
        "has 47000 Ω at the end of its line to the Raspberry Pi Pico, which can tell a cut cable with 1000 to 16000",
    ),
    (
        "rails_begin_somewhere",
        "rails.5v",
        'fed_by = "battery"',
        'fed_by = "servo"',
        "The rail 5v feeds itself by servo, from bec (BEC 5 V 8 A)",
    ),
    (
        "rails_give_enough",
        "rails.5v",
        "most_ma = 8000",
        "most_ma = 5000",
        "bec (BEC 5 V 8 A) gives 5000 mA to 5v, which can draw 6324 mA, most of it for head_pan (MG90S)",
    ),
    (
        "rails_give_enough",
        "rails.servo",
        "most_ma = 3000",
        "most_ma = 2000",
        "servo_fuse (blade fuse 3 A) gives 2000 mA to servo, which can draw 2400 mA",
    ),
    (
        "rails_give_enough",
        "rails.3v3",
        "most_ma = 300",
        "most_ma = 40",
        "the Raspberry Pi Pico gives 40 mA to 3v3, which can draw 50 mA, most of it for range (VL53L0X)",
    ),
    (
        "sources_are_rated",
        "support.bec",
        "rated_ma = 8000",
        "rated_ma = 5000",
        "bec (BEC 5 V 8 A) is rated at 5000 mA, and rail 5v, which feeds head_pan (MG90S), promises 8000",
    ),
    (
        "shunts_survive",
        "rails.servo",
        "most_ma = 3000",
        "most_ma = 5000",
        "servo_fuse (blade fuse 3 A) lets 5000 mA through, and current (INA219) measures 3200 at most",
    ),
    (
        "shunts_survive",
        "parts.current",
        "shunt_most_mw",
        "shunt_most_mw = 500",
        "lets more through than the shunt of current (INA219) can bear",
    ),
    (
        "pins_give_enough",
        "outputs.buzzer",
        "peak_ma",
        "peak_ma = 30",
        "buzzer (passive buzzer) draws 30 mA from a pin of the Raspberry Pi Pico, which gives 12",
    ),
    (
        "wires_have_two_ends",
        "support.shifter",
        "terminals",
        'terminals = ["VCC/14 5v", "1A/2 eye.pin", "1Y/3 eye_dta", "1OE/1 gnd", "GND/7 gnd"]',
        "Terminal 1Y/3 of shifter (74AHCT125) leads to 'eye_dta', where nothing else is",
    ),
    (
        "parts_are_wired_to_their_rail",
        "parts.pir",
        "terminals",
        'terminals = ["VCC 3v3", "OUT pin", "GND gnd"]',
        "pir (HC-SR501) is on rail 5v of bec (BEC 5 V 8 A), and no terminal of it leads to 5v",
    ),
    (
        "signals_are_wired",
        "parts.climate",
        "terminals",
        'terminals = ["VIN 3v3", "GND gnd", "SCL scl"]',
        "No terminal of climate (SHT31) leads to sda of the Raspberry Pi Pico",
    ),
    (
        "signals_are_wired",
        "support.shifter",
        "terminals",
        'terminals = ["VCC/14 5v", "1A/2 buzzer.pin", "1Y/3 eye_data", "1OE/1 gnd", "GND/7 gnd"]',
        "No terminal of eye (WS2812B) leads to gp17 of the Raspberry Pi Pico",
    ),
    (
        "joints_are_the_wires",
        'joint = "head_tilt"',
        "high = 45",
        "high = 60",
        "head_tilt (MG90S) turns from -30 to 60 degrees, and the wire (schema.JOINTS) says -30 to 45",
    ),
    (
        "joints_are_the_wires",
        "[[servos]]",
        'joint = "head_pan"',
        'joint = "neck"',
        "neck (MG90S) is no joint of the wire (schema.JOINTS)",
    ),
    (
        "servos_can_turn_so_far",
        "servo",
        "pulse_us",
        "pulse_us = [1000, 2000]",
        "head_pan at -90 degrees needs a pulse of 500 us, and the servo (MG90S) takes 1000 to 2000",
    ),
    (
        "joints_hang_together",
        'joint = "left_elbow"',
        "parent",
        'parent = "left_elbow"',
        "left_elbow (MG90S) turns on 'left_elbow', which is no joint before it; use head_pan, head_tilt, left_shoulder",
    ),
    ("servos_can_carry", 'joint = "left_gripper"', "mass_g", "mass_g = 60", "left_shoulder (MG90S) carries"),
    (
        "pins_are_the_firmwares",
        "parts.touch",
        "pin = 15",
        "pin = 20",
        "touch (TTP223) is on GPIO 20, where the firmware of the Raspberry Pi Pico has nothing; put it on GPIO 15",
    ),
    (
        "addresses_are_the_firmwares",
        "parts.climate",
        "address = 0x44",
        "address = 0x45",
        "climate (SHT31) has address 0x45, and the firmware of the Raspberry Pi Pico asks for 0x44",
    ),
    (
        "addresses_are_the_firmwares",
        "i2c",
        "hz = 400_000",
        "hz = 100_000",
        "i2c.hz of the Raspberry Pi Pico is 100000, and the firmware's I2C_HZ 400000",
    ),
    (
        "every_signal_is_the_firmwares",
        "support.shifter",
        "rail = ",
        'rail = "5v"\npin = 2',
        "shifter (74AHCT125) is on GPIO 2 of the Raspberry Pi Pico, and kelex_drone/board.py has no SHIFTER_PIN",
    ),
    (
        "joints_are_the_firmwares",
        'joint = "head_tilt"',
        "speed = 120",
        "speed = 180",
        "head_tilt (MG90S) has speed 180, and the firmware of the Raspberry Pi Pico 120",
    ),
]
NAMES = re.compile(
    r"\w+ \([^()]+\)|the Raspberry Pi Pico|the wire \(schema.JOINTS\)|I2C's \w+|rail \w+|'\w+'"
    r"|\b(?:climate|range|motion|current|head_pan)\b"
)


def test_the_board_that_comes_with_kelex_is_sound(board, firmware):
    assert check(board, firmware) == []


@pytest.mark.parametrize(("rule", "table", "line", "instead", "sentence"), BROKEN)
def test_a_broken_rule_is_told_by_a_sentence_that_names_both_parts(
    changed, firmware, rule, table, line, instead, sentence
):
    broken = parse(changed(table, line, instead))
    rules = {one.__name__: one for one in RULES} | {
        one.__name__: lambda board, one=one: one(board, firmware) for one in FIRMWARE_RULES
    }
    findings = list(rules[rule](broken))
    assert any(sentence.lower() in finding.lower() for finding in findings), findings
    assert set(findings) <= set(check(broken, firmware))


@pytest.mark.parametrize(("rule", "table", "line", "instead", "sentence"), BROKEN)
def test_every_finding_is_one_sentence_with_two_parts_and_a_mend(
    changed, firmware, rule, table, line, instead, sentence
):
    for finding in check(parse(changed(table, line, instead)), firmware):
        assert finding.endswith("."), finding
        assert len(finding.split("; ")) == 2, finding
        assert len(set(NAMES.findall(finding))) >= 2, finding


def test_every_rule_is_broken_by_one_of_these():
    assert {rule for rule, *_ in BROKEN} == {rule.__name__ for rule in (*RULES, *FIRMWARE_RULES)}


def with_pins(board: Board, pins: dict[str, int]) -> Board:
    """The board with some parts on other pins."""
    parts = dict(board.parts)
    for name, gpio in pins.items():
        key = "pin" if parts[name].adc is None else "adc"
        parts[name] = msgspec.structs.replace(parts[name], **{key: gpio})
    return dataclasses.replace(board, parts=parts)


def test_any_two_swapped_pins_are_noticed_by_a_sentence_that_names_both_parts(board, firmware):
    pins = {name: part.gpio for name, part in board.parts.items() if part.gpio is not None}
    swaps = list(itertools.combinations(pins, 2))
    assert len(swaps) == 153
    for one, other in swaps:
        findings = check(with_pins(board, {one: pins[other], other: pins[one]}), firmware)
        both = [said for said in findings if board.called(one) in said and board.called(other) in said]
        assert both, f"{one} and {other} swapped: {findings}"


def test_swapped_lines_of_the_bus_are_noticed(changed, firmware):
    swapped = parse(changed("i2c", "sda = 4", "sda = 5").replace("scl = 5", "scl = 4"))
    assert any("can only be I2C0's SCL" in finding for finding in check(swapped, firmware))
