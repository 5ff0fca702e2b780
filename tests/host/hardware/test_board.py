"""Reading a board.toml: whatever stands in it, it is a board or one sentence that names the place."""

import pytest
from kelex_host.errors import ConfigError
from kelex_host.hardware import nets
from kelex_host.hardware.board import PARTS_MOST, parse
from kelex_host.hardware.check import check
from kelex_host.hardware.layout import lay_out
from kelex_host.hardware.pin_table import pins_as_text
from kelex_host.hardware.plan import make_plan

# table, line, its replacement, the sentence
UNREADABLE = [
    ("parts.touch", "pin = 15", "pni = 15", "there is no setting 'parts.touch.pni'; did you mean 'pin'?"),
    ("parts.touch", "pin = 15", 'pin = "GP15"', "parts.touch.pin has to be a whole number."),
    ("parts.touch", "pin = 15", "pin = 30", "parts.touch.pin has to be a whole number <= 29."),
    ("parts.touch", "pin = 15", "pin = nan", "a number has to be finite; write another one."),
    ("parts.touch", "model", 'model = ""', "parts.touch.model: use 1 to 100 characters, none of them control."),
    ("parts.touch", "model", 'model = "\\u0007"', "parts.touch.model: use 1 to 100 characters, none of them control."),
    ("parts.touch", "model", "", "parts.touch has no 'model'; give it one."),
    ("parts.touch", "terminals", "", "parts.touch has no 'terminals'; give it one."),
    ("rails.5v", "mv = 5000", "mv = 0", "rails.5v.mv has to be a whole number >= 1."),
    ("i2c", "bus = 0", "bus = 2", "i2c.bus: use 0 or 1."),
    ("i2c", "sda = 4", "= 4", "it is not TOML: Invalid statement (at line "),
    ('joint = "head_pan"', "pin = 6", "pin = 6.5", "servos[0].pin has to be a whole number."),
    (
        "[[servos]]",
        'joint = "head_pan"',
        'joint = "touch"',
        "two parts are called 'touch'; give one of them another name.",
    ),
    (
        "[[servos]]",
        'joint = "head_pan"',
        'joint = "Head"',
        "a part cannot be called 'Head'; use 1 to 32 of a-z, 0-9 and _, a letter first.",
    ),
]
UNWIRABLE = [
    ("parts.touch", "terminals", 'terminals = ["SIG"]', "parts.touch.terminals: 'SIG' is not a new label and a net"),
    ("parts.touch", "terminals", 'terminals = ["A gnd", "A pin"]', "'A pin' is not a new label and a net"),
    ("parts.touch", "terminals", 'terminals = ["A GND"]', "'GND' is not a net; use a-z, 0-9 and _, or 'pin'"),
    ("parts.touch", "terminals", 'terminals = ["A gp3"]', "'gp3' is not a net"),
    ("parts.range", "terminals", 'terminals = ["A pin"]', "'pin' is no pin, for 'range' has none; give it one."),
    ("parts.door", "inside", 'inside = ["COM GND contact"]', "is not two neighbours of its terminals"),
    ("parts.door", "inside", 'inside = ["COM SIG resistor pull_ohm"]', "and the key of its value"),
    ("parts.door", "inside", 'inside = ["COM SIG valve"]', "one of resistor, capacitor"),
    ("parts.door", "inside", 'inside = [" "]', "is not two neighbours of its terminals"),
]


@pytest.mark.parametrize(("table", "line", "instead", "sentence"), UNREADABLE)
def test_what_cannot_be_read_is_told_with_its_place(changed, table, line, instead, sentence):
    with pytest.raises(ConfigError) as told:
        parse(changed(table, line, instead))
    assert str(told.value).startswith(sentence)


@pytest.mark.parametrize(("table", "line", "instead", "sentence"), UNWIRABLE)
def test_a_wire_that_cannot_be_understood_is_told_with_its_place(changed, firmware, table, line, instead, sentence):
    board = parse(changed(table, line, instead))
    for use in (lambda: check(board, firmware), lambda: lay_out(board, make_plan(board))):
        with pytest.raises(ConfigError) as told:
            use()
        assert sentence in str(told.value)


def test_too_many_parts_are_refused(text):
    more = "".join(f'[support.p{i}]\nmodel = "x"\nspec = "x"\nterminals = []\n\n' for i in range(PARTS_MOST))
    with pytest.raises(ConfigError, match="the most is 64; leave some out"):
        parse(text.replace("[limits]", more + "[limits]"))


@pytest.mark.parametrize("value", ["-1", "0", "99999999999", '"x"', "[]", "{}", '["A -", "B -"]', "[0, 0, 0]", "3"])
@pytest.mark.parametrize(
    "table", ["rails.servo", "parts.battery", "outputs.eye", "support.shifter", 'joint = "left_elbow"']
)
def test_whatever_stands_in_a_line_nothing_but_a_sentence_comes(text, firmware, table, value):
    head, found, tail = text.partition(f"{table}\n" if "=" in table else f"[{table}]\n")
    body, gap, rest = tail.partition("\n\n")
    lines = body.split("\n")
    told = []
    for i, line in enumerate(lines):
        other = [*lines[:i], f"{line.split(' = ')[0]} = {value}", *lines[i + 1 :]]
        try:
            board = parse(head + found + "\n".join(other) + gap + rest)
            check(board, firmware)
            pins_as_text(board)
            lay_out(board, make_plan(board))
        except ConfigError as error:
            told.append(str(error))
    assert told
    assert all(sentence.endswith((".", "?")) for sentence in told), told


def test_terminals_and_what_is_inside_are_as_the_file_says(board):
    assert [(one.label, one.net) for one in nets.terminals_of(board, "door")] == [
        ("COM", "3v3"),
        ("SIG", "gp14"),
        ("GND", "gnd"),
    ]
    assert [(one.upper, one.lower, one.kind, one.value) for one in nets.elements_of(board, "door")] == [
        ("COM", "SIG", "contact", ""),
        ("SIG", "GND", "resistor", "10 kΩ"),
    ]
    assert [one.net for one in nets.terminals_of(board, "shifter")] == ["5v", "gp17", "eye_data", "gnd", "gnd"]


def test_the_eye_gets_what_the_file_says_it_gets(board):
    pins = nets.pico_pins(board)
    assert pins[22] == "gp17"
    assert (pins[6], pins[7], pins[36], pins[39]) == ("sda", "scl", "3v3", "vsys")
    assert pins[3] == pins[38] == "gnd"
