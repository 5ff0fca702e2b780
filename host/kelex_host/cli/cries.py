"""`kelex cries`: how the drone learns to tell an infant's cry, and how well it does. `kelex_host.cries` does it."""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from kelex_sim.errors import EmulatorError

from kelex_host.cli import picture
from kelex_host.cli.emulator import need_emulator
from kelex_host.cli.target import JsonOption
from kelex_host.cries.wav import RecordingError, words_of
from kelex_host.errors import ConfigError

if TYPE_CHECKING:
    from kelex_sim.ear import Heard

    from kelex_host.cries.evaluating import Figures, Opinions, Rate, Scene

app = typer.Typer(
    no_args_is_help=True,
    help="Teach the drone to tell an infant's cry, and see how well it does.",
    epilog="Example: kelex cries detect recording.wav",
)
CriesArgument = Annotated[list[Path], typer.Argument(help="Folders with recordings of cries (WAV, 8 kHz, 16 bits).")]
NoncriesOption = Annotated[list[Path], typer.Option("--noncries", help="A folder with other sounds; repeatable.")]
# 16-bit samples to the converter's twelve, about its middle.
_SHIFT, _REST = 4, 2048
_SEED = 5
_BATCH = 16
THRESHOLDS = range(-1200, 1537, 96)


@app.command(epilog="Example: kelex cries collect sounds/")
def collect(folder: Annotated[Path, typer.Argument(help="Where the recordings go.")]) -> None:
    """Fetch sounds that are no cries from Debian packages: speech, music, animals, tools (1 GB is downloaded)."""
    from kelex_host.cries.collecting import collect as fetch

    typer.echo(f"{fetch(folder, typer.echo)} recordings are in {folder}.")


@app.command(epilog="Example: kelex cries detect recording.wav")
def detect(
    file: Annotated[Path, typer.Argument(help="WAV, 8 kHz, 16 bits, one channel.")],
    emulated: Annotated[bool, typer.Option("--emulated", help="On the emulated board, into its converter.")] = False,
) -> None:
    """Print a line `start_s end_s` for each alarm that the drone's firmware would raise."""
    samples = [_REST + (word >> _SHIFT) for word in words_of(file)]
    for start_s, end_s in (_heard_on_board(samples) if emulated else _heard(samples)).alarms:
        typer.echo(f"{start_s:.2f} {end_s:.2f}")


def _heard(samples: list[int]) -> Heard:
    from kelex_sim import ear

    return ear.listen(ear.hearing(), samples)


def _heard_on_board(samples: list[int]) -> Heard:
    need_emulator()
    from kelex_sim.emulated.builds import KELEX_COMMAND, kelex_uf2
    from kelex_sim.emulated.hearing import listen

    uf2 = kelex_uf2()
    if uf2 is None:
        raise ConfigError(f"There is no UF2 of this firmware; {KELEX_COMMAND} makes one.")
    try:
        return listen(uf2, samples)
    except EmulatorError as error:
        raise ConfigError(str(error)) from None


@app.command(epilog="Example: kelex cries train cries/ --noncries sounds/ -o cry_table.py")
def train(
    cries: CriesArgument,
    noncries: NoncriesOption,
    output: Annotated[Path, typer.Option("-o", "--output", help="The firmware's module to write.")],
) -> None:
    """Make the firmware's table from recordings, with a third of the infants and of the other sounds held back."""
    _need("lightgbm")
    from kelex_host.cries import recordings, table, training

    known = [r for folder in cries for r in recordings.cries(folder)] + recordings.noncries(noncries)
    taught, _ = recordings.held_back(_not_none(known, cries))
    typer.echo(
        f"{len(taught)} recordings, of {len({r.infant for r in taught if r.infant})} infants and of other sounds"
    )
    with ProcessPoolExecutor() as pool:
        learnt = list(training.lessons(taught, partial(pool.map, chunksize=_BATCH)))
    model = training.train(learnt)
    output.write_text(table.module(table.encode(model)), "utf-8")


