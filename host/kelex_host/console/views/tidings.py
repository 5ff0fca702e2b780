"""What waits for somebody: announcements, visitors, calls; and how the projects stand."""

from __future__ import annotations

from typing import Any

from kelex_host.bridge.house_verbs import PRIORITIES
from kelex_host.console import text
from kelex_host.console.html import Markup, el, join, order
from kelex_host.console.model import Model
from kelex_host.console.views.household import members
from kelex_host.console.wall_clock import clock


def tidings(model: Model) -> Markup:
    """All that waits, what presses most first."""
    waiting = [*_visitors(model), *_call(model), *_announcements(model)]
    return join(
        el("ul", waiting, cls="k-waiting", aria_live="polite") if waiting else el("p", text.NO_TIDINGS, cls="k-well"),
        projects(model),
    )


def _visitors(model: Model) -> list[Markup]:
    return [
        el(
            "li",
            el("b", text.VISITOR.format(who=visitor.get("who", ""))),
            el("span", str(visitor["reason"])) if visitor.get("reason") else None,
            el(
                "div",
                order(text.ACCEPT, "house", "accept", {"visitor_id": visitor.get("visitor_id")}, cls="k-yes"),
                order(text.DECLINE, "house", "decline", {"visitor_id": visitor.get("visitor_id")}),
                cls="k-buttons",
            ),
            cls="k-tiding k-visitor",
        )
        for visitor in _dicts(model.doc("visitors").get("waiting"))
    ]


def _call(model: Model) -> list[Markup]:
    call = model.doc("calls").get("current")
    if not isinstance(call, dict):
        return []
    id = {"call_id": str(call.get("call_id", ""))}
    answers = (
        [order(text.ANSWER, "house", "answer", id, cls="k-yes"), order(text.REJECT, "house", "reject", id)]
        if call.get("incoming") and call.get("state") == "ringing"
        else [order(text.HANG_UP, "house", "hangup", id)]
    )
    return [
        el(
            "li",
            el("b", f"{text.CALL}: {call.get('contact', '')}"),
            el("span", str(call.get("state", ""))),
            el("div", answers, cls="k-buttons"),
            cls="k-tiding",
        )
    ]


def _announcements(model: Model) -> list[Markup]:
    document = model.doc("announcements")
    current = document.get("current")
    ones: list[Any] = [current] if isinstance(current, dict) else []
    for name in ("unacknowledged", "queue"):
        ones += _dicts(document.get(name))
    seen: dict[str, Markup] = {}
    for one in ones:
        id = str(one.get("id", ""))
        if id not in seen:
            seen[id] = _announcement(id, one)
    return list(seen.values())


def _announcement(id: str, one: dict[str, Any]) -> Markup:
    status = str(one.get("status", ""))
    return el(
        "li",
        el("b", str(one.get("text", ""))),
        el("span", f"{one.get('address') or ''} · {one.get('priority', '')} · {text.SAID.get(status, status)} · "
           f"{clock(one.get('time'))}".removeprefix(" · ")),
        el("div", order(text.ACKNOWLEDGE, "house", "ack", {"id": id}, cls="k-yes"), cls="k-buttons"),
        cls=f"k-tiding k-pri-{one.get('priority') if one.get('priority') in PRIORITIES else 'routine'}",
    )  # fmt: skip


def _dicts(listed: Any) -> list[dict[str, Any]]:
    """The documents of a list; none of what is none."""
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def projects(model: Model) -> Markup:
    """Each with how much of it is done."""
    return el("ul", [_project(id, project) for id, project in sorted(model.projects.items())], cls="k-projects")


def _project(id: str, project: dict[str, Any]) -> Markup:
    progress = project.get("progress")
    share = min(1.0, max(0.0, float(progress))) if isinstance(progress, int | float) else 0.0
    done, left = (
        len(project[name]) if isinstance(project.get(name), list) else 0 for name in ("steps_done", "steps_left")
    )
    lacking = project.get("to_buy")
    parts = ", ".join(f"{count} {part}" for part, count in lacking.items()) if isinstance(lacking, dict) else ""
    return el(
        "li",
        el("b", str(project.get("title") or id)),
        el("span", f"{project.get('variant') or ''} · {project.get('status', '')} · ".lstrip(" ·")
           + text.STEPS.format(done=done, all=done + left)),
        el("progress", max=1, value=f"{share:.3f}", aria_label=str(project.get("title") or id)),
        el("span", text.LACKING.format(parts=parts)) if parts else None,
        cls="k-project",
    )  # fmt: skip


def forms(model: Model) -> Markup:
    """To announce, and to call."""
    people = [(str(m.get("id", "")), str(m.get("name") or m.get("id", ""))) for m in members(model)]
    return join(
        el(
            "form",
            el("input", name="text", placeholder=text.WHAT_TO_SAY, aria_label=text.SAY, data_once=True, maxlength=1000,
               cls="k-whole"),
            choice("to", text.TO, [("everyone", text.EVERYONE), *people]),
            choice("priority", text.words("priority"), [(name, name) for name in PRIORITIES]),
            el("button", text.ANNOUNCE),
            data_scope="house", data_verb="announce", cls="k-form",
        ),
        el(
            "form",
            el("input", name="to", placeholder=text.WHOM, aria_label=text.CALL, data_once=True, maxlength=100),
            el("button", text.CALL),
            data_scope="house", data_verb="call", cls="k-form",
        ),
    )  # fmt: skip


def choice(name: str, label: str, options: list[tuple[str, str]], **attributes: Any) -> Markup:
    """A list to choose from: (value, what is read)."""
    return el(
        "select",
        [el("option", shown, value=value) for value, shown in options],
        name=name,
        aria_label=label,
        **attributes,
    )
