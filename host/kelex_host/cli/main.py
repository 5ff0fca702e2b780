"""`kelex`: one entry point; each group of commands is a module beside this one."""

from __future__ import annotations

import sys
from functools import partial
from typing import Annotated

import typer

from kelex_host import config
from kelex_host.bridge import verbs
from kelex_host.cli.lazy import Load, command, function, group, lazy
from kelex_host.cli.usage import UsageError, tell_usage
from kelex_host.errors import KelexError

# Numbers may be negative: what looks like an option and is none is an argument.
NEGATIVE_NUMBERS = {"ignore_unknown_options": True}


def _of_verb(verb: verbs.Verb) -> Load:
    """The command of a verb, made from its declaration."""

    def load() -> object:
        from kelex_host.cli.request import verb_command

        return command(verb_command(verb), verb.example, context_settings=NEGATIVE_NUMBERS)

    return load


def _of_verbs(*scopes: str) -> dict[str, Load]:
    return {
        verb.name: _of_verb(verb)
        for verb in verbs.VERBS
        if verb.scope in scopes
        # Where the house has a verb of the same name, it is that one, with --drone.
        and not (verb.scope == "drone" and ("house", verb.name) in verbs.BY_NAME)
        # A group of commands of its own; of a running house: kelex send crystal.
        and verb.name != "crystal"
    }


_WORLD = typer.Typer(
    cls=lazy(_of_verbs("world")),
    no_args_is_help=True,
    help="Act on the simulated house.",
    epilog="Example: kelex world truth",
)
_COMMANDS: dict[str, Load] = {
    "up": function("up.up", "up --port auto --broker mqtt://192.168.1.5"),
    "sim": function("sim.sim", "sim --tcp 5333, then: kelex up --port socket://127.0.0.1:5333"),
    "flash": function("flash.flash", "flash, or: kelex flash socket://127.0.0.1:5333"),
    "watch": function("watch.watch", "watch --json | jq .payload"),
    "send": function("request.send", 'send look \'{"pan": 30, "tilt": -10}\'', context_settings=NEGATIVE_NUMBERS),
    "doctor": function("doctor.command.doctor", "doctor --json"),
    "replay": function("replay.replay", "replay --seeds 200, or: kelex replay ~/.local/share/kelex/journal.db"),
    "broker-acl": function("broker_acl.broker_acl", "broker-acl --to /etc/mosquitto/kelex"),
    "schema": function("schema.schema", "schema --config > kelex.schema.json"),
    **_of_verbs("house", "drone"),
    "calibrate": function(
        "calibrate.calibrate",
        "calibrate head_pan --trim 2.5 --as jor-el, or, to be led through it: kelex calibrate",
        context_settings=NEGATIVE_NUMBERS,
    ),
    "world": partial(typer.main.get_group, _WORLD),
    **{name: group(name) for name in ("keys", "hardware", "firmware", "service", "crystal", "motion", "cries")},
}

app = typer.Typer(
    cls=lazy(_COMMANDS),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Kelex, a butler drone you build yourself and can trust.",
    epilog="Start with: kelex up",
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

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


def main() -> None:
    """Run the command line; exit code 0 done, 1 refused or failed, 2 bad usage."""
    try:
        code = app(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except UsageError as error:
        tell_usage(error)
        sys.exit(2)
    except typer.Abort:
        typer.echo("Broken off; nothing was done.", err=True)
        sys.exit(1)
    except KelexError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(1)
    except UnicodeEncodeError:
        typer.echo("An argument holds bytes that are not UTF-8; type it again.", err=True)
        sys.exit(2)
    except TimeoutError as error:  # mostly without a word of its own
        typer.echo(f"That took too long ({str(error) or 'the machine may be busy'}); try again.", err=True)
        sys.exit(1)
    except OSError as error:
        typer.echo(f"The system refuses: {error.strerror or error}; mend that and try again.", err=True)
        sys.exit(1)
