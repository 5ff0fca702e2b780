"""Where everything stands on the wiring diagram. Units are those of the drawing, y down.

The Pico is in the middle, true to its own layout, a column of parts on either side, a row below. Between them are three
channels, which belong to the wires alone: no text stands there. Two grids keep wires apart: the Pico's pins and the
rows of terminals are half a cell off each other, and so are the terminals below and the lanes above them.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from kelex_host.hardware.board import Board
from kelex_host.hardware.nets import Terminal, elements_of, terminals_of
from kelex_host.hardware.pico import PINS, PINS_A_SIDE
from kelex_host.hardware.plan import Channel, Plan

CELL = 16
PIN_PITCH = 2 * CELL
TOP = 6 * CELL
MARGIN = 24
PART_WIDTH = 294
PART_CELLS_LEAST = 3
PICO_WIDTH = 378
# Widths of what stands on it are multiples of STEP.
# Across: terminals of the row below are on multiples of STEP, lanes half a STEP off.
STEP = 14
LANE_PITCH = 2 * STEP
BOTTOM_LANE_PITCH = 13
BOTTOM_WIDTH_LEAST = 98
BOTTOM_HEIGHT = 120
# The longest label of a terminal below that fits a LANE_PITCH.
SHORT_LABEL = 3


@dataclass(frozen=True, slots=True)
class Port:
    """Where a wire meets a part, or the Pico; without a net it is a point inside."""

    label: str
    net: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Symbol:
    """A part's box, with its ports at the edge that faces its channel."""

    name: str
    channel: Channel
    x: float
    y: float
    width: float
    height: float
    ports: tuple[Port, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """All boxes; where the first lane of each channel lies (x; y below); how wide and how high all of it is."""

    parts: tuple[Symbol, ...]
    pico: Symbol
    lanes: dict[Channel, float]
    width: float
    height: float

    def ports(self, channel: Channel) -> list[Port]:
        """Every end of a wire in a channel."""
        ports = [port for part in self.parts if part.channel == channel for port in part.ports]
        if channel != "bottom":
            edge = self.pico.x if channel == "left" else self.pico.x + self.pico.width
            ports += [port for port in self.pico.ports if port.x == edge]
        return [port for port in ports if port.net]


def lay_out(board: Board, plan: Plan) -> Layout:
    """Place all parts. Raises ConfigError where a terminal cannot be understood."""
    left_lane = MARGIN + PART_WIDTH + LANE_PITCH + STEP / 2
    pico_x = left_lane + len(plan.nets["left"]) * LANE_PITCH + STEP / 2
    right_lane = pico_x + PICO_WIDTH + LANE_PITCH + STEP / 2
    right_x = right_lane + len(plan.nets["right"]) * LANE_PITCH + STEP / 2
    columns = {side: _cells(board, plan.parts[side]) for side in ("left", "right")}
    most = max(*(sum(cells) + len(cells) for cells in columns.values()), 2 * PINS_A_SIDE)
    row = [_bottom_width(terminals_of(board, name)) for name in plan.parts["bottom"]]
    row_width = sum(row) + STEP * (len(row) - 1)
    # All stands on the left edge's grid, whichever of the two is wider.
    width = max(right_x + PART_WIDTH, MARGIN + row_width) + MARGIN

    pico_y = TOP + (2 * most - 4 * PINS_A_SIDE) // 4 * CELL
    parts = [
        *_column(board, plan.parts["left"], "left", MARGIN, columns["left"]),
        *_column(board, plan.parts["right"], "right", right_x, columns["right"]),
    ]
    bottom_lane = TOP + most * CELL + CELL
    row_y = bottom_lane + len(plan.nets["bottom"]) * BOTTOM_LANE_PITCH + CELL
    x = MARGIN + (width - 2 * MARGIN - row_width) // 2 // STEP * STEP
    for name, part_width in zip(plan.parts["bottom"], row, strict=True):
        parts.append(_below(board, name, x, row_y, part_width))
        x += part_width + STEP
    lanes: dict[Channel, float] = {"left": left_lane, "right": right_lane, "bottom": bottom_lane}
    return Layout(tuple(parts), _pico(plan.pins, pico_x, pico_y), lanes, width, row_y + BOTTOM_HEIGHT)


def _cells(board: Board, names: list[str]) -> list[int]:
    """How many cells high each part of a column is."""
    notes = [bool(board.parts[name].note) for name in names]
    least = [PART_CELLS_LEAST + 2 * noted for noted in notes]
    return [max(sum(_rows(board, name)) + 1, high) for name, high in zip(names, least, strict=True)]


def _rows(board: Board, name: str) -> list[int]:
    """From each terminal to the next, in cells: two where something is soldered between them."""
    between = {(element.upper, element.lower) for element in elements_of(board, name)}
    labels = [terminal.label for terminal in terminals_of(board, name)]
    return [2 if pair in between else 1 for pair in itertools.pairwise(labels)]


def _column(board: Board, names: list[str], channel: Channel, x: float, cells: list[int]) -> list[Symbol]:
    symbols = []
    y: float = TOP
    for name, high in zip(names, cells, strict=True):
        edge = x + PART_WIDTH if channel == "left" else x
        at = y + CELL / 2
        ports = []
        for terminal, step in zip(terminals_of(board, name), [*_rows(board, name), 0], strict=True):
            ports.append(Port(terminal.label, terminal.net, edge, at))
            at += step * CELL
        symbols.append(Symbol(name, channel, x, y, PART_WIDTH, high * CELL, tuple(ports)))
        y += (high + 1) * CELL
    return symbols


def _bottom_pitch(terminals: list[Terminal]) -> int:
    if len(terminals) == 2:
        return 4 * STEP  # what is inside stands between them
    return LANE_PITCH if all(len(terminal.label) <= SHORT_LABEL for terminal in terminals) else 3 * STEP


def _bottom_width(terminals: list[Terminal]) -> int:
    return max(len(terminals) * _bottom_pitch(terminals), BOTTOM_WIDTH_LEAST)


def _below(board: Board, name: str, x: float, y: float, width: float) -> Symbol:
    terminals = terminals_of(board, name)
    pitch = _bottom_pitch(terminals)
    first = x + (width - (len(terminals) - 1) * pitch) // 2 // STEP * STEP
    ports = [Port(terminal.label, terminal.net, first + i * pitch, y) for i, terminal in enumerate(terminals)]
    return Symbol(name, "bottom", x, y, width, BOTTOM_HEIGHT, tuple(ports))


def _pico(pins: dict[int, str], x: float, y: float) -> Symbol:
    """Pin 1 upper left, down to 20, then from 21 up the right side."""
    ports = []
    for pin, label in enumerate(PINS, 1):
        is_left = pin <= PINS_A_SIDE
        row = pin - 1 if is_left else len(PINS) - pin
        ports.append(Port(label, pins.get(pin, ""), x if is_left else x + PICO_WIDTH, y + CELL + row * PIN_PITCH))
    return Symbol("pico", "left", x, y, PICO_WIDTH, PINS_A_SIDE * PIN_PITCH, tuple(ports))
