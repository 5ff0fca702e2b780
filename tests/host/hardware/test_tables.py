"""The pin table and the parts list: everything is on them, as often as the board needs it."""

import csv
import io
from pathlib import Path

from kelex_host.hardware.bom import bom_as_csv, bom_as_markdown, parts_list
from kelex_host.hardware.pin_table import pin_rows, pins_as_markdown, pins_as_text

README = Path(__file__).parents[3] / "hardware" / "README.md"


def test_every_signal_is_on_the_pin_of_its_gpio(board):
    signals = [row for row in pin_rows(board) if row["net"].startswith("gp")]
    on = {terminal.split()[0]: row["pin"] for row in signals for terminal in row["on"]}
    names = {row["name"]: row["pin"] for row in pin_rows(board)}
    for name, part in board.parts.items():
        if part.gpio is not None and not part.through:
            assert on[name] == names[f"GP{part.gpio}"]
    assert on["shifter"] == names[f"GP{board.parts['eye'].gpio}"]  # it stands between the eye and its pin


def test_the_tables_have_forty_rows(board):
    assert [row["pin"] for row in pin_rows(board)] == list(range(1, 41))
    assert len(pins_as_text(board).splitlines()) == 41
    markdown = pins_as_markdown(board).splitlines()
    assert len(markdown) == 42
    assert {line.count("|") for line in markdown} == {5}
    assert "| 20 | GP15 | touch SIG | I2C1 SCL, PWM7B |" in markdown


def test_the_readme_has_the_pin_table_of_the_board(board):
    assert pins_as_markdown(board) in README.read_text("utf-8")


def test_every_part_is_on_the_list_as_often_as_it_is_needed(board):
    bought = {line.item: line.quantity for line in parts_list(board)}
    assert bought["MG90S"] == len(board.joints) == 8
    assert bought["Raspberry Pi Pico"] == 1
    wanted = {part.model for part in board.parts.values() if part.quantity}
    assert wanted <= set(bought)
    assert "2S lithium-ion" not in bought  # the divider is resistors; the pack is a line of its own


def test_what_is_soldered_inside_is_on_the_list(board):
    bought = {line.item: (line.quantity, line.used_for) for line in parts_list(board)}
    assert bought["resistor 10 kΩ"] == (3, ["battery", "door", "doorbell"])
    assert bought["resistor 30 kΩ"] == (1, ["battery"])
    assert bought["resistor 100 kΩ"] == (1, ["light"])
    assert bought["electrolytic 470 µF"] == (1, ["eye"])


def test_both_forms_hold_the_same_lines(board):
    rows = list(csv.reader(io.StringIO(bom_as_csv(board))))
    markdown = [line.strip("| ").split(" | ") for line in bom_as_markdown(board).splitlines()]
    assert rows[0] == ["quantity", "item", "search for", "for"] == markdown[0]
    assert [row[:3] for row in rows[1:]] == [row[:3] for row in markdown[2:]]
    assert all(row[0].isdigit() and row[1] and row[2] for row in rows[1:])
