"""The Pico's forty pins and what is on each, as data and as tables."""

from __future__ import annotations

from typing import Any

from kelex_host.hardware.board import Board
from kelex_host.hardware.nets import all_terminals, pico_pins
from kelex_host.hardware.pico import PINS, functions_of, gpio_of

_COLUMNS = ("pin", "name", "on it", "can be")
# More terminals than these are not listed: it is a supply, and the wiring diagram shows them.
_LISTED_MOST = 6


def pin_rows(board: Board) -> list[dict[str, Any]]:
    """For each physical pin: `pin`, `name`, `net` (empty: free), `on` (its terminals), `can_be`."""
    nets = pico_pins(board)
    terminals = all_terminals(board)
    rows = []
    for pin, name in enumerate(PINS, 1):
        net, gpio = nets.get(pin, ""), gpio_of(pin)
        on = [f"{terminal.part} {terminal.label}" for terminal in terminals if net and terminal.net == net]
        can_be = [] if gpio is None else functions_of(gpio)
        rows.append({"pin": pin, "name": name, "net": net, "on": on, "can_be": can_be})
    return rows


def pins_as_text(board: Board) -> str:
    """A table for the terminal."""
    cells = [_COLUMNS, *_cells(board)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(_COLUMNS))]
    aligned = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "\n".join(aligned) + "\n"


def pins_as_markdown(board: Board) -> str:
    """The same for a document."""
    lines = [_COLUMNS, ("--:", "---", "---", "---"), *_cells(board)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cells(board: Board) -> list[tuple[str, ...]]:
    return [(str(row["pin"]), row["name"], _on(row), ", ".join(row["can_be"])) for row in pin_rows(board)]


def _on(row: dict[str, Any]) -> str:
    if len(row["on"]) > _LISTED_MOST:
        return f"{row['net']}: {len(row['on'])} terminals"
    return ", ".join(row["on"])
