"""`kelex replay`: a journal decided anew, or simulated lives from their seeds, with everything going wrong in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.console import Console

from kelex_host.cli.replay_journal import replay_journal
from kelex_host.cli.target import JsonOption
from kelex_host.errors import ConfigError

if TYPE_CHECKING:
    from kelex_host.proof.verdict import Trial

MINUTES = 10.0


def replay(
    what: Annotated[
        str | None, typer.Argument(metavar="[FILE|SEED]", help="A journal to decide anew, or the seed of one life.")
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, help="Live so many lives.")] = 1,
    since: Annotated[int, typer.Option("--from", min=0, help="The first seed.")] = 0,
    minutes: Annotated[float, typer.Option(min=0.1, help="How long each life is.")] = MINUTES,
    hours: Annotated[float | None, typer.Option(min=0.01, help="The same in hours.")] = None,
    faults: Annotated[str, typer.Option(help="Themes of faults, with commas between them; or all, or none.")] = "all",
    only: Annotated[str | None, typer.Option(help="Only these happenings, by number: what a failure prints.")] = None,
    shrink: Annotated[bool, typer.Option("--shrink", help="Make failing lives as small as they still fail.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Fail, too, where a kind of fault was never met.")] = False,
    trace: Annotated[bool, typer.Option("--trace", help="Tell the one life: when, who, what, and why.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Draw the one life to this file.")] = None,
    mutants: Annotated[bool, typer.Option("--mutants", help="Prove the checkers: break things, and see.")] = False,
    cores: Annotated[int | None, typer.Option(min=1, help="How many at a time; all there are, if left out.")] = None,
    keep: Annotated[
        Path | None, typer.Option(help="Note each life in this file, and do not live again what it has: to go on.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Replay a journal, or simulated lives.

    A journal's inputs have to lead to the same decisions again, byte for byte. A life is a house, its drones and all
    that goes wrong, from one seed and in virtual time: every promise is checked, and the same seed is the same life.
    """
    if what is not None and not what.isdecimal():
        replay_journal(Path(what), as_json=as_json)
        return
    if mutants:
        from kelex_host.cli.mutant_hunt import hunt_all

        if not hunt_all(cores=cores, as_json=as_json):
            raise typer.Exit(1)
        return
    from kelex_host.cli import campaign
    from kelex_host.proof.verdict import Trial

    first, count = (since, seeds) if what is None else (int(what), 1)
    if (trace or plot) and count > 1:
        raise ConfigError("--trace and --plot are about one life; name its seed: kelex replay SEED --trace.")
    seconds = minutes * 60 if hours is None else hours * 3600
    chosen = Trial(first, seconds, _themes(faults), _numbers(only)) if only else None
    trials = [chosen] if chosen else [Trial(seed, seconds, _themes(faults)) for seed in range(first, first + count)]
    if trace or plot:
        _tell(trials[0], trace, plot, as_json)
    done = campaign.run(trials, cores=cores, progress=not as_json, keep=keep)
    if shrink:
        campaign.shrink(done)
    if as_json:
        typer.echo(json.dumps(done.document(), indent=2))
    else:
        campaign.show(done, Console())
    if done.bad or (strict and done.document()["never_met"]):
        raise typer.Exit(1)


def _tell(trial: Trial, trace: bool, plot: Path | None, as_json: bool) -> None:
    from kelex_host.proof.telling import tell

    lines = tell(trial)
    if plot:
        from kelex_host.cli.life_picture import draw

        draw(lines, trial.command(), plot)
    for line in lines if trace else ():
        typer.echo(msgspec.json.encode(line).decode() if as_json else str(line))


def _themes(text: str) -> tuple[str, ...]:
    """The themes that are meant. Raises ConfigError."""
    from kelex_host.proof.plan import FAULTS

    if text in ("all", "none"):
        return tuple(FAULTS) if text == "all" else ()
    themes = tuple(name.strip() for name in text.split(","))
    unknown = [theme for theme in themes if theme not in FAULTS]
    if unknown:
        raise ConfigError(f"There are no faults called '{unknown[0][:64]}'; there are {', '.join(FAULTS)}, all, none.")
    return themes


def _numbers(text: str) -> tuple[int, ...]:
    """The happenings that are meant. Raises ConfigError."""
    try:
        return () if text == "none" else tuple(sorted({int(number) for number in text.split(",")}))
    except ValueError:
        raise ConfigError(f"--only takes numbers with commas between them, not '{text[:64]}'.") from None
