"""`kelex sim`: the options of a simulated drone for other programs. It runs in `sim_process.py`."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from kelex_host import config


def sim(
    tcp: Annotated[
        int | None, typer.Option("--tcp", min=0, max=65535, help="Serve a TCP port instead; 0: any free one.")
    ] = None,
    link: Annotated[Path | None, typer.Option("--link", help="Path that leads to the pseudo-terminal.")] = None,
    config_file: Annotated[Path | None, typer.Option("--config", help="A kelex.toml.")] = None,
) -> None:
    """Run only a simulated drone. World verbs typed here act on its house: `enter lara nursery`, `unplug kelex`."""
    settings = config.load(config_file)
    path = link or Path(tempfile.gettempdir()) / f"kelex-sim-{os.getpid()}"
    from kelex_host.cli.sim_process import run

    asyncio.run(run(settings, path if tcp is None else tcp, typer.echo))
