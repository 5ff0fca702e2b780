"""`kelex motion`: how the joints really move, measured at the servos' pins under virtual time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kelex_host.cli import picture
from kelex_host.cli.target import JsonOption

if TYPE_CHECKING:
    from kelex_host.proof.retargets import Limit, Trace

app = typer.Typer(
    no_args_is_help=True,
    help="How the joints move: measured, and drawn.",
    epilog="Example: kelex motion trace -o motion.png",
)
_MEASURES = ("speed", "acceleration", "jerk")
_UNITS = {"speed": "degrees/s", "acceleration": "degrees/s²", "jerk": "degrees/s³"}


@app.command(epilog="Example: kelex motion trace -o motion.png")
def trace(
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Draw it into this file (PNG or SVG).")] = None,
    seed: Annotated[int, typer.Option(help="Which minute: any number.")] = 1,
    as_json: JsonOption = False,
) -> None:
    """Live a minute of moves that interrupt each other, loud and quiet; hold every pulse against its limits.

    Exit code 1 if a joint broke one, or a tone sounded in quiet mode.
    """
    from kelex_host.proof.retargets import trace as live

    limits = _limits()
    traces = [live(seed, quiet=quiet) for quiet in (False, True)]
    if output:
        _draw(traces[0], limits, output)
    told = [_told(found, limits) for found in traces]
    if as_json:
        typer.echo(json.dumps(told))
    else:
        for minute in told:
            _print(minute)
    if any(minute["violations"] for minute in told) or traces[1].loudest_hz:
        raise typer.Exit(1)


def _limits() -> dict[str, Limit]:
    """Of each joint, as `hardware/board.toml` states them."""
    from kelex_host.cli.hardware import read_board
    from kelex_host.proof.retargets import Limit

    board = read_board(None)
    over, under = map(int, board.servo.quiet_speed.split("/"))
    return {
        joint.joint: Limit(joint.speed, joint.acceleration, joint.jerk, joint.speed * over / under)
        for joint in board.joints
    }


def _told(found: Trace, limits: dict[str, Limit]) -> dict[str, Any]:
    joints = {}
    for name, way in sorted(found.ways.items(), key=lambda item: list(limits).index(item[0])):
        limit = limits[name]
        largest = (way.speeds(), way.accelerations(), way.jerks())
        allowed = limit.quiet if found.quiet else limit.speed, limit.acceleration, limit.jerk
        joints[name] = {
            measure: {"largest": round(max(map(abs, values)), 1), "limit": round(most, 1)}
            for measure, values, most in zip(_MEASURES, largest, allowed, strict=True)
        }
    broken = sum(sum(way.broken(limits[name], quiet=found.quiet).values()) for name, way in found.ways.items())
    return {
        "quiet": found.quiet,
        "orders": found.orders,
        "granted": found.granted,
        "joints": joints,
        "loudest_hz": found.loudest_hz,
        "violations": broken,
    }


def _print(minute: dict[str, Any]) -> None:
    mode = "quiet" if minute["quiet"] else "loud"
    typer.echo(f"{mode}: {minute['orders']} orders in a minute; largest of their limits, measured at the pins")
    for name, measures in minute["joints"].items():
        said = ", ".join(
            f"{measure} {values['largest']:g} of {values['limit']:g} {_UNITS[measure]}"
            for measure, values in measures.items()
        )
        typer.echo(f"  {name:15} {said}")
    typer.echo(f"  highest tone {minute['loudest_hz']} Hz, {minute['violations']} violations")


def _draw(found: Trace, limits: dict[str, Limit], output: Path) -> None:
    """Each joint's angle over the minute, and its speed, acceleration and jerk as shares of their limits."""
    from kelex_host.proof.retargets import TICK_S

    figure, axes = picture.drawing().subplots(4, 1, figsize=(12, 10), sharex=True, layout="constrained")
    for name, way in found.ways.items():
        limit = limits[name]
        series = (
            (way.angles, 1.0),
            (way.speeds(), limit.speed),
            (way.accelerations(), limit.acceleration),
            (way.jerks(), limit.jerk),
        )
        for plot, (values, most) in zip(axes, series, strict=True):
            times = [way.began_s + i * TICK_S for i in range(len(values))]
            plot.plot(times, [value / most for value in values], linewidth=0.8, label=name)
    axes[0].set_ylabel("angle (degrees)")
    axes[0].legend(ncols=4, fontsize="small")
    for plot, measure in zip(axes[1:], _MEASURES, strict=True):
        plot.set_ylabel(f"{measure} / limit")
        plot.axhline(1, color="black", linestyle=":")
        plot.axhline(-1, color="black", linestyle=":")
    axes[-1].set_xlabel("virtual time (s)")
    figure.suptitle("A minute of moves that interrupt each other, read at the servos' pins")
    picture.save(figure, output)
