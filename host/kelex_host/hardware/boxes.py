"""The boxes of the wiring diagram, with all its text: each part with its terminals, and the Pico."""

from __future__ import annotations

from collections import Counter

from kelex_host.hardware.board import Board, Part
from kelex_host.hardware.elements import draw_element
from kelex_host.hardware.layout import Port, Symbol
from kelex_host.hardware.nets import Element, all_terminals, elements_of
from kelex_host.hardware.pico import PINS, gpio_of
from kelex_host.hardware.svg import INK, Anchor, Canvas, text_width, wrapped

FILLS = {"parts": "#edf5fd", "outputs": "#fdf1f8", "support": "#f5f3ec", "servos": "#f4effb"}
PICO_FILL = "#e9f5e9"
LABEL, TITLE, SMALL = 14, 15.5, 13
_GREY = "#55606b"
_LINE = 16
_JOINT = 3  # radius of a dot inside a box
_RIM = 4  # beyond the cells that a part beside the Pico fills
_EDGE = 11  # from the box's edge to a label
_FIRST_COLUMN = 13  # ... to what is soldered inside
_COLUMNS = 74  # from one of these to the next
_RAILS = {"3v3": "3.3 V", "5v": "5 V"}  # those whose name is no word


def draw_part(canvas: Canvas, board: Board, symbol: Symbol) -> None:
    """A part: its box, its terminals, what is soldered inside, what it is."""
    rim = 0 if symbol.channel == "bottom" else _RIM
    canvas.box(symbol.x, symbol.y - rim, symbol.width, symbol.height + 2 * rim, FILLS[board.table[symbol.name]])
    if symbol.channel == "bottom":
        _draw_below(canvas, board, symbol)
    else:
        _draw_beside(canvas, board, symbol)


def draw_pico(canvas: Canvas, board: Board, symbol: Symbol) -> None:
    """The Pico from above, USB at the top: each pin with its number, its name and what is there."""
    canvas.box(symbol.x, symbol.y, symbol.width, symbol.height, PICO_FILL)
    middle = symbol.x + symbol.width / 2
    canvas.box(middle - 34, symbol.y - 14, 68, 34, "#d5d9de")
    canvas.text(middle, symbol.y + 3, "USB", LABEL, anchor="middle", bold=True)
    canvas.text(middle, symbol.y + 44, "Raspberry", TITLE, anchor="middle", bold=True)
    canvas.text(middle, symbol.y + 62, "Pico", TITLE, anchor="middle", bold=True)
    for pin, port in enumerate(symbol.ports, 1):
        inward = 1 if port.x == symbol.x else -1
        anchor: Anchor = "start" if inward == 1 else "end"
        canvas.box(port.x - 11 + inward * 15, port.y - 10, 22, 20, "#ffffff" if port.net else "#d9dfd9", _GREY, 3)
        canvas.text(port.x + inward * 15, port.y, str(pin), 12.5, anchor="middle")
        name_x = port.x + inward * 32
        canvas.text(
            name_x,
            port.y,
            port.label,
            LABEL,
            anchor=anchor,
            bold=bool(port.net),
            color=INK if port.net else _GREY,
        )
        user_x = name_x + inward * (text_width(port.label, LABEL, bold=True) + 6)
        user = _user(board, pin)
        if user:
            canvas.text(user_x, port.y, user, SMALL, anchor=anchor, color=_GREY)


def terminal_text(board: Board, name: str, port: Port) -> str:
    """A terminal's label, and where its wire leads: to a pin, a rail, or the only other part that it leads to."""
    lines = {"sda": board.i2c.sda, "scl": board.i2c.scl}
    rails = {rail.net or name: _RAILS.get(name, name) for name, rail in board.rails.items()}
    others = {terminal.part for terminal in all_terminals(board) if terminal.net == port.net and terminal.part != name}
    if port.net.startswith("gp"):
        where = port.net.upper()
    elif port.net in lines:
        where = f"GP{lines[port.net]}"
    else:
        where = rails.get(port.net, "") or (
            next(iter(others)).replace("_", " ") if port.net and len(others) == 1 else ""
        )
    return f"{port.label} · {where}" if where else port.label


