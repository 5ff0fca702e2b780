"""Who orders, and with which key: what is guarded has to be signed, here as everywhere."""

from __future__ import annotations

from kelex_host.console import text
from kelex_host.console.html import Markup, el, join, order
from kelex_host.console.model import Model
from kelex_host.console.views.household import members


def access(model: Model, member: str, unlocked: str, left_s: float) -> Markup:
    """The member whom the page acts for, the lock, and the orders behind it. `unlocked` is whose key is open."""
    people = [(str(m.get("id", "")), str(m.get("name") or m.get("id", ""))) for m in members(model)]
    who = el(
        "select",
        [el("option", name, value=id, selected=id == member) for id, name in people],
        data_choose="member", data_key="member", aria_label=text.YOU_ARE,
    )  # fmt: skip
    if unlocked:
        lock = join(
            el("p", text.UNLOCKED.format(member=unlocked, minutes=max(1.0, left_s / 60))),
            el("button", text.LOCK, type="button", data_do="lock", data_key="lock"),
        )
    else:
        lock = join(
            el("p", text.LOCKED),
            el(
                "form",
                el("input", name="secret", type="password", autocomplete="off", aria_label=text.SECRET,
                   placeholder=text.SECRET, title=text.SECRET_HINT, data_key="secret", maxlength=256),
                el("button", text.UNLOCK, data_key="unlock"),
                data_do="unlock", cls="k-form",
            ),
            el("p", text.SECRET_HINT, cls="k-hint"),
        )  # fmt: skip
    guarded = [order(label, scope, verb, dict(fields)) for label, scope, verb, fields in text.GUARDED]
    return join(el("label", el("span", text.YOU_ARE), who, cls="k-form"), lock, el("div", guarded, cls="k-buttons"))
