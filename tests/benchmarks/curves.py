"""The rows that lie on curves, drawn: each curve's name says what is measured, and over what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from measure import Row


def draw(rows: Iterable[Row], path: Path) -> None:
    """A picture with a panel for each kind of curve; its format is by the name. Raises ImportError, OSError."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    panels: dict[str, dict[str, list[tuple[int, float]]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.point and row.value is not None:
            curve, over = row.point
            panels[curve.rpartition(" / ")[2]][curve.rpartition(" / ")[0]].append((over, row.value))
    figure, axes = pyplot.subplots(1, max(len(panels), 1), figsize=(5 * max(len(panels), 1), 4), squeeze=False)
    for axis, (over, curves) in zip(axes[0], panels.items(), strict=False):
        for name, points in curves.items():
            axis.plot(*zip(*sorted(points), strict=True), marker="o", label=name)
        axis.set_xscale("log")
        axis.set_ylim(bottom=0)
        axis.set_xlabel(over)
        axis.legend(fontsize="small")
    figure.tight_layout()
    figure.savefig(path)
