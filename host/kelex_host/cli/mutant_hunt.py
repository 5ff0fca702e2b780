"""`kelex replay --mutants`: every checker proved, by systems that are broken on purpose."""

from __future__ import annotations

import json
import os

from rich.console import Console
from rich.table import Table

from kelex_host.cli.campaign import over_cores
from kelex_host.proof.mutants import MUTANTS
from kelex_host.proof.mutants.mutant import SEEDS_MOST, Caught, hunt

_SENTENCE_MOST = 100


def hunt_all(*, cores: int | None, as_json: bool) -> bool:
    """Hunt each of them and print how it went; whether all were caught."""
    cores = cores or os.cpu_count() or 1
    caught = list(over_cores(_hunt, range(len(MUTANTS)), cores, "hunting", progress=not as_json))
    caught.sort(key=lambda one: [mutant.name for mutant in MUTANTS].index(one.name))
    if as_json:
        print(json.dumps([{"mutant": one.name, "lives": one.lives, "caught_by": one.sentence} for one in caught]))
    else:
        _show(caught)
    return all(one.sentence for one in caught)


def _show(caught: list[Caught]) -> None:
    table = Table("mutant", "lives", "caught by")
    for one in caught:
        table.add_row(one.name.replace("_", " "), str(one.lives), one.sentence[:_SENTENCE_MOST] or "NOT CAUGHT")
    console = Console()
    console.print(table, highlight=False)
    free = sum(not one.sentence for one in caught)
    outcome = f"{free} were not caught" if free else f"all were caught, each within {SEEDS_MOST} lives"
    console.print(f"{len(caught)} mutants: {outcome}.", highlight=False)


def _hunt(at: int) -> Caught:
    return hunt(MUTANTS[at])
