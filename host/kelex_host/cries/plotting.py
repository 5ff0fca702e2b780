"""Recall against false alarms, as a picture."""

from __future__ import annotations

from typing import Any

from kelex_host.cries.evaluating import Figures

WANTED_RECALL, MOST_PER_HOUR = 0.88, 2.0


def plot(pyplot: Any, curve: list[Figures], chosen: Figures) -> Any:
    """A figure of matplotlib's `pyplot`: those of all thresholds, and those of the firmware's."""
    figure, axes = pyplot.subplots(figsize=(7, 5), layout="constrained")
    per_hour = [figures.mixed_per_hour for figures in curve]
    for name, recalls in (
        ("clear clips", [figures.clear for figures in curve]),
        ("infants in 30 s", [figures.infants for figures in curve]),
        ("all clips", [figures.clips for figures in curve]),
    ):
        axes.plot(per_hour, recalls, marker=".", label=name)
    axes.plot([chosen.mixed_per_hour], [chosen.clear], "ko", label=f"the firmware's threshold, {chosen.threshold}")
    axes.axhline(WANTED_RECALL, color="grey", linestyle=":")
    axes.axvline(MOST_PER_HOUR, color="grey", linestyle=":")
    axes.set(xlabel="false alarms per hour of mixed household sound", ylabel="recall", xlim=(0, 12), ylim=(0, 1))
    axes.set_title("Crying heard; recordings of the donateacry-corpus (ODbL 1.0)")
    axes.legend()
    return figure
