"""`kelex hardware`: the board's file, checked and drawn. `kelex_host.hardware` does it; here are the files."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from kelex_host.cli.target import JsonOption
from kelex_host.errors import ConfigError

if TYPE_CHECKING:
    from kelex_host.hardware.board import Board

Made = TypeVar("Made")
app = typer.Typer(
    no_args_is_help=True,
    help="The board to build: check its file, print its pins and its parts list, draw its wiring.",
    epilog="Example: kelex hardware wiring -o wiring.svg",
)
FileArgument = Annotated[Path | None, typer.Argument(help="A board.toml; by default the one that came with Kelex.")]
OutputOption = Annotated[Path | None, typer.Option("-o", "--output", help="Write to this file.")]
# A board.toml is 15 kB; what is so much longer is something else.
FILE_BYTES_MOST = 1_000_000


@app.command(epilog="Example: kelex hardware check my-board.toml")
def check(file: FileArgument = None, as_json: JsonOption = False) -> None:
    """Find what does not fit: pins, buses, voltages, currents, joints, the firmware. Exit code 1 if anything is."""
    from kelex_sim.pico import firmware_path

    from kelex_host.hardware.check import check as find
    from kelex_host.hardware.firmware_rules import constants_in
    from kelex_host.hardware.power_rules import loads

    board = _read(file)
    firmware = constants_in((firmware_path() / "kelex_drone" / "board.py").read_text("utf-8"))
    findings = _told(file, lambda: find(board, firmware))
    if as_json:
        budget = [] if findings else [asdict(load) for load in loads(board)]
        typer.echo(json.dumps({"findings": findings, "budget": budget}, ensure_ascii=False))
    for finding in findings if not as_json else ():
        typer.echo(finding)
    if findings:
        raise typer.Exit(1)
    if not as_json:
        for load in loads(board):
            typer.echo(str(load))
        typer.echo(f"All is well: {len(board.parts)} parts on {_file(file)}.")


@app.command(epilog="Example: kelex hardware pins --markdown")
def pins(
    file: FileArgument = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print a Markdown table.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Print what is on each of the Pico's forty pins."""
    from kelex_host.hardware.pin_table import pin_rows, pins_as_markdown, pins_as_text

    if markdown and as_json:
        raise typer.BadParameter("give either --markdown or --json")
    board = _read(file)
    make = pins_as_markdown if markdown else pins_as_text
    typer.echo(_told(file, lambda: json.dumps(pin_rows(board)) + "\n" if as_json else make(board)), nl=False)


@app.command(epilog="Example: kelex hardware bom --csv -o parts.csv")
def bom(
    file: FileArgument = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Comma-separated values instead of Markdown.")] = False,
    output: OutputOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the parts list: what to buy, and what to search for."""
    from kelex_host.hardware.bom import bom_as_csv, bom_as_markdown, bom_rows

    if as_csv and as_json:
        raise typer.BadParameter("give either --csv or --json")
    board = _read(file)
    make = bom_as_csv if as_csv else bom_as_markdown
    _put(
        output, _told(file, lambda: json.dumps(bom_rows(board), ensure_ascii=False) + "\n" if as_json else make(board))
    )


@app.command(epilog="Example: kelex hardware wiring -o wiring.svg")
def wiring(file: FileArgument = None, output: OutputOption = None) -> None:
    """Draw the wiring as SVG: every part, every terminal, every wire. It fits an A4 sheet across."""
    from kelex_host.hardware.diagram import wiring as draw

    board = _read(file)
    _put(output, _told(file, lambda: draw(board)))


def _file(named: Path | None) -> Path:
    """The file that is meant: in an installed wheel the default one lies beside the package, in a checkout above."""
    return named or board_file()


def board_file() -> Path:
    """The board.toml that came with Kelex."""
    host = Path(__file__).parents[1]
    installed = host / "hardware" / "board.toml"
    return installed if installed.is_file() else host.parents[1] / "hardware" / "board.toml"


def _read(named: Path | None) -> Board:
    from kelex_host.hardware.board import parse

    file = _file(named)
    try:
        with file.open("rb") as opened:
            data = opened.read(FILE_BYTES_MOST + 1)
        if len(data) > FILE_BYTES_MOST:
            raise ConfigError(f"{file} is longer than {FILE_BYTES_MOST} bytes, so it is no board.toml; name another.")
        text = data.decode("utf-8")
    except FileNotFoundError:
        raise ConfigError(
            f"There is no file {file}; name another, or none for the board that came with Kelex."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The file {file} cannot be read ({error}); mend it, or name another.") from None
    return _told(named, lambda: parse(text))


def _told(named: Path | None, make: Callable[[], Made]) -> Made:
    """What `make` makes; an error of it begins with the file's name."""
    try:
        return make()
    except ConfigError as error:
        raise ConfigError(f"{_file(named)}: {error}") from None


def _put(output: Path | None, text: str) -> None:
    if output is None:
        typer.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise ConfigError(f"{output} cannot be written ({error.strerror}); name another with -o.") from None
    typer.echo(f"Wrote {output}.", err=True)
