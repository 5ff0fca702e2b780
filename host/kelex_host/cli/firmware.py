"""`kelex firmware`: what an image or a board holds, and making the image."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from kelex_host import config
from kelex_host.cli.target import DroneOption, JsonOption
from kelex_host.errors import FlashError

app = typer.Typer(
    no_args_is_help=True,
    help="The firmware: what a UF2 or a board holds, and making a UF2 with Kelex inside.",
    epilog="Example: kelex firmware info kelex.uf2",
)


@app.command(epilog="Example: kelex firmware info auto --json")
def info(
    what: Annotated[str, typer.Argument(help="A UF2 file, a port, or `auto`.")] = "auto",
    drone: DroneOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what is in a UF2, or what runs on a board: version, slot, on trial or good, what was given up."""
    if what.endswith(".uf2") or Path(what).is_file():
        data, text = of_file(Path(what))
    else:
        data, text = of_board(what, drone)
    typer.echo(json.dumps(data) if as_json else text)


def of_file(path: Path) -> tuple[dict[str, Any], str]:
    """What is in a UF2. Raises FlashError."""
    from kelex_host.cli.uf2_files import read_file
    from kelex_host.flashing.uf2 import read_uf2

    found = read_uf2(str(path), read_file(path))
    text = (
        f"{path} puts {found.contents} on an {found.family}.\n"
        f"  size     {found.size} bytes in {found.blocks} blocks, {found.flash_bytes} bytes of flash\n"
        f"  SHA-256  {found.sha256}"
    )
    return {"file": str(path), **asdict(found)}, text


def of_board(port: str, drone: str | None) -> tuple[dict[str, Any], str]:
    """What is on a board, without stopping a drone that runs there. Raises FlashError."""
    from kelex_host.cli.flashing import drone_at, find_board
    from kelex_host.shells import maintenance
    from kelex_host.shells.board_repl import BoardRepl
    from kelex_host.shells.pairing_files import PairingFiles
    from kelex_host.shells.pico_finder import BoardPort, BootselDrive

    found = find_board(port)
    if isinstance(found, BootselDrive):
        text = f"A Pico waits for a UF2 at {found.path}: kelex flash"
        return {"port": str(found.path), "state": "bootsel"}, text
    board = BoardPort(found)
    online = asyncio.run(maintenance.greet(board))
    if online is not None:
        keys = PairingFiles(config.home()).keys(drone or drone_at(config.load(None), found))
        told = asyncio.run(maintenance.standing(board, keys))
        data = {"port": found, "state": "runs", "identity": online.welcome.identity, "boot": online.welcome.boot}
        if told is None:
            return (
                data,
                f"{online.welcome.identity} runs at {found}, and does not tell more: kelex flash puts ours there.",
            )
        return {**data, **asdict(told)}, f"{online.welcome.identity} runs at {found}: {told}."
    with BoardRepl(found) as repl:
        report = repl.probe()
    return {"port": found, "state": "prompt", **msgspec.to_builtins(report)}, f"At the prompt of {found}: {report}."


@app.command(epilog="Example: kelex firmware build -o kelex.uf2")
def build(
    output: Annotated[Path, typer.Option("-o", "--output", help="Where to put it.")] = Path("kelex.uf2"),
    as_json: JsonOption = False,
) -> None:
    """Make a UF2 of MicroPython with Kelex inside: copied onto a Pico's BOOTSEL drive, it is a drone."""
    from kelex_host.shells.image_builder import build_uf2

    data = build_uf2(lambda text: typer.echo(text, err=True))
    try:
        output.write_bytes(data)
    except OSError as error:
        raise FlashError(f"{output} cannot be written ({error.strerror}); name another with -o.") from None
    shown, text = of_file(output)
    typer.echo(json.dumps(shown) if as_json else text)
