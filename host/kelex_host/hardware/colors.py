"""What the colours of the wiring diagram mean."""

from __future__ import annotations

from dataclasses import dataclass

from kelex_host.hardware.board import Board
from kelex_host.hardware.nets import gpio_net


@dataclass(frozen=True, slots=True)
class Ink:
    """A kind of wire: what the legend calls it, its colour, and whether it carries a motor's current."""

    kind: str
    color: str
    is_heavy: bool = False


GROUND = Ink("ground", "#1b1f24")
BATTERY = Ink("battery, 6.0 to 8.4 V", "#7a4419", True)
FIVE = Ink("5 V", "#d32020")
SERVO_SUPPLY = Ink("5 V of the servos", "#8c0d3f", True)
THREE = Ink("3.3 V", "#ef7d00")
SDA = Ink("I2C data (SDA)", "#1257c9")
SCL = Ink("I2C clock (SCL)", "#b8960a")
PULSE = Ink("servo signal", "#7a35c4")
ANALOGUE = Ink("analogue signal", "#00897b")
INPUT = Ink("input", "#3c9a1e")
OUTPUT = Ink("output", "#0a9fd8")
LEGEND = (BATTERY, FIVE, SERVO_SUPPLY, THREE, GROUND, SDA, SCL, PULSE, ANALOGUE, INPUT, OUTPUT)

_SUPPLIES = {"gnd": GROUND, "5v": FIVE, "vsys": FIVE, "3v3": THREE, "sda": SDA, "scl": SCL}


def inks(board: Board, nets: set[str]) -> dict[str, Ink]:
    """The ink of each net, by what is on it."""
    signals = {gpio_net(part.gpio): _signal(board, name) for name, part in board.parts.items() if part.gpio is not None}
    found = {}
    for net in nets:
        if net in _SUPPLIES:
            found[net] = _SUPPLIES[net]
        elif net.startswith("pack"):
            found[net] = BATTERY
        elif net.startswith("servo"):
            found[net] = SERVO_SUPPLY
        else:
            found[net] = signals.get(net, OUTPUT)
    return found


def _signal(board: Board, name: str) -> Ink:
    part = board.parts[name]
    if board.table[name] == "servos":
        return PULSE
    if part.adc is not None:
        return ANALOGUE
    return INPUT if part.senses else OUTPUT
