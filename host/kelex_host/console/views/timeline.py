"""The timeline: what happened, the newest first, and why."""

from __future__ import annotations

from typing import Any

from kelex_host.console import text
from kelex_host.console.html import Markup, el, join
from kelex_host.console.timeline import SEVERITIES, Entry, Timeline
from kelex_host.console.views.tidings import choice
from kelex_host.console.wall_clock import clock

DETAIL_CHARACTERS = 160


def filters() -> Markup:
    """What the timeline is narrowed by."""
    return el(
        "div",
        el("input", type="search", data_filter="words", placeholder=text.FILTER, aria_label=text.FILTER, maxlength=80),
        choice("least", text.LEAST, [(name, text.severity(name)) for name in SEVERITIES], data_choose="least"),
        cls="k-form",
    )


def timeline(events: Timeline, words: str, least: str) -> Markup:
    """The events that fit."""
    shown = events.shown(words, least)
    if not shown:
        return el("p", text.NO_EVENT, cls="k-well")
    return el("ol", [_entry(entry) for entry in shown], cls="k-events", tabindex=0)


def _entry(entry: Entry) -> Markup:
    return el(
        "li",
        el("time", clock(entry.event.get("time"))),
        el("b", f"{text.words(entry.subject)}: {text.words(entry.type)}"),
        el("span", details(entry.details)),
        el("button", text.WHY, type="button", data_why=entry.id, cls="k-why"),
        cls=f"k-event k-sev-{entry.severity}",
    )


def details(fields: dict[str, Any]) -> str:
    """What an event says, in a line."""
    return " · ".join(f"{text.words(name)} {_value(value)}" for name, value in fields.items())[:DETAIL_CHARACTERS]


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return text.YES if value else text.NO
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list):
        return ", ".join(map(_value, value))
    if isinstance(value, dict):
        return ", ".join(f"{name} {_value(one)}" for name, one in value.items())
    return str(value)


def why(answer: dict[str, Any] | None) -> Markup:
    """The chain that the house answered with; empty for none."""
    if answer is None:
        return join()
    chain = answer.get("chain")
    links = [link for link in chain if isinstance(link, dict)] if isinstance(chain, list) else []
    lines = [
        el(
            "li",
            el("time", clock(link.get("time"))),
            el("b", text.words(str(link.get("what", ""))).replace("/", ": ")),
            el("span", details(link["data"]) if isinstance(link.get("data"), dict) else ""),
            el("em", f"{text.BECAUSE}: {link['rule']}") if link.get("rule") else None,
        )
        for link in links
    ]
    close = el("button", text.CLOSE, type="button", data_do="why_close", data_key="close")
    return el("div", el("ol", lines) if lines else el("p", text.UNEXPLAINED), close, cls="k-chain", role="status")
