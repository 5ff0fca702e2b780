"""HTML as text, made by functions that escape whatever is put into it. What `Markup` holds is HTML already."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

import msgspec

VOID = frozenset({"input", "br", "img"})


class Markup(str):
    """Text that is HTML: only `el`, `join` and `raw` make it."""

    __slots__ = ()


Child = str | Iterable["Child"] | None


def raw(html: str) -> Markup:
    """HTML that we wrote ourselves; never anything that came from outside."""
    return Markup(html)


def join(*children: Child) -> Markup:
    """Children one after the other; a text among them is escaped."""
    return Markup("".join(_flat(children)))


def el(tag: str, *children: Child, **attributes: Any) -> Markup:
    """An element. `cls` is its class; `_` in an attribute's name is `-`; None and False leave an attribute out."""
    text = "".join(_attribute(name, value) for name, value in attributes.items())
    if tag in VOID:
        return Markup(f"<{tag}{text}>")
    return Markup(f"<{tag}{text}>{join(*children)}</{tag}>")


def order(label: Child, scope: str, verb: str, fields: dict[str, Any] | None = None, **attributes: Any) -> Markup:
    """A button that asks the house for something: `static/page.js` sends what is in `data-order`."""
    wish = {"scope": scope, "verb": verb, "fields": fields or {}}
    return el("button", label, type="button", data_order=msgspec.json.encode(wish).decode(), **attributes)


def _flat(children: Iterable[Child]) -> Iterable[str]:
    for child in children:
        if child is None:
            continue
        if isinstance(child, Markup):
            yield child
        elif isinstance(child, str):
            yield escape(child)
        else:
            yield from _flat(child)


def _attribute(name: str, value: Any) -> str:
    name = "class" if name == "cls" else name.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
