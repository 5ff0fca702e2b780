"""The signs of what is soldered inside a part's box: resistor, capacitor, contact, fuse, diode.

Each is drawn along the way from one terminal to the next, which leads down in a column and right in the row below.
"""

from __future__ import annotations

from kelex_host.hardware.nets import Element
from kelex_host.hardware.svg import INK, Canvas

Point = tuple[float, float]
_HALF = 8  # of a sign's length
_WIDE = 4  # half its width
_WHITE = "#ffffff"


def draw_element(canvas: Canvas, element: Element, start: Point, end: Point) -> None:
    """Draw one between two points, straight above or beside each other."""
    (x1, y1), (x2, y2) = start, end
    middle = ((x1 + x2) / 2, (y1 + y2) / 2)
    is_upright = x1 == x2

    def at(along: float, across: float) -> Point:
        """A point of the sign: so far along the way from its middle, and so far to the side."""
        return (middle[0] + across, middle[1] + along) if is_upright else (middle[0] + along, middle[1] - across)

    gap = {"capacitor": 2.5, "electrolytic": 2.5}.get(element.kind, _HALF)
    canvas.line([start, at(-gap, 0)])
    canvas.line([at(gap, 0), end])
    corners = [at(-_HALF, -_WIDE), at(-_HALF, _WIDE), at(_HALF, _WIDE), at(_HALF, -_WIDE), at(-_HALF, -_WIDE)]
    if element.kind in ("resistor", "shunt", "fuse"):
        canvas.line(corners, fill=_WHITE)
    if element.kind == "fuse":
        canvas.line([at(-_HALF, 0), at(_HALF, 0)])
    elif element.kind in ("capacitor", "electrolytic"):
        canvas.line([at(-gap, -7), at(-gap, 7)], width=2.5)
        canvas.line([at(gap, -7), at(gap, 7)], width=2.5)
    elif element.kind == "contact":
        canvas.line([at(-_HALF, 0), at(_HALF - 2, 7)])
        canvas.dot(*at(-_HALF, 0), INK, 2)
        canvas.dot(*at(_HALF, 0), INK, 2)
    elif element.kind == "diode":
        canvas.line([at(-_HALF, -6), at(-_HALF, 6), at(_HALF, 0), at(-_HALF, -6)], fill=INK)
        canvas.line([at(_HALF, -6), at(_HALF, 6)], width=2.5)
    if element.kind == "electrolytic":
        canvas.text(*at(-9, 5), "+", 10, anchor="middle")
