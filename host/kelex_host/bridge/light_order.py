"""The eye as a light: an order as Home Assistant's JSON lights give it, read with what the eye shows now.

`{"state": "ON", "color": {"r": 255, "g": 0, "b": 0}, "brightness": 128, "effect": "breathe"}`: all but `state` may be
missing. A colour without a brightness is taken as it is; a brightness alone dims the colour that is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

from kelex_host.bridge.requests import RequestError

_Level = Annotated[int, msgspec.Meta(ge=0, le=255)]
_WHITE = (255, 255, 255)


class _Color(msgspec.Struct, forbid_unknown_fields=True):
    r: _Level
    g: _Level
    b: _Level


class _LightOrder(msgspec.Struct, forbid_unknown_fields=True):
    state: Literal["ON", "OFF"]
    color: _Color | None = None
    brightness: _Level | None = None
    effect: str | None = None


def is_light_order(text: str) -> bool:
    """Whether a payload means to be one; colours by name are none."""
    return text.startswith("{") and '"state"' in text


def read_light(text: str, shown: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the verb `eye`; `shown` is the eye in the `body` document. Raises RequestError."""
    try:
        order = msgspec.json.decode(text, type=_LightOrder)
    except msgspec.DecodeError as error:
        why = f'That is no order for a light ({error}); send one such as {{"state": "ON", "brightness": 128}}.'
        raise RequestError("wrong_type", why) from None
    if order.state == "OFF":
        return {"color": "off"}
    wanted = order.color
    red, green, blue = (wanted.r, wanted.g, wanted.b) if wanted else _parts(shown.get("color", "#000000"))
    if not (red or green or blue):
        red, green, blue = _WHITE
    if order.brightness is not None:
        red, green, blue = _dimmed((red, green, blue), order.brightness)
    fields = {"color": f"#{red:02x}{green:02x}{blue:02x}"}
    effect = order.effect or shown.get("effect")
    return fields if effect is None else fields | {"effect": effect}


def _parts(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _dimmed(color: tuple[int, int, int], brightness: int) -> tuple[int, int, int]:
    """The same hue, its brightest part at `brightness`."""
    red, green, blue = (round(part * brightness / max(color)) for part in color)
    return red, green, blue
