"""The wiring diagram: boxes, wires and a legend, as one SVG document."""

from __future__ import annotations

from kelex_host.hardware.board import Board
from kelex_host.hardware.boxes import LABEL, draw_part, draw_pico
from kelex_host.hardware.colors import LEGEND, Ink, inks
from kelex_host.hardware.layout import MARGIN, Layout, lay_out
from kelex_host.hardware.plan import make_plan
from kelex_host.hardware.routing import Router, Segment, joints_of
from kelex_host.hardware.svg import Canvas, text_width

_LEGEND_HEIGHT = 122
_HEAVY, _LIGHT = 4.5, 2.6
_NOTES = (
    "A dot joins wires; wires that cross without a dot do not touch. Thick wires carry the servos' current: 0.75 mm²; "
    "all others: 0.14 mm² or more.",
    "The 10 kΩ of the door and of the doorbell sit at the contact's end of the cable, the light sensor's 100 kΩ at the "
    "sensor: so a cut cable is noticed.",
    "Solder with USB unplugged and the pack's fuse taken out. Follow hardware/README.md for the order and for what to "
    "measure before power.",
)


def wiring(board: Board) -> str:
    """The diagram of a board, as SVG. Raises ConfigError where a terminal cannot be understood."""
    plan = make_plan(board)
    layout = lay_out(board, plan)
    segments = Router(layout, plan).route()
    canvas = Canvas()
    canvas.text(MARGIN, 36, "Kelex: wiring", 28, bold=True)
    canvas.text(
        MARGIN, 68, "Drawn by `kelex hardware wiring` from hardware/board.toml. The Pico is seen from above.", LABEL
    )
    _draw_wires(canvas, layout, segments, inks(board, {segment.net for segment in segments}))
    for symbol in layout.parts:
        draw_part(canvas, board, symbol)
    draw_pico(canvas, board, layout.pico)
    _draw_ends(canvas, layout, inks(board, {segment.net for segment in segments}))
    _draw_legend(canvas, layout.height + 26)
    return canvas.document(layout.width, layout.height + _LEGEND_HEIGHT, "Kelex: wiring")


def _draw_wires(canvas: Canvas, layout: Layout, segments: list[Segment], ink: dict[str, Ink]) -> None:
    """Light wires first, then heavy ones; of each, the upright pieces pass below the level ones."""
    pieces = [piece for piece in segments if (piece.x1, piece.y1) != (piece.x2, piece.y2)]
    for piece in sorted(pieces, key=lambda piece: (_width(layout, piece, ink), piece.is_level)):
        canvas.wire(piece.net, piece.x1, piece.y1, piece.x2, piece.y2, ink[piece.net].color, _width(layout, piece, ink))
    for net, x, y in joints_of(segments):
        canvas.dot(x, y, ink[net].color)


def _width(layout: Layout, piece: Segment, ink: dict[str, Ink]) -> float:
    """Below, 5 V and ground are the servos' too."""
    is_below = min(piece.y1, piece.y2) >= layout.lanes["bottom"]
    return _HEAVY if ink[piece.net].is_heavy or (is_below and piece.net in ("5v", "gnd")) else _LIGHT


def _draw_ends(canvas: Canvas, layout: Layout, ink: dict[str, Ink]) -> None:
    for symbol in (*layout.parts, layout.pico):
        for port in symbol.ports:
            if port.net:
                canvas.dot(port.x, port.y, ink[port.net].color)


def _draw_legend(canvas: Canvas, y: float) -> None:
    x: float = MARGIN
    for ink in LEGEND:
        canvas.line([(x, y), (x + 26, y)], ink.color, _HEAVY if ink.is_heavy else 3)
        canvas.text(x + 32, y, ink.kind, LABEL)
        x += 32 + text_width(ink.kind, LABEL) + 18
    for i, note in enumerate(_NOTES, 1):
        canvas.text(MARGIN, y + 10 + 22 * i, note, LABEL)
