"""The wiring diagram, measured: no wire on another, none across a word or through a box, and every net in one piece.

What is measured is the SVG itself, as a reader of it would: its lines of the class `wire`, its words and its boxes.
"""

import itertools
import random
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest
from kelex_host.hardware.board import Board, parse
from kelex_host.hardware.diagram import wiring
from kelex_host.hardware.layout import lay_out
from kelex_host.hardware.nets import all_terminals
from kelex_host.hardware.pico import ADC_GPIOS, PINS
from kelex_host.hardware.plan import make_plan

ROOT = Path(__file__).parents[3]
SVG = "{http://www.w3.org/2000/svg}"
# Between wires that run beside each other, from the middle of one to that of the other.
APART_LEAST = 6
# Advance widths of DejaVu Sans, in thousandths of its size, none of them below the font's.
THOUSANDTHS = {
    **dict.fromkeys("W@M%m", 1000),
    **dict.fromkeys("OQGDNHΩ+=w", 838),
    **dict.fromkeys("tfr()-/", 411),
    **dict.fromkeys(" ilj.,:'·I", 337),
}
OTHER = 700
BOLD = 1.13


@dataclass(frozen=True)
class Rect:
    left: float
    top: float
    right: float
    bottom: float
    what: str = ""

    def touches(self, other: "Rect") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def holds(self, other: "Rect") -> bool:
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )


@dataclass(frozen=True)
class Wire:
    net: str
    x1: float
    y1: float
    x2: float
    y2: float
    width: float

    @property
    def level(self) -> bool:
        return self.y1 == self.y2

    @property
    def rect(self) -> Rect:
        half = self.width / 2
        return Rect(self.x1 - half, self.y1 - half, self.x2 + half, self.y2 + half, self.net)


class Drawing:
    """What is on the sheet."""

    def __init__(self, svg: str) -> None:
        root = ElementTree.fromstring(svg)
        self.width, self.height = map(float, root.get("viewBox").split()[2:])
        self.wires = [
            Wire(line.get("data-net"), *(float(line.get(key)) for key in ("x1", "y1", "x2", "y2", "stroke-width")))
            for line in root.iter(SVG + "line")
            if line.get("class") == "wire"
        ]
        self.words = [_rect_of(text) for text in root.iter(SVG + "text")]
        rects = [rect for rect in root.iter(SVG + "rect") if rect.get("x")]
        numbers = [[float(rect.get(key)) for key in ("x", "y", "width", "height")] for rect in rects]
        self.boxes = [Rect(x, y, x + width, y + height) for x, y, width, height in numbers]
        self.dots = {(float(dot.get("cx")), float(dot.get("cy"))) for dot in root.iter(SVG + "circle")}


def _rect_of(text) -> Rect:
    size, x, y = (float(text.get(key)) for key in ("font-size", "x", "y"))
    ems = sum(THOUSANDTHS.get(char, OTHER) for char in text.text) / 1000
    width = ems * size * (BOLD if text.get("font-weight") == "bold" else 1)
    left = x - width * {"middle": 0.5, "end": 1}.get(text.get("text-anchor"), 0)
    # Capitals are 0.73 of the size high; what hangs below the line, 0.24, does so between two words of other lines.
    return Rect(left, y - 0.73 * size, left + width, y, text.text)


def shuffled(board: Board, seed: int) -> Board:
    """The board with its signals on other pins, each on one that can do what it does."""
    chance = random.Random(seed)
    adc = list(ADC_GPIOS)
    free = [int(name[2:]) for name in PINS if name.startswith("GP") and int(name[2:]) not in (4, 5, *ADC_GPIOS)]
    chance.shuffle(adc)
    chance.shuffle(free)
    parts = {}
    for name, part in board.parts.items():
        if part.adc is not None:
            part = msgspec.structs.replace(part, adc=adc.pop())
        elif part.pin is not None:
            part = msgspec.structs.replace(part, pin=free.pop())
        parts[name] = part
    return Board(board.pico, board.rails, board.i2c, board.servo, board.joints, board.limits, [], parts, board.table)


@pytest.fixture(scope="module", params=["as it is", 1, 2, 3])
def drawn(request, board) -> tuple[Board, Drawing]:
    used = board if request.param == "as it is" else shuffled(board, request.param)
    return used, Drawing(wiring(used))


def test_no_wire_runs_on_another_or_close_beside_it(drawn):
    for one, other in itertools.combinations(drawn[1].wires, 2):
        if one.level != other.level or one.net == other.net:
            continue
        if one.level:
            apart, overlap = abs(one.y1 - other.y1), min(one.x2, other.x2) - max(one.x1, other.x1)
        else:
            apart, overlap = abs(one.x1 - other.x1), min(one.y2, other.y2) - max(one.y1, other.y1)
        assert apart >= APART_LEAST or overlap < 0, (one, other)


