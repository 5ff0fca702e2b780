"""Projects, in virtual time: cut off from buying, the plan is the best that the parts allow."""

from __future__ import annotations

from typing import Any

import pytest
from host.household.bench import Bench
from kelex_host.bridge.requests import RequestError

SHIP: dict[str, Any] = {
    "action": "create",
    "project": "ship",
    "title": "The ship",
    "variants": [
        {"name": "ship", "value": 10, "parts": {"plate": 8, "engine": 2}, "steps": ["hull", "engines", "cabin"]},
        {"name": "rocket", "value": 4, "parts": {"plate": 4, "engine": 1}, "steps": ["hull", "engine"]},
    ],
    "stock": {"plate": 4, "engine": 1},
}


def code_of(bench: Bench, **fields: Any) -> str:
    with pytest.raises(RequestError) as error:
        bench.ask("project", **fields)
    return error.value.code


def test_the_best_variant_is_planned_and_cut_off_the_best_that_is_left(bench: Bench) -> None:
    assert bench.ask("project", **SHIP)["variant"] == "ship"
    bench.ask("project", action="forbid_purchases")
    change = bench.events("replanned")[-1]
    assert (change["from"], change["to"]) == ("ship", "rocket")
    assert "forbidden" in change["why"]
    assert bench.document("projects/ship")["variant"] == "rocket"
    bench.ask("project", action="allow_purchases")
    assert bench.document("projects/ship")["variant"] == "ship"


def test_what_is_built_stays_and_is_used(bench: Bench) -> None:
    bench.ask("project", **SHIP)
    bench.run(60)
    shown = bench.ask("project", action="step_done", project="ship", step="hull")
    assert shown["used"] == {"plate": 2}
    assert shown["eta_s"] == 120
    shown = bench.ask("project", action="forbid_purchases", project="ship")
    assert (shown["variant"], shown["steps_left"], shown["used"]) == ("rocket", ["engine"], {"plate": 2})
    bench.ask("project", action="step_done", project="ship", step="engine")
    assert bench.types("project")[-1] == "finished"
    assert bench.document("projects/ship")["status"] == "finished"


def test_a_blocked_project_goes_on_when_there_are_parts(bench: Bench) -> None:
    bench.ask("project", action="forbid_purchases")
    bench.ask("project", **{**SHIP, "stock": {}})
    assert bench.types("project")[-1] == "blocked"
    assert code_of(bench, action="step_done", project="ship", step="hull") == "not_allowed"
    assert code_of(bench, action="buy", project="ship", stock={"plate": 4}) == "not_allowed"
    bench.ask("project", action="stock", project="ship", stock={"plate": 4, "engine": 1})
    assert bench.document("projects/ship")["status"] == "building"


def test_a_step_takes_its_parts_or_is_refused(bench: Bench) -> None:
    bench.ask("project", **{**SHIP, "stock": {}})
    assert code_of(bench, action="step_done", project="ship", step="hull") == "not_allowed"
    assert code_of(bench, action="step_done", project="ship", step="wings") == "unknown_id"
    bench.ask("project", action="buy", project="ship", stock={"plate": 2})
    bench.ask("project", action="step_done", project="ship", step="hull")
    assert code_of(bench, action="step_done", project="ship", step="hull") == "unknown_id"


@pytest.mark.parametrize(("fields", "code"), [
    ({"action": "show"}, "missing_field"),
    ({"action": "show", "project": "car"}, "unknown_id"),
    ({"action": "forbid_purchases", "project": "car"}, "unknown_id"),
    ({**SHIP, "project": "The Ship"}, "out_of_range"),
    ({**SHIP, "variants": SHIP["variants"][:1] * 2}, "out_of_range"),
    ({"action": "create", "project": "car"}, "missing_field"),
])  # fmt: skip
def test_what_makes_no_sense(bench: Bench, fields: dict[str, Any], code: str) -> None:
    assert code_of(bench, **fields) == code
    assert bench.types("project") == []


def test_there_is_one_of_a_name_and_it_survives_a_restart_and_can_be_cancelled(bench: Bench) -> None:
    bench.ask("project", **SHIP)
    assert code_of(bench, **SHIP) == "busy"
    before = bench.document("projects/ship")
    bench.restart()
    assert bench.document("projects/ship") == before
    assert bench.ask("project", action="cancel", project="ship") == {}
    assert bench.document("projects/ship") is None
