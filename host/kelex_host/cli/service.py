"""`kelex service`: have the house start with the computer."""

from __future__ import annotations

import getpass
import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from kelex_host import config
from kelex_host.cli.service_files import RULE, UNIT, rule, unit
from kelex_host.errors import ConfigError

app = typer.Typer(no_args_is_help=True, help="The house as a service.", epilog="Example: kelex service install")


@app.command(epilog="Example: sudo -E kelex service install -- --broker mqtts://192.168.1.5")
def install(
    arguments: Annotated[list[str] | None, typer.Argument(help="What `kelex up` is started with.")] = None,
    user: Annotated[str | None, typer.Option("--user", help="As whom it runs (default: who calls sudo).")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the files, and change nothing.")] = False,
    root: Annotated[Path, typer.Option("--root", help="Write below this folder, for an image of a system.")] = Path(
        "/"
    ),
) -> None:
    """Install systemd's unit, so that the house starts with the computer, and udev's rule for a stable port name."""
    runs_as = user or os.environ.get("SUDO_USER") or getpass.getuser()
    command = [sys.executable, "-m", "kelex_host", "up", *(arguments or [])]
    files = {UNIT: unit(command, runs_as, config.home()), RULE: rule()}
    if dry_run:
        for path, text in files.items():
            typer.echo(f"# {path}\n{text}")
        return
    for path, text in files.items():
        place = root / path.relative_to("/")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)
        except PermissionError:
            raise ConfigError(f"{place} cannot be written; run it with sudo -E, or see --dry-run.") from None
        typer.echo(f"Wrote {place}.")
    if root == Path("/"):
        _activate()


def _activate() -> None:
    """Have systemd and udev read what is new. Where there is none of them, say what to do later."""
    for command in (
        ["systemctl", "daemon-reload"],
        ["systemctl", "enable", UNIT.name],
        ["udevadm", "control", "--reload"],
    ):
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            typer.echo(f"There is no {command[0]} here; where there is, run: {' '.join(command)}")
            continue
        if done.returncode:
            typer.echo(f"{' '.join(command)} failed ({done.stderr.strip()}); mend that, and run it again.")
    typer.echo(f"Start it with: systemctl start {UNIT.name}")
