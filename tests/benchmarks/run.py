"""Measures what DESIGN calls good, side by side with what others do: `uv run python tests/benchmarks/run.py [WORD]`.

It prints a table and never fails on a slow machine. A WORD runs only the figures whose module's name has it. `--json`
prints data; `--readme` writes what has a bar into the README, between its markers; `--plot FILE` measures the scaling
curves too (drones in one bridge, facts in the journal, length of a backlog), and draws them. Where the machine is quiet
for minutes only, measure in pieces: `--beside FILE` takes the rows of an earlier `--json` along.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
import traceback
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import curves
from measure import Row
from rich.console import Console
from rich.progress import track
from rich.table import Table

MODULES = (
    "codec_speed",
    "signed_speed",
    "kernel_speed",
    "system_speed",
    "order_latency",
    "bridge_speed",
    "backlog_speed",
    "serial_latency",
    "signature_speed",
    "many_drones",
    "unplug_loop",
    "memory_speed",
    "decision_speed",
    "console_cost",
)
# Only with `--plot`, or by their name.
SCALING = ("bridge_scaling", "backlog_scaling")
README = Path(__file__).parents[2] / "README.md"
BEGIN, END = "<!-- benchmarks: begin -->\n", "<!-- benchmarks: end -->\n"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("words", nargs="*", metavar="WORD")
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--readme", action="store_true")
    arguments.add_argument("--plot", type=Path, metavar="FILE")
    arguments.add_argument("--beside", type=Path, metavar="FILE", action="append", default=[])
    wanted = arguments.parse_args()
    modules = MODULES + SCALING if wanted.plot or wanted.words else MODULES
    names = [name for name in modules if not wanted.words or any(word in name for word in wanted.words)]
    progress = Console(stderr=True)
    rows = [Row.of(document) for file in wanted.beside for document in json.loads(file.read_text())["rows"]]
    rows += [row for name in track(names, "measuring", console=progress, transient=True) for row in _rows(name)]
    if wanted.json:
        print(json.dumps({**machine(), "rows": [row.document() for row in rows]}, indent=2))
    else:
        show(rows)
    if wanted.readme:
        README.write_text(pasted(README.read_text(), markdown(rows)))
    if wanted.plot:
        curves.draw(rows, wanted.plot)


def machine() -> dict[str, str]:
    """When and where this was measured."""
    found = [line for line in _cpu_lines() if line.startswith("model name")]
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": found[0].partition(":")[2].strip() if found else platform.machine(),
        "cores": str(os.cpu_count()),
        "load": f"{os.getloadavg()[0]:.1f}",
        "python": platform.python_version(),
    }


def show(rows: list[Row]) -> None:
    """For a person."""
    console = Console(width=None if sys.stdout.isatty() else 160)
    table = Table("figure", "measured", "reach", "stretch", "", "behind it")
    for row in rows:
        table.add_row(row.figure, row.measured, row.reach, row.stretch, row.verdict, row.note)
    console.print(table)
    for row in rows:
        if row.verdict == "under":
            console.print(f"Under its reach: {row.figure}: {row.why or 'no reason is known'}", highlight=False)
    console.print(_where(), highlight=False)


def pasted(text: str, table: str) -> str:
    """A text with the table between its markers, in place of what was there."""
    before, _, behind = text.partition(BEGIN)
    _, end, after = behind.partition(END)
    assert end, f"the text has no {BEGIN.strip()} and {END.strip()}"
    return f"{before}{BEGIN}{table}\n{END}{after}"


def markdown(rows: list[Row]) -> str:
    """What has a bar, as the README's table, and below it why which of them is under it."""
    barred = [row for row in rows if row.reach]
    lines = ["| figure | measured | reach | stretch | behind it |", "|---|---|---|---|---|"]
    lines += [f"| {row.figure} | {row.measured} | {row.reach} | {row.stretch} | {row.note} |" for row in barred]
    under: dict[str, list[str]] = defaultdict(list)
    for row in barred:
        if row.verdict == "under":
            under[row.why or "no reason is known"].append(row.figure)
    reasons = ["", "Under their reach:", "", *(f"- {'; '.join(figures)}: {why}." for why, figures in under.items())]
    reasons = reasons if under else []
    return "\n".join([*lines, *reasons, "", _where()])


def _where() -> str:
    where = machine()
    return (
        f"Measured {where['date']} on {where['cores']} cores of {where['processor']} (load {where['load']}), "
        f"CPython {where['python']}: `uv run python tests/benchmarks/run.py`."
    )


def _cpu_lines() -> list[str]:
    cpus = Path("/proc/cpuinfo")
    return cpus.read_text().splitlines() if cpus.exists() else []


def _rows(name: str) -> list[Row]:
    try:
        rows: list[Row] = list(importlib.import_module(name).rows())
    except Exception as error:  # noqa: BLE001 - a figure that cannot be had here must not cost the others
        traceback.print_exc()
        return [Row(name, "failed", "", "", f"{type(error).__name__}: {error}")]
    return rows


if __name__ == "__main__":
    main()
