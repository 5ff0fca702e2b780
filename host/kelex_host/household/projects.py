"""S8: projects: variants, steps, parts, stock and purchases; when cut off, the best variant that the parts allow.

Which that is, and why, `planner.py` says. What is built stays, whatever the plan.
"""

from __future__ import annotations

from typing import Any

from kelex_host.bridge.house_verbs import VARIANTS_EXAMPLE
from kelex_host.bridge.requests import RequestError
from kelex_host.config.near import near
from kelex_host.household.facts import Fact
from kelex_host.household.planner import (
    COUNT_MOST,
    PARTS_MOST,
    Plan,
    PlanError,
    Variant,
    parts_for_step,
    plan,
    read_variants,
    steps_left,
)
from kelex_host.household.state import Project, State
from kelex_host.household.turn import Capability, Turn

PROJECTS_MOST = 50
_SLUG = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


def _project(turn: Turn, fields: dict[str, Any], by: str | None) -> dict[str, Any]:
    action, name = fields["action"], fields["project"]
    if action in ("forbid_purchases", "allow_purchases"):
        return _purchases(turn, name, action == "forbid_purchases")
    if name is None:
        raise RequestError("missing_field", f"'{action}' needs the field 'project' (which one).")
    if action == "create":
        _create(turn, name, fields)
    else:
        _find(turn.state, name)
        _ACTIONS[action](turn, name, fields)
    return shown(turn.state, name) if name in turn.state.projects else {}


def _find(state: State, name: str) -> Project:
    if name not in state.projects:
        raise RequestError("unknown_id", f"There is no project '{name[:64]}'{near(name[:64], state.projects)}")
    return state.projects[name]


def _create(turn: Turn, name: str, fields: dict[str, Any]) -> None:
    if set(name) - _SLUG or len(name) > 32:
        raise RequestError("out_of_range", f"'{name[:64]}' is no id; use 1 to 32 of a-z, 0-9 and -.")
    if name in turn.state.projects:
        raise RequestError("busy", f"The project '{name}' is there already; cancel it first, or choose another id.")
    if len(turn.state.projects) >= PROJECTS_MOST:
        raise RequestError("busy", f"There are {PROJECTS_MOST} projects already; cancel one first.")
    if fields["variants"] is None:
        raise RequestError("missing_field", f"'create' needs the field 'variants', such as {VARIANTS_EXAMPLE}.")
    try:
        read_variants(fields["variants"])
    except PlanError as error:
        raise RequestError("out_of_range", str(error)) from None
    title, stock = fields["title"] or name, fields["stock"] or {}
    turn.tell("project", "created", project=name, title=title, variants=fields["variants"], stock=stock)
    _replan(turn, name)


def _stock(turn: Turn, name: str, fields: dict[str, Any]) -> None:
    parts = _parts(turn, name, fields)
    turn.tell("project", "stocked", project=name, parts=parts)
    _replan(turn, name)


def _buy(turn: Turn, name: str, fields: dict[str, Any]) -> None:
    parts = _parts(turn, name, fields)
    if _is_cut_off(turn.state, turn.state.projects[name]):
        raise RequestError("not_allowed", f"Purchases are forbidden for '{name}'; allow them first.")
    turn.tell("project", "bought", project=name, parts=parts)
    _replan(turn, name)


def _parts(turn: Turn, name: str, fields: dict[str, Any]) -> dict[str, int]:
    parts: dict[str, int] | None = fields["stock"]
    if not parts:
        raise RequestError("missing_field", f"'{fields['action']}' needs the field 'stock' (which parts, how many).")
    stock = turn.state.projects[name].stock
    if len(stock.keys() | parts.keys()) > PARTS_MOST:
        raise RequestError("too_large", f"A project has at most {PARTS_MOST} kinds of parts; use others.")
    if any(stock.get(part, 0) + count > COUNT_MOST for part, count in parts.items()):
        raise RequestError("out_of_range", f"There can be at most {COUNT_MOST} of a part.")
    return parts


def _step_done(turn: Turn, name: str, fields: dict[str, Any]) -> None:
    project, step = turn.state.projects[name], fields["step"]
    if step is None:
        raise RequestError("missing_field", "'step_done' needs the field 'step' (which one).")
    variant = planned(project)
    if variant is None:
        raise RequestError("not_allowed", f"'{name}' is blocked: {project.why}")
    left = steps_left(variant, set(project.done))
    if step not in left:
        raise RequestError(
            "unknown_id", f"'{step[:64]}' is no step that is left; left are {', '.join(left) or 'none'}."
        )
    wanted = parts_for_step(variant, project.used, set(project.done))
    lacking = {
        part: count - project.stock.get(part, 0) for part, count in wanted.items() if count > project.stock.get(part, 0)
    }
    if lacking:
        listed = ", ".join(f"{count} {part}" for part, count in lacking.items())
        raise RequestError("not_allowed", f"That step lacks {listed}; buy or stock them first.")
    turn.tell("project", "step_done", project=name, step=step, parts=wanted)
    if len(left) == 1:
        turn.tell("project", "finished", severity="minor", project=name, variant=variant.name)
    else:
        _replan(turn, name)