@app.command(epilog="Example: kelex cries evaluate cries/ --noncries sounds/ --plot recall.png")
def evaluate(
    cries: CriesArgument,
    noncries: NoncriesOption,
    minutes: Annotated[float, typer.Option(help="How long it listens to speech, and to music.")] = 60.0,
    everything: Annotated[bool, typer.Option("--all", help="Also what it was trained on.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Draw recall against false alarms into this PNG.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Let the very firmware listen to recordings that it was not trained on: recall, latency, false alarms."""
    _need("numpy")
    from kelex_host.cries import evaluating, recordings

    known = [r for folder in cries for r in recordings.cries(folder)] + recordings.noncries(noncries)
    judged = _not_none(known, cries) if everything else recordings.held_back(_not_none(known, cries))[1]
    calls = [r for r in judged if r.infant]
    others = [r for r in judged if not r.infant]

    def scenes() -> Iterator[Scene]:
        yield from evaluating.cry_scenes(calls, _SEED)
        yield from evaluating.other_scenes(others, minutes, _SEED)

    heard = list(_listened(scenes()))
    chosen = evaluating.figures(heard, _threshold())
    if plot:
        from kelex_host.cries import plotting

        curve = [evaluating.figures(heard, threshold) for threshold in THRESHOLDS]
        picture.save(plotting.plot(picture.drawing(), curve, chosen), plot)
    if as_json:
        typer.echo(json.dumps(_document(chosen)))
        return
    typer.echo(
        f"{len(calls)} clips of {len({r.infant for r in calls})} infants; recordings: donateacry-corpus, ODbL 1.0"
    )
    typer.echo(_told(chosen))


def _listened(scenes: Iterator[Scene]) -> Iterator[tuple[Scene, Opinions]]:
    """Each scene with what the firmware thought of it, on all processors."""
    with ProcessPoolExecutor() as pool:
        while batch := list(islice(scenes, _BATCH)):
            yield from zip(batch, pool.map(_opinions, [scene.samples for scene in batch]), strict=True)


def _opinions(samples: Any) -> Opinions:
    from kelex_sim import ear

    return ear.listen(ear.hearing(), array("H", samples.tobytes())).opinions


def _threshold() -> int:
    from kelex_sim import ear

    return int(ear.hearing().cry_table.THRESHOLD)


def _document(figures: Figures) -> dict[str, Any]:
    return {
        "threshold": figures.threshold,
        "recall": {"clips": figures.clips, "clear_clips": figures.clear, "infants": figures.infants},
        "latency_s": {"median": figures.latency_s, "p90": figures.latency_90_s},
        "false_alarms_per_hour": {kind: rate.per_hour for kind, rate in figures.false.items()}
        | {"mixed": figures.mixed_per_hour},
        "false_alarms": {kind: {"count": rate.count, "hours": rate.hours} for kind, rate in figures.false.items()},
    }


def _told(figures: Figures) -> str:
    rows = [
        ("recall, all clips", f"{figures.clips:.2f}"),
        ("recall, clear clips", f"{figures.clear:.2f}"),
        ("infants heard within 30 s", f"{figures.infants:.2f}"),
        ("latency from the first wail, median", f"{figures.latency_s:.1f} s"),
        ("latency from the first wail, 90 %", f"{figures.latency_90_s:.1f} s"),
        *[(f"false alarms per hour, {kind}", _rate(rate)) for kind, rate in figures.false.items()],
        ("false alarms per hour, mixed", f"{figures.mixed_per_hour:.1f}"),
    ]
    return "\n".join(f"{name:<38}{value:>8}" for name, value in rows)


def _rate(rate: Rate) -> str:
    low, high = rate.likely
    return f"{rate.per_hour:8.1f}   {rate.count} in {rate.hours:.1f} h, so between {low:.1f} and {high:.1f}"


def _not_none(known: list[Any], folders: list[Path]) -> list[Any]:
    if not any(recording.infant for recording in known):
        raise RecordingError(
            f"There are no WAV files below {', '.join(map(str, folders))}; name a folder that has some."
        )
    return known


def _need(package: str) -> None:
    if find_spec(package) is None:
        typer.echo(f"`kelex cries` needs {package} for that: pip install 'kelex[cries]'.", err=True)
        sys.exit(1)
