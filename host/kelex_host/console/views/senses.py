"""The senses now, and their charts: drawn as SVG, so that nothing has to be loaded for them."""

from __future__ import annotations

from kelex_host.bridge.now import Now
from kelex_host.console import text
from kelex_host.console.drone_state import DroneState
from kelex_host.console.history import BUCKETS, CHANNELS, DAY_S, HOUR_S, Bucket, History, Series
from kelex_host.console.html import Markup, el, join
from kelex_host.console.wall_clock import ago

WIDTH, HEIGHT, MARGIN = 300, 64, 4
SPANS = {"hour": HOUR_S, "day": DAY_S}
# Below so much difference a line is level: noise is not to fill the chart.
LEAST_RANGE = {"temperature": 2.0, "humidity": 4.0, "light": 20.0, "sound": 10.0, "range": 200.0, "tremor": 0.5,
               "battery_level": 5.0, "battery_voltage": 0.4, "servo_current": 0.2}  # fmt: skip


def senses(drone: DroneState, now: Now, *, live: bool) -> Markup:
    """Every channel, with its age once that matters."""
    document = drone.senses.document
    old = drone.senses.age_s(now)
    fresh = live and drone.senses.is_fresh(now)
    rows = []
    for name, (label, unit) in text.CHANNELS.items():
        if name not in document:
            continue
        value = document[name]
        if value is None:
            shown = text.FAULTY
        elif isinstance(value, bool):
            shown = text.YES if value else text.NO
        else:
            shown = f"{value:g} {unit}".rstrip() if isinstance(value, int | float) else ""
        kind = "k-faulty" if value is None else "k-true" if value is True else None
        rows.append(el("div", el("dt", label), el("dd", shown), cls=kind))
    age = el("p", text.OLD.format(age=ago(old)), cls="k-old") if old is not None and not fresh else None
    return el(
        "div", el("dl", rows) if rows else el("p", text.NO_DATA), age, cls="k-senses" + ("" if fresh else " k-aged")
    )


def charts(history: History, span: str, mono_s: float) -> Markup:
    """Every numeric channel over the hour or the day."""
    seconds = SPANS.get(span, HOUR_S)
    buttons = [
        el(
            "button", label, type="button", data_do="span", data_value=name, data_key=f"span-{name}",
            aria_pressed="true" if seconds == SPANS[name] else "false",
        )
        for name, label in (("hour", text.HOUR), ("day", text.DAY))
    ]  # fmt: skip
    return join(
        el("div", buttons, cls="k-buttons k-spans"),
        el("div", [chart(name, history.series(name, seconds), mono_s) for name in CHANNELS], cls="k-charts"),
    )


def chart(name: str, series: Series, mono_s: float) -> Markup:
    """One channel: its mean as a line, its extremes as a band, and nothing where nothing was measured."""
    label, unit = text.CHANNELS[name]
    runs = series.points(mono_s)
    buckets = [bucket for run in runs for bucket in run]
    if not buckets:
        return el("figure", el("figcaption", label, el("span", text.NO_DATA)), cls="k-chart")
    low, high = min(b.low for b in buckets), max(b.high for b in buckets)
    spread = max(high - low, LEAST_RANGE[name])
    floor = (low + high - spread) / 2
    first = int(mono_s // series.width_s) - BUCKETS + 1

    def at(bucket: Bucket, value: float) -> str:
        x = WIDTH * (bucket.number - first) / (BUCKETS - 1)
        return f"{x:.1f} {MARGIN + (HEIGHT - 2 * MARGIN) * (1 - (value - floor) / spread):.1f}"

    shapes = []
    for run in runs:
        over, under = [at(b, b.high) for b in run], [at(b, b.low) for b in reversed(run)]
        shapes.append(el("path", d=f"M{'L'.join(over)}L{'L'.join(under)}Z", cls="k-band"))
        shapes.append(el("path", d=f"M{'L'.join(at(b, b.mean) for b in run)}h.01", cls="k-line"))
    return el(
        "figure",
        el("figcaption", label, el("span", f"{low:.4g} … {high:.4g} {unit}")),
        el("svg", shapes, viewBox=f"0 0 {WIDTH} {HEIGHT}", preserveAspectRatio="none", role="img", aria_label=label),
        cls="k-chart",
    )