def _cancel(turn: Turn, name: str, fields: dict[str, Any]) -> None:
    turn.tell("project", "cancelled", project=name)


def _show(turn: Turn, name: str, fields: dict[str, Any]) -> None:
    """What stands in the answer is all."""


def _purchases(turn: Turn, name: str | None, forbid: bool) -> dict[str, Any]:
    if name is not None:
        _find(turn.state, name)
    which: dict[str, Any] = {} if name is None else {"project": name}
    turn.tell("project", "purchases_forbidden" if forbid else "purchases_allowed", severity="minor", **which)
    for one in list(turn.state.projects) if name is None else [name]:
        _replan(turn, one)
    return {"purchases_forbidden": turn.state.purchases_forbidden} if name is None else shown(turn.state, name)


_ACTIONS = {"show": _show, "stock": _stock, "buy": _buy, "step_done": _step_done, "cancel": _cancel}


def _is_cut_off(state: State, project: Project) -> bool:
    return state.purchases_forbidden or project.forbidden


def _plan(state: State, project: Project) -> Plan:
    variants = read_variants(project.variants)
    return plan(variants, project.stock, project.used, set(project.done), not _is_cut_off(state, project))


def _replan(turn: Turn, name: str) -> None:
    """See whether another variant is the best now."""
    project = turn.state.projects[name]
    if project.status == "finished":
        return
    found = _plan(turn.state, project)
    if found.variant is None:
        if project.status != "blocked":
            turn.tell("project", "blocked", severity="moderate", project=name, variant=project.variant, why=found.why)
    elif found.variant != project.variant or project.status == "blocked":
        change: dict[str, Any] = {"from": project.variant, "to": found.variant, "why": found.why}
        turn.tell("project", "replanned", severity="minor" if project.variant else "info", project=name, **change)


def planned(project: Project) -> Variant | None:
    """The variant that is built now."""
    if project.status == "blocked":
        return None
    return next((one for one in read_variants(project.variants) if one.name == project.variant), None)


def shown(state: State, name: str) -> dict[str, Any]:
    """A project as its document has it."""
    project = state.projects[name]
    variant = planned(project)
    left = steps_left(variant, set(project.done)) if variant else []
    steps = len(variant.steps) if variant else 0
    kept = steps - len(left)
    each_s = (project.worked_ms - project.begun_ms) / 1000 / len(project.done) if project.done else None
    lacking = {} if variant is None else {
        part: missing
        for part, count in variant.parts.items()
        if (missing := count - project.used.get(part, 0) - project.stock.get(part, 0)) > 0
    }  # fmt: skip
    return {
        "project": name,
        "title": project.title,
        "status": project.status,
        "variant": project.variant,
        "why": project.why,
        "progress": round(kept / steps, 3) if steps else 0.0,
        "steps_left": left,
        "steps_done": project.done,
        "eta_s": None if each_s is None else round(each_s * len(left), 1),
        "stock": project.stock,
        "used": project.used,
        "to_buy": lacking,
        "purchases": not _is_cut_off(state, project),
    }


def _fold(state: State, fact: Fact) -> None:
    data = fact.data
    if fact.type in ("purchases_forbidden", "purchases_allowed") and "project" not in data:
        state.purchases_forbidden = fact.type == "purchases_forbidden"
        return
    name: str = data["project"]
    if fact.type == "created":
        state.projects[name] = Project(data["title"], data["variants"], dict(data["stock"]), begun_ms=fact.at_ms)
        return
    if fact.type == "cancelled":
        del state.projects[name]
        return
    _fold_one(state.projects[name], fact)


def _fold_one(project: Project, fact: Fact) -> None:
    data = fact.data
    match fact.type:
        case "stocked" | "bought":
            for part, count in data["parts"].items():
                project.stock[part] = project.stock.get(part, 0) + count
        case "step_done":
            project.done = [*project.done, data["step"]]
            project.worked_ms = fact.at_ms
            for part, count in data["parts"].items():
                project.stock[part] -= count
                project.used[part] = project.used.get(part, 0) + count
        case "replanned":
            project.variant, project.why, project.status = data["to"], data["why"], "building"
        case "blocked":
            project.why, project.status = data["why"], "blocked"
        case "finished":
            project.status = "finished"
        case "purchases_forbidden" | "purchases_allowed":
            project.forbidden = fact.type == "purchases_forbidden"


def _documents(state: State) -> dict[str, Any]:
    return {f"projects/{name}": shown(state, name) for name in state.projects}


_EVENTS = ("created", "stocked", "bought", "step_done", "replanned", "blocked", "finished", "cancelled",
           "purchases_forbidden", "purchases_allowed")  # fmt: skip

CAPABILITY = Capability(
    requests={"project": _project},
    folds={f"project/{type}": _fold for type in _EVENTS},
    documents=_documents,
)