def _draw_beside(canvas: Canvas, board: Board, symbol: Symbol) -> None:
    is_left = symbol.channel == "left"
    edge = symbol.x + symbol.width if is_left else symbol.x
    inward = -1 if is_left else 1
    anchor: Anchor = "end" if is_left else "start"
    far: Anchor = "start" if is_left else "end"
    columns = _columns(elements_of(board, symbol.name))
    inset = _EDGE + (_FIRST_COLUMN + _COLUMNS * (max(columns.values()))) if columns else _EDGE
    places = {port.label: port for port in symbol.ports}
    for element, column in columns.items():
        x = edge + inward * (_FIRST_COLUMN + _COLUMNS * column)
        upper, lower = places[element.upper], places[element.lower]
        for port in (upper, lower):
            canvas.line([(edge if port.net else x, port.y), (x, port.y)])
        draw_element(canvas, element, (x, upper.y), (x, lower.y))
        if not lower.net:
            canvas.dot(x, lower.y, INK, _JOINT)
        canvas.text(x + inward * 12, (upper.y + lower.y) / 2, element.value, SMALL, anchor=anchor, color=_GREY)
    ends = Counter(label for element in columns for label in (element.upper, element.lower))
    longest = 0.0
    for port in symbol.ports:
        if ends[port.label] > 1:
            canvas.dot(edge + inward * _FIRST_COLUMN, port.y, INK, _JOINT)
        words = terminal_text(board, symbol.name, port)
        canvas.text(edge + inward * inset, port.y, words, LABEL, anchor=anchor)
        longest = max(longest, text_width(words, LABEL))
    room = symbol.width - inset - longest - 2 * _EDGE
    x = symbol.x + _EDGE if is_left else symbol.x + symbol.width - _EDGE
    _draw_name(canvas, board.parts[symbol.name], symbol, x, far, room)


def _draw_name(canvas: Canvas, part: Part, symbol: Symbol, x: float, anchor: Anchor, room: float) -> None:
    lines: list[tuple[str, float, bool]] = [
        (line, TITLE, True) for line in wrapped(_name(part, symbol.name), TITLE, room, bold=True)
    ]
    lines += [(line, SMALL, False) for line in wrapped(part.model, SMALL, room)]
    if part.address is not None:
        lines.append((f"address {part.address:#04x}", SMALL, False))
    lines += [(line, SMALL, False) for line in wrapped(part.note, SMALL, room)]
    y = symbol.y + symbol.height / 2 - (len(lines) - 1) * _LINE / 2
    for words, size, bold in lines:
        canvas.text(x, y, words, size, anchor=anchor, bold=bold)
        y += _LINE


def _draw_below(canvas: Canvas, board: Board, symbol: Symbol) -> None:
    elements = elements_of(board, symbol.name)
    places = {port.label: port for port in symbol.ports}
    deep = 14 if elements else 0
    for element in elements:
        upper, lower = places[element.upper], places[element.lower]
        for port in (upper, lower):
            canvas.line([(port.x, port.y), (port.x, port.y + deep)])
        draw_element(canvas, element, (upper.x, upper.y + deep), (lower.x, lower.y + deep))
    y = symbol.y + deep + _LINE
    for port in symbol.ports:
        canvas.text(port.x, y, port.label, SMALL, anchor="middle")
    signal = next((port for port in symbol.ports if port.net.startswith("gp")), None)
    part = board.parts[symbol.name]
    lines: list[tuple[str, float, bool]] = [(signal.net.upper(), LABEL, False)] if signal else []
    room = symbol.width - 8
    lines += [(line, LABEL, True) for line in wrapped(_name(part, symbol.name), LABEL, room, bold=True)]
    lines += [(line, SMALL, False) for line in wrapped(part.model, SMALL, room)]
    for words, size, bold in lines:
        y += _LINE
        canvas.text(symbol.x + symbol.width / 2, y, words, size, anchor="middle", bold=bold)


def _columns(elements: list[Element]) -> dict[Element, int]:
    """Which column each stands in: the first, but for what is parallel to one before."""
    columns: dict[Element, int] = {}
    for element in elements:
        columns[element] = sum((other.upper, other.lower) == (element.upper, element.lower) for other in columns)
    return columns


def _name(part: Part, name: str) -> str:
    return part.label or name.replace("_", " ")


def _user(board: Board, pin: int) -> str:
    gpio = gpio_of(pin)
    if gpio is None:
        return {"VSYS": "5 V in", "3V3": "3.3 V out"}.get(PINS[pin - 1], "")
    for line in ("sda", "scl"):
        if gpio == getattr(board.i2c, line):
            return f"I2C {line.upper()}"
    return " and ".join(
        _name(part, name).replace(" divider", "") for name, part in board.parts.items() if part.gpio == gpio
    )
