"""Which terminals belong together: a net is everything that one wire, with its branches, joins."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kelex_host.errors import ConfigError
from kelex_host.hardware.board import Board, Part
from kelex_host.hardware.pico import SUPPLY_PINS, pin_of

INSIDE = "-"
ELEMENTS = ("resistor", "capacitor", "electrolytic", "contact", "fuse", "diode", "shunt")
_VALUED = ("resistor", "capacitor", "electrolytic", "shunt")
_UNITS = {"ohm": "Ω", "nf": "nF", "uf": "µF"}


@dataclass(frozen=True, slots=True)
class Terminal:
    """One terminal of a part; `net` is empty where no wire leads to it."""

    part: str
    label: str
    net: str


@dataclass(frozen=True, slots=True)
class Element:
    """What is soldered between two neighbouring terminals of a part, such as a resistor of `value` ("10 kΩ")."""

    upper: str
    lower: str
    kind: str
    value: str


def gpio_net(gpio: int) -> str:
    """The net of a signal at a GPIO."""
    return f"gp{gpio}"


def terminals_of(board: Board, name: str) -> list[Terminal]:
    """A part's terminals in their order. Raises ConfigError for a line that cannot be understood."""
    found: list[Terminal] = []
    for line in board.parts[name].terminals:
        words = line.split()
        if len(words) != 2 or words[0] in [terminal.label for terminal in found]:
            raise ConfigError(
                f"{_place(board, name)}.terminals: '{line}' is not a new label and a net, as in 'OUT pin'."
            )
        found.append(Terminal(name, words[0], _net(board, name, words[1])))
    return found


def elements_of(board: Board, name: str) -> list[Element]:
    """What is inside a part. Raises ConfigError for a line that cannot be understood."""
    part = board.parts[name]
    labels = [line.split()[0] for line in part.terminals]
    found: list[Element] = []
    for line in part.inside:
        words = line.split()
        upper, lower, kind, key = [*words, ""][:4] if len(words) in (3, 4) else ("", "", "", "")
        neighbours = upper in labels and lower in labels and labels.index(lower) - labels.index(upper) == 1
        value = _value(part, key)
        if not neighbours or kind not in ELEMENTS or (kind in _VALUED and not value):
            raise ConfigError(
                f"{_place(board, name)}.inside: '{line}' is not two neighbours of its terminals, one of "
                f"{', '.join(ELEMENTS)}, and the key of its value."
            )
        found.append(Element(upper, lower, kind, value))
    return found


def all_terminals(board: Board) -> list[Terminal]:
    """Every terminal of every part, in the file's order."""
    return [terminal for name in board.parts for terminal in terminals_of(board, name)]


def pico_pins(board: Board) -> dict[int, str]:
    """The net at each of the Pico's pins that has one."""
    nets = {terminal.net for terminal in all_terminals(board)}
    lines = {"sda": board.i2c.sda, "scl": board.i2c.scl}
    pins = {pin: net for net, supplied in SUPPLY_PINS.items() if net in nets for pin in supplied}
    pins |= {pin: net for net in nets if net.startswith("gp") and (pin := pin_of(int(net[2:])))}
    return pins | {pin: net for net, gpio in lines.items() if net in nets and (pin := pin_of(gpio))}


def quantity_text(key: str, value: float) -> str:
    """A value as it stands on a drawing: the key's last word is its unit."""
    unit = _UNITS[key.rsplit("_", 1)[1]]
    kilo = value >= 1000 and unit == "Ω"
    return f"{value / 1000 if kilo else value:g} {'k' if kilo else ''}{unit}"


def _value(part: Part, key: str) -> str:
    value = getattr(part, key, None) if re.fullmatch(r"\w+_(ohm|nf|uf)", key) else None
    return "" if value is None else quantity_text(key, value)


def _net(board: Board, name: str, word: str) -> str:
    if word == INSIDE:
        return ""
    owner, dot, pin = word.rpartition(".")
    if word != "pin" and not (dot and pin == "pin"):
        if not re.fullmatch(r"[a-z0-9_]{1,32}", word) or re.fullmatch(r"gp\d+", word):
            raise ConfigError(f"{_place(board, name)}.terminals: '{word}' is not a net; use a-z, 0-9 and _, or 'pin'.")
        return word
    part = board.parts.get(owner or name)
    if part is None or part.gpio is None:
        raise ConfigError(
            f"{_place(board, name)}.terminals: '{word}' is no pin, for '{owner or name}' has none; give it one."
        )
    return gpio_net(part.gpio)


def _place(board: Board, name: str) -> str:
    return f"{board.table[name]}.{name}"
