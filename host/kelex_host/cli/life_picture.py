"""A life drawn over its time: a row for each who and kind of what happened, and the plan's faults as lines across."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from kelex_host.cli import picture
from kelex_host.proof.plan import FAULTS
from kelex_host.proof.telling import PLAN, Line

_FAULTS = {name.replace("_", " ") for theme in FAULTS.values() for name in theme}


def draw(lines: Sequence[Line], title: str, output: Path) -> None:
    """Draw it to a file. Raises ConfigError."""
    rows: dict[str, list[float]] = defaultdict(list)
    for line in lines:
        rows[f"{line.what if line.kind == PLAN else line.who} ({line.kind})"].append(line.at_s)
    figure, axes = picture.drawing().subplots(figsize=(14, 1 + 0.22 * len(rows)), layout="constrained")
    for at, times in enumerate(rows.values()):
        axes.plot(times, [at] * len(times), "|", markersize=7)
    for line in lines:
        if line.kind == PLAN and line.what in _FAULTS:
            axes.axvline(line.at_s, color="grey", linewidth=0.3)
    axes.set_yticks(range(len(rows)), list(rows), fontsize=7)
    axes.invert_yaxis()
    axes.set(xlabel="virtual time (s)", title=title)
    picture.save(figure, output)
