"""`kelex`: one entry point; each group of commands is a module beside this one."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from kelex_host import config
from kelex_host.bridge import verbs
from kelex_host.cli import (
    broker_acl,
    cries,
    crystal,
    firmware,
    flash,
    hardware,
    keys,
    motion,
    replay,
    request,
    schema,
    service,
    sim,
    up,
    watch,
)
from kelex_host.cli.doctor.command import doctor
from kelex_host.errors import KelexError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Kelex, a butler drone you build yourself and can trust.",
    epilog="Start with: kelex up",
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"kelex {version('kelex')}")
        raise typer.Exit


@app.callback()
def _root(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    if (config.home() / "restore.ready").is_dir():  # a power cut in the midst of `kelex crystal restore`
        from kelex_host.memory.restoring import finish_pending

        finish_pending(config.home())


app.command(epilog="Example: kelex up --port auto --broker mqtt://192.168.1.5")(up.up)
app.command(epilog="Example: kelex sim --tcp 5333, then: kelex up --port socket://127.0.0.1:5333")(sim.sim)
app.command(epilog="Example: kelex flash, or: kelex flash socket://127.0.0.1:5333")(flash.flash)
app.command(epilog="Example: kelex watch --json | jq .payload")(watch.watch)
app.command(epilog='Example: kelex send look \'{"pan": 30, "tilt": -10}\'', context_settings=request.NEGATIVE_NUMBERS)(
    request.send
)
app.command(epilog="Example: kelex doctor --json")(doctor)
app.command(epilog="Example: kelex replay --seeds 200, or: kelex replay ~/.local/share/kelex/journal.db")(replay.replay)
app.command(epilog="Example: kelex broker-acl --to /etc/mosquitto/kelex")(broker_acl.broker_acl)
app.command(epilog="Example: kelex schema --config > kelex.schema.json")(schema.schema)

_world = typer.Typer(no_args_is_help=True, help="Act on the simulated house.", epilog="Example: kelex world truth")
for _verb in verbs.VERBS:
    if _verb.scope == "drone" and ("house", _verb.name) in verbs.BY_NAME:
        continue  # the house's, with --drone
    if _verb.name == "crystal":
        continue  # a group of commands of its own; of a running house: kelex send crystal
    (_world if _verb.scope == "world" else app).command(
        _verb.name, context_settings=request.NEGATIVE_NUMBERS, epilog=f"Example: kelex {_verb.example}"
    )(request.verb_command(_verb))
app.add_typer(_world, name="world")
app.add_typer(keys.app, name="keys")
app.add_typer(hardware.app, name="hardware")
app.add_typer(firmware.app, name="firmware")
app.add_typer(service.app, name="service")
app.add_typer(crystal.app, name="crystal")
app.add_typer(motion.app, name="motion")
app.add_typer(cries.app, name="cries")


def main() -> None:
    """Run the command line; exit code 0 done, 1 refused or failed, 2 bad usage."""
    try:
        app()
    except KelexError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(1)
    except UnicodeEncodeError:
        typer.echo("An argument holds bytes that are not UTF-8; type it again.", err=True)
        sys.exit(2)
    except OSError as error:
        typer.echo(f"The system refuses: {error.strerror or error}; mend that and try again.", err=True)
        sys.exit(1)
