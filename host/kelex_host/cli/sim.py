"""`kelex sim`: the options of a simulated or emulated drone for other programs. It runs in `sim_process.py`."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from kelex_host import config
from kelex_host.cli.emulator import need_emulator
from kelex_host.errors import ConfigError


def sim(
    tcp: Annotated[
        int | None, typer.Option("--tcp", min=0, max=65535, help="Serve a TCP port instead; 0: any free one.")
    ] = None,
    link: Annotated[Path | None, typer.Option("--link", help="Path that leads to the pseudo-terminal.")] = None,
    emulated: Annotated[
        bool, typer.Option("--emulated", help="An emulated Pico under the real MicroPython, at a TCP port.")
    ] = False,
    uf2: Annotated[Path | None, typer.Option("--uf2", help="Emulated: what to load; else the newest build.")] = None,
    blank: Annotated[bool, typer.Option("--blank", help="Emulated: MicroPython alone, no drone on it.")] = False,
    flash: Annotated[
        Path | None, typer.Option("--flash", help="Emulated: keep its flash in this file, up to date at each moment.")
    ] = None,
    config_file: Annotated[Path | None, typer.Option("--config", help="A kelex.toml.")] = None,
) -> None:
    """Run only a simulated drone. World verbs typed here act on its house: `enter lara nursery`, `unplug kelex`."""
    settings = config.load(config_file)
    if emulated:
        if link:
            raise ConfigError("An emulated board has no pseudo-terminal; leave out --link, and use --tcp.")
        need_emulator()
        from kelex_host.cli.emulated_process import Choice
        from kelex_host.cli.emulated_process import run as run_emulated

        asyncio.run(run_emulated(settings, tcp or 0, Choice(uf2, blank, flash), typer.echo))
        return
    if uf2 or blank or flash:
        raise ConfigError("--uf2, --blank and --flash are for an emulated board; add --emulated.")
    path = link or Path(tempfile.gettempdir()) / f"kelex-sim-{os.getpid()}"
    from kelex_host.cli.sim_process import run

    asyncio.run(run(settings, path if tcp is None else tcp, typer.echo))