def test_no_wire_crosses_a_word_or_goes_through_a_box(drawn):
    _, drawing = drawn
    boxes = [Rect(box.left + 1, box.top + 1, box.right - 1, box.bottom - 1) for box in drawing.boxes]
    for wire in drawing.wires:
        bare = Rect(wire.x1, wire.y1, wire.x2, wire.y2)
        assert [words for words in drawing.words if words.touches(wire.rect)] == [], wire
        assert [box for box in boxes if box.touches(bare)] == [], wire


def test_the_sheet_has_the_drawings_shape_wherever_it_is_shown(board):
    root = ElementTree.fromstring(wiring(board))
    width_mm, height_mm = (float(root.get(side).removesuffix("mm")) for side in ("width", "height"))
    width, height = map(float, root.get("viewBox").split()[2:])
    assert width_mm == 297
    assert height_mm / width_mm == pytest.approx(height / width, rel=1e-4)


def test_no_word_lies_on_another_or_leaves_its_box_or_the_sheet(drawn):
    _, drawing = drawn
    sheet = Rect(0, 0, drawing.width, drawing.height)
    for words in drawing.words:
        assert sheet.holds(words), words
        inside = [box for box in drawing.boxes if box.touches(words)]
        assert any(box.holds(words) for box in inside) or not inside, words
    crossing = [(one.what, other.what) for one, other in itertools.combinations(drawing.words, 2) if one.touches(other)]
    assert crossing == []


def test_every_terminal_is_at_an_end_of_its_nets_wire(drawn):
    board, drawing = drawn
    layout = lay_out(board, make_plan(board))
    ends = {(wire.net, x, y) for wire in drawing.wires for x, y in ((wire.x1, wire.y1), (wire.x2, wire.y2))}
    ports = [port for symbol in (*layout.parts, layout.pico) for port in symbol.ports if port.net]
    assert {(port.net, port.x, port.y) for port in ports} <= ends
    assert {(port.x, port.y) for port in ports} <= drawing.dots
    at_parts = [port for symbol in layout.parts for port in symbol.ports if port.net]
    assert len(at_parts) == len([terminal for terminal in all_terminals(board) if terminal.net])


def test_every_net_is_in_one_piece(drawn):
    _, drawing = drawn
    for net in {wire.net for wire in drawing.wires}:
        pieces = [wire for wire in drawing.wires if wire.net == net]
        reached, fresh = set(), {pieces[0]}
        while fresh:
            reached |= fresh
            fresh = {piece for piece in pieces if piece not in reached and any(_meet(piece, one) for one in fresh)}
        assert reached == set(pieces), net


def test_wires_of_different_nets_never_meet_at_a_dot_or_an_end(drawn):
    _, drawing = drawn
    for one, other in itertools.permutations(drawing.wires, 2):
        if one.net != other.net and one.level and not other.level and _meet(one, other):
            point = (other.x1, one.y1)
            assert one.x1 < point[0] < one.x2, (one, other)
            assert other.y1 < point[1] < other.y2, (one, other)
            assert point not in drawing.dots, (one, other)


def _meet(one: Wire, other: Wire) -> bool:
    return one.x1 <= other.x2 and other.x1 <= one.x2 and one.y1 <= other.y2 and other.y1 <= one.y2


def test_the_measure_notices_what_it_should():
    word = ElementTree.fromstring('<text x="10" y="20" font-size="10">WWWW</text>')
    assert _rect_of(word) == Rect(10, 12.7, 10 + 40, 20, "WWWW")
    assert Wire("a", 0, 15, 30, 15, 2).rect.touches(_rect_of(word))
    assert not Wire("a", 0, 25, 30, 25, 2).rect.touches(_rect_of(word))


def test_resistors_and_the_divider_are_shown(board):
    words = [rect.what for rect in Drawing(wiring(board)).words]
    for value, times in (
        ("10 kΩ", 3),
        ("30 kΩ", 1),
        ("100 kΩ", 1),
        ("330 Ω", 2),
        ("100 nF", 1),
        ("470 µF", 1),
        ("0.1 Ω", 1),
    ):
        assert words.count(value) == times, value
    assert {str(pin) for pin in range(1, 41)} <= set(words)


def test_strange_letters_do_not_break_the_drawing(changed):
    svg = wiring(parse(changed("parts.touch", "model", 'model = "<b>&\\"Ω"')))
    assert '<b>&"Ω' in [rect.what for rect in Drawing(svg).words]


def test_the_drawing_in_the_repository_is_the_boards(board):
    kept = (ROOT / "hardware" / "wiring.svg").read_text("utf-8")
    assert kept == wiring(board), "draw it again: kelex hardware wiring -o hardware/wiring.svg"
