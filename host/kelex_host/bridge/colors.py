"""Colours of the eye: `#rrggbb`, or a name."""

from __future__ import annotations

import re

COLORS = {
    "off": "#000000",
    "white": "#ffffff",
    "red": "#ff0000",
    "orange": "#ff8000",
    "amber": "#ffbf00",
    "yellow": "#ffff00",
    "green": "#00ff00",
    "cyan": "#00ffff",
    "blue": "#0000ff",
    "purple": "#8000ff",
    "magenta": "#ff00ff",
    "pink": "#ff80a0",
}
PATTERN = r"#[0-9a-fA-F]{6}"


def is_color(text: str) -> bool:
    """Whether it is a colour that the eye can show."""
    return text in COLORS or re.fullmatch(PATTERN, text) is not None


def color_number(text: str) -> int:
    """A colour as 0xRRGGBB; `text` is one (`is_color`)."""
    return int(COLORS.get(text, text)[1:], 16)
