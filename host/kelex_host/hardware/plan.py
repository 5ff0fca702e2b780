"""Who stands on which side of the wiring diagram, and which nets need a lane there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kelex_host.hardware.board import Board
from kelex_host.hardware.nets import gpio_net, pico_pins, terminals_of
from kelex_host.hardware.pico import PINS, PINS_A_SIDE, SUPPLY_PINS

Channel = Literal["left", "right", "bottom"]


@dataclass(frozen=True, slots=True)
class Plan:
    """The parts of each channel in their order, and the nets that have ends in it (below: or only pass)."""

    parts: dict[Channel, list[str]]
    nets: dict[Channel, list[str]]
    pins: dict[int, str]


def make_plan(board: Board) -> Plan:
    """Parts stand where their signal's pin is, the uppermost first; servos and supplies below, the battery last."""
    pins = pico_pins(board)
    signals = {net: pin for pin, net in pins.items() if net not in SUPPLY_PINS}
    parts: dict[Channel, list[str]] = {"left": [], "right": [], "bottom": []}
    rows: dict[str, int] = {}
    supplies = []
    for name in board.parts:
        pin = _pin(board, name, signals)
        if board.table[name] == "servos":
            parts["bottom"].append(name)
        elif pin is None:
            supplies.append(name)
        else:
            rows[name] = _row(pin)
            parts["left" if pin <= PINS_A_SIDE else "right"].append(name)
    parts["left"].sort(key=lambda name: rows[name])
    parts["right"].sort(key=lambda name: rows[name])
    parts["bottom"] += reversed(supplies)
    nets = {
        "left": {net for pin, net in pins.items() if pin <= PINS_A_SIDE} | _nets(board, parts["left"]),
        "right": {net for pin, net in pins.items() if pin > PINS_A_SIDE} | _nets(board, parts["right"]),
    }
    below = _nets(board, parts["bottom"]) | nets["left"] & nets["right"]
    return Plan(parts, {"left": sorted(nets["left"]), "right": sorted(nets["right"]), "bottom": sorted(below)}, pins)


def _pin(board: Board, name: str, signals: dict[str, int]) -> int | None:
    """The uppermost pin that a part's signals lead to, if only by another part."""
    gpio = board.parts[name].gpio
    nets = [terminal.net for terminal in terminals_of(board, name)] + ([] if gpio is None else [gpio_net(gpio)])
    return min((signals[net] for net in nets if net in signals), key=_row, default=None)


def _row(pin: int) -> int:
    """How far down the Pico a pin is."""
    return pin if pin <= PINS_A_SIDE else len(PINS) + 1 - pin


def _nets(board: Board, names: list[str]) -> set[str]:
    return {terminal.net for name in names for terminal in terminals_of(board, name) if terminal.net}
