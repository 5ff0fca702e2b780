"""The parts list: what to buy, what to search for, how many, and what for."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict, dataclass, field
from typing import Any

from kelex_host.hardware.board import Board
from kelex_host.hardware.nets import Element, elements_of

_COLUMNS = ("quantity", "item", "search for", "for")
# What is soldered inside a part and bought by itself; a fuse or a switch is a part of its own.
_SPECS = {
    "resistor": "metal film resistor, {}, 1 %, 0.25 W",
    "capacitor": "ceramic capacitor, {}, 16 V or more",
    "electrolytic": "electrolytic capacitor, {}, 10 V or more",
}


@dataclass(slots=True)
class Line:
    """One line of the list; `used_for` names the parts."""

    item: str
    spec: str
    quantity: int = 0
    used_for: list[str] = field(default_factory=list)


def parts_list(board: Board) -> list[Line]:
    """The Pico first, then the parts in the file's order, what is soldered to them, and all else."""
    lines: dict[tuple[str, str], Line] = {}
    _count(lines, board.pico.model, board.pico.spec, 1, "the brain")
    for name, part in board.parts.items():
        if part.quantity:
            _count(lines, part.model, part.spec, part.quantity, name)
    for name in board.parts:
        for element in elements_of(board, name):
            if element.kind in _SPECS and board.table[name] != "support":
                _count(lines, f"{element.kind} {element.value}", _spec(element), 1, name)
    for extra in board.extras:
        _count(lines, extra.item, extra.spec, extra.quantity, "")
    return list(lines.values())


def bom_as_markdown(board: Board) -> str:
    """The list for a document."""
    rows = [_COLUMNS, ("--:", "---", "---", "---"), *map(_cells, parts_list(board))]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |\n" for row in rows)


def bom_as_csv(board: Board) -> str:
    """The list for a spreadsheet (RFC 4180)."""
    text = io.StringIO()
    csv.writer(text).writerows([_COLUMNS, *map(_cells, parts_list(board))])
    return text.getvalue()


def bom_rows(board: Board) -> list[dict[str, Any]]:
    """The list as data."""
    return [asdict(line) for line in parts_list(board)]


def _count(lines: dict[tuple[str, str], Line], item: str, spec: str, quantity: int, used_for: str) -> None:
    line = lines.setdefault((item, spec), Line(item, spec))
    line.quantity += quantity
    if used_for and used_for not in line.used_for:
        line.used_for.append(used_for)


def _spec(element: Element) -> str:
    return _SPECS[element.kind].format(element.value)


def _cells(line: Line) -> tuple[str, str, str, str]:
    return str(line.quantity), line.item, line.spec, ", ".join(line.used_for)
