"""The few shapes that a drawing is made of, as SVG text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal
from xml.sax.saxutils import escape

FONT = "DejaVu Sans, Verdana, Arial, sans-serif"
INK = "#1b1f24"
# A character's width by its font size, rather too wide than too narrow: such as these, and any other.
_WIDTHS = {"MW@%mw": 0.99, "ABCDEGHKNOPQRUVXYZΩ+=": 0.8, "ijltfrI.,:;'()-/· `": 0.46}
_OTHER_WIDTH = 0.65
_BOLD = 1.12
_RIM_ENDS = 6
A4_MM = 297  # its longer side

Anchor = Literal["start", "middle", "end"]


@dataclass(slots=True)
class Canvas:
    """Shapes in the order in which they are drawn, the later ones above."""

    shapes: list[str] = field(default_factory=list)

    def box(
        self, x: float, y: float, width: float, height: float, fill: str, stroke: str = INK, radius: float = 5
    ) -> None:
        """A filled rectangle."""
        self.shapes.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius:g}" fill="{fill}" '
            f'stroke="{stroke}" stroke-width="1.5"/>'
        )

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float,
        *,
        anchor: Anchor = "start",
        bold: bool = False,
        color: str = INK,
    ) -> None:
        """A line of text, its middle at height y; nothing where there are no words."""
        if not words:
            return
        weight = ' font-weight="bold"' if bold else ""
        place = "" if anchor == "start" else f' text-anchor="{anchor}"'
        self.shapes.append(
            f'<text x="{x:g}" y="{y + size * 0.36:g}" font-size="{size:g}"{place}{weight} '
            f'fill="{color}">{escape(words)}</text>'
        )

    def line(self, points: list[tuple[float, float]], color: str = INK, width: float = 1.5, fill: str = "none") -> None:
        """A line through the points, no wire."""
        way = " ".join(f"{x:g},{y:g}" for x, y in points)
        self.shapes.append(f'<polyline points="{way}" fill="{fill}" stroke="{color}" stroke-width="{width:g}"/>')

    def rim(self, x1: float, y1: float, x2: float, y2: float, width: float) -> None:
        """White beside a wire to be drawn, so that what it crosses is seen to pass below; none at its own ends."""
        along_x, along_y = (_RIM_ENDS, 0) if y1 == y2 else (0, _RIM_ENDS)
        if x2 - x1 + y2 - y1 > 2 * _RIM_ENDS:
            self.shapes.append(
                f'<line x1="{x1 + along_x:g}" y1="{y1 + along_y:g}" x2="{x2 - along_x:g}" y2="{y2 - along_y:g}" '
                f'stroke="#ffffff" stroke-width="{width + 3:g}"/>'
            )

    def wire(self, net: str, x1: float, y1: float, x2: float, y2: float, color: str, width: float) -> None:
        """A piece of a wire, level or upright, from its left or upper end."""
        self.rim(x1, y1, x2, y2, width)
        self.shapes.append(
            f'<line class="wire" data-net="{escape(net)}" x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" '
            f'stroke="{color}" stroke-width="{width:g}" stroke-linecap="round"/>'
        )

    def dot(self, x: float, y: float, color: str, radius: float = 4.5) -> None:
        """A joint of wires, or a terminal."""
        self.shapes.append(f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{color}"/>')

    def document(self, width: float, height: float, title: str) -> str:
        """The whole drawing, on white; it fits an A4 sheet across."""
        body = "\n".join(self.shapes)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{A4_MM}mm" height="{A4_MM * height / width:g}mm" '
            f'viewBox="0 0 {width:g} {height:g}" '
            f'font-family="{FONT}">\n<title>{escape(title)}</title>\n'
            f'<rect width="{width:g}" height="{height:g}" fill="#ffffff"/>\n{body}\n</svg>\n'
        )


def text_width(words: str, size: float, *, bold: bool = False) -> float:
    """How wide a line of text is at most, in any of the fonts."""
    ems = sum(next((width for some, width in _WIDTHS.items() if char in some), _OTHER_WIDTH) for char in words)
    return ems * size * (_BOLD if bold else 1)


def wrapped(words: str, size: float, width: float, *, bold: bool = False) -> list[str]:
    """The words in lines that fit the width; a longer word has a line to itself, a unit stays with its number."""
    lines: list[str] = []
    for word in re.findall(r"[\d.]+ \S+|\S+", words):
        if lines and text_width(f"{lines[-1]} {word}", size, bold=bold) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
