"""Measures what DESIGN calls good, side by side with what others do: `uv run python tests/benchmarks/run.py [WORD]`.

It prints a table and never fails on a slow machine. A WORD runs only the figures whose module's name has it.
"""

from __future__ import annotations

import importlib
import sys
import traceback

from measure import Row
from rich.console import Console
from rich.table import Table

MODULES = (
    "codec_speed",
    "kernel_speed",
    "system_speed",
    "order_latency",
    "bridge_speed",
    "serial_latency",
    "signature_speed",
    "many_drones",
    "unplug_loop",
    "memory_speed",
    "console_cost",
)


def main() -> None:
    wanted = [name for name in MODULES if not sys.argv[1:] or any(word in name for word in sys.argv[1:])]
    table = Table("figure", "measured", "reach", "stretch", "behind it")
    for name in wanted:
        for row in _rows(name):
            table.add_row(row.figure, row.measured, row.reach, row.stretch, row.note)
    Console(width=None if sys.stdout.isatty() else 150).print(table)


def _rows(name: str) -> list[Row]:
    try:
        rows: list[Row] = importlib.import_module(name).rows()
    except Exception as error:  # noqa: BLE001 - a figure that cannot be had here must not cost the others
        traceback.print_exc()
        return [Row(name, "failed", "", "", f"{type(error).__name__}: {error}")]
    return rows


if __name__ == "__main__":
    main()
